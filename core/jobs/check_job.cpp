// SPDX-License-Identifier: Apache-2.0
#include "jobs/check_job.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "data/sample_visit.h"

namespace gf {
namespace {

constexpr const char* kIds[kOddities] = {"turned",  "grey",  "cmyk",     "sixteen-bit",
                                         "palette", "alpha", "animated", "misnamed"};

/// Of one image: what is odd, or why it cannot be read.
struct Finding {
  Oddities odd = 0;
  std::optional<std::pair<std::string, std::string>> problem;  ///< Rule and what was seen.
};

Finding look(const DataSet& data, std::size_t index) {
  try {
    Pixels pixels;
    return {data.examine(index, pixels), std::nullopt};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Input) throw;
    return {0, std::pair(error.rule(), error.observed())};
  }
}

void take(const Finding& finding, const DataSet& data, std::size_t index, const std::string& split, DataCheck& check) {
  if (finding.problem) {
    check.bad.push_back({split, index, data.sampleName(index), finding.problem->first, finding.problem->second});
    return;
  }
  for (std::size_t o = 0; o < kOddities; ++o) {
    if ((finding.odd & bitOf(static_cast<Oddity>(o))) == 0) continue;
    ++check.counts[o];
    if (check.names[o].size() < DataCheck::kListed) check.names[o].push_back(data.sampleName(index));
  }
}

void checkSplit(const DataSet& data, const std::string& split, int threads, const Control& control, DataCheck& check) {
  std::vector<Finding> findings(data.size());
  visitSamples(data.size(), threads, control, "Reading the images of " + split,
               [&](std::size_t i) { findings[i] = look(data, i); });
  check.images += data.size();
  for (std::size_t i = 0; i < findings.size(); ++i) take(findings[i], data, i, split, check);
}

}  // namespace

std::string nameOf(Oddity oddity) {
  constexpr const char* kNames[kOddities] = {"turned (EXIF)", "grey",         "CMYK",           "16 bits a channel",
                                             "palette",       "transparency", "several frames", "misnamed"};
  return kNames[static_cast<std::size_t>(oddity)];
}

std::string treatmentOf(Oddity oddity) {
  constexpr const char* kTreatments[kOddities] = {
      "Turned upright as its EXIF orientation asks.",
      "One channel; it serves as red, green and blue where a model wants colour.",
      "Turned into RGB, light being what the inks leave; colour profiles are not applied.",
      "Rounded to 8 bits a channel over the whole range.",
      "Each number becomes the colour that it stands for.",
      "Dropped; the stored colour shows.",
      "The first frame or page is taken.",
      "Read as what its content is, whatever its name says."};
  return kTreatments[static_cast<std::size_t>(oddity)];
}

nlohmann::ordered_json toJson(const DataCheck& check) {
  nlohmann::ordered_json odd = nlohmann::ordered_json::array(), bad = nlohmann::ordered_json::array();
  for (std::size_t o = 0; o < kOddities; ++o) {
    odd.push_back({{"kind", kIds[o]},
                   {"images", check.counts[o]},
                   {"treatment", treatmentOf(static_cast<Oddity>(o))},
                   {"names", check.names[o]}});
  }
  for (const auto& image : check.bad) {
    bad.push_back({{"split", image.split},
                   {"index", image.index},
                   {"name", image.name},
                   {"rule", image.rule},
                   {"observed", image.observed}});
  }
  return {{"kind", check.kind}, {"images", check.images}, {"bad_images", check.bad.size()}, {"odd", odd}, {"bad", bad}};
}

std::string CheckJob::title() const {
  return "Check the images of " + request_.data.filename().string();
}

void CheckJob::run(const Control& control) {
  control.report({"Opening the data"});
  const DataSource source = openData(request_.data);
  auto check = std::make_shared<DataCheck>();
  check->kind = source.kind;
  if (source.train) checkSplit(*source.train, "train", request_.threads, control, *check);
  checkSplit(*source.eval, source.evalName, request_.threads, control, *check);
  result_ = std::move(check);
}

}  // namespace gf
