// SPDX-License-Identifier: Apache-2.0
#include "study/cell_result.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "report/report.h"

namespace gf {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargestReport = std::size_t{64} << 20;

/// Looks at "schema" and into "transfer", and ends the reading once it has seen both.
class ResultReader final : public nlohmann::json_sax<Json> {
 public:
  std::optional<std::string> schema;
  std::optional<bool> finished;
  std::optional<double> delta, gain, loss;
  bool isDone() const { return schema && transferEnded_; }

  bool null() override { return true; }
  bool boolean(bool value) override {
    if (isIn("finished")) finished = value;
    return true;
  }
  bool number_integer(std::int64_t value) override { return number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) override { return number(static_cast<double>(value)); }
  bool number_float(double value, const std::string&) override { return number(value); }
  bool string(std::string& value) override {
    if (depth_ == 1 && outer_ == "schema") schema = value;
    return !isDone();
  }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return opened(); }
  bool start_array(std::size_t) override { return opened(); }
  bool end_array() override { return closed(); }
  bool end_object() override { return closed(); }
  bool key(std::string& name) override {
    if (depth_ == 1) outer_ = name;
    if (depth_ == 2) inner_ = name;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool isIn(const char* name) const { return depth_ == 2 && outer_ == "transfer" && inner_ == name; }
  bool number(double value) {
    if (isIn("delta")) delta = value;
    if (isIn("gain")) gain = value;
    if (isIn("loss")) loss = value;
    return true;
  }
  bool opened() {
    ++depth_;
    return true;
  }
  bool closed() {
    --depth_;
    if (depth_ == 1 && outer_ == "transfer") transferEnded_ = true;
    return !isDone();
  }

  std::string outer_, inner_;  ///< The keys of the first two levels that are being read.
  int depth_ = 0;
  bool transferEnded_ = false;
};

}  // namespace

CellResult readCellResult(const std::filesystem::path& report) {
  const std::string subject = report.string();
  const std::string text = readFile(report, kLargestReport);
  ResultReader read;
  const bool whole = Json::sax_parse(text.begin(), text.end(), &read);
  if (!whole && !read.isDone()) failInput(subject, "must be JSON in UTF-8", "something else");
  if (read.schema != kReportSchema) {
    failInput(subject, "must be a report (" + std::string(kReportSchema) + ")", read.schema.value_or("another file"));
  }
  if (!read.finished) failInput(subject, "must be the report of a transfer", "another one");
  if (!*read.finished) failInput(subject, "the transfer must be finished", "one that was stopped");
  if (!read.delta || !read.gain || !read.loss) {
    failInput(subject, "must say gain, loss and delta as numbers", "one is missing");
  }
  constexpr double kRounding = 1e-9;
  const CellResult result{*read.delta, *read.gain, *read.loss};
  const bool areShares = result.gain >= 0 && result.gain <= 1 && result.loss >= 0 && result.loss <= 1;
  if (!areShares || !(std::abs(result.gain - result.loss - result.delta) <= kRounding)) {
    failInput(subject, "gain and loss must be shares, and delta their difference",
              std::to_string(result.gain) + ", " + std::to_string(result.loss) + ", " + std::to_string(result.delta));
  }
  return result;
}

}  // namespace gf
