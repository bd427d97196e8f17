// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "jobs/job.h"

namespace gf {

/// An image that cannot be read, and why.
struct BadImage {
  std::string split;  ///< "train", or DataSource::evalName.
  std::size_t index = 0;
  std::string name;  ///< As DataSet::sampleName.
  std::string rule, observed;
};

/// What was found in going through all images of some data.
struct DataCheck {
  static constexpr std::size_t kListed = 1000;  ///< Names kept of each oddity.
  std::string kind;                             ///< As DataSource::kind.
  std::size_t images = 0;
  std::array<std::size_t, kOddities> counts{};
  std::array<std::vector<std::string>, kOddities> names;  ///< "train/…", the first kListed.
  std::vector<BadImage> bad;                              ///< All.
};

/// "turned upright (EXIF)", "grey", "CMYK", …: for people, in tables and lines.
std::string nameOf(Oddity oddity);
/// How such an image is treated, in one sentence.
std::string treatmentOf(Oddity oddity);
nlohmann::ordered_json toJson(const DataCheck& check);

struct CheckRequest {
  std::filesystem::path data;
  int threads = 0;  ///< Decoding threads; 0: all cores but one.
};

/// Reads every image of both splits once and counts what is odd or broken. A stop keeps nothing.
class CheckJob final : public Job {
 public:
  explicit CheckJob(CheckRequest request) : request_(std::move(request)) {}
  std::string title() const override;
  void run(const Control& control) override;
  /// After run() returned; null before.
  std::shared_ptr<const DataCheck> result() const { return result_; }

 private:
  CheckRequest request_;
  std::shared_ptr<const DataCheck> result_;
};

}  // namespace gf
