// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/left_out.h"
#include "jobs/job.h"

namespace gf {

struct PackRequest {
  std::filesystem::path data;
  std::filesystem::path out;  ///< The packed file, *.gfpack.
  int side = 256;    ///< The shorter edge of every image, in pixels; smaller images stay; 0: all stay as they are.
  int quality = 95;  ///< Of JPEG, 1 to 100; 0: raw pixels.
  BadImages badImages = BadImages::Stop;
  int threads = 0;         ///< 0: all cores but one.
  bool overwrite = false;  ///< Replace an earlier packed file.
};

struct PackSummary {
  std::size_t train = 0, eval = 0;  ///< Images in each split.
  std::uint64_t bytes = 0;
  double seconds = 0;
  std::size_t resumedAt = 0;         ///< Images that an interrupted earlier packing had done.
  std::vector<std::string> leftOut;  ///< "name: rule (value)" of images that could not be read.
};

/// About how many bytes packing the samples from `first` on takes (training split first), by making up to 16 of them
/// that are spread over the data; 0 where none of those can be read.
double estimatedPackedBytes(const DataSource& data, int side, int quality, std::size_t first = 0);

/// Packs both splits into one memory-mapped file. What an interrupted packing has done lies beside `out`
/// (`OUT.part`) and is gone on from when request and data are the same; a stop keeps it.
class PackJob final : public Job {
 public:
  explicit PackJob(PackRequest request) : request_(std::move(request)) {}
  std::string title() const override;
  void run(const Control& control) override;
  /// After run() returned; null before.
  std::shared_ptr<const PackSummary> result() const { return result_; }

 private:
  PackRequest request_;
  std::shared_ptr<const PackSummary> result_;
};

}  // namespace gf
