// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "data/crop_cache.h"
#include "data/crop_file.h"
#include "data/dataset.h"
#include "data/preparer.h"

namespace gf {

/// Key of the file of the plain view of some samples; `data`: identity of their set, `samples`: samplesHash().
std::string cropKey(const Preparer& preparer, const std::string& data, const std::string& samples);
/// Its name in a folder of decoded images.
std::string cropFileName(const std::string& key);

class CropStore;

/// Crops of one geometry. Const use is thread-safe.
class KeptCrops {
 public:
  /// The sample's crop in its plain or mirrored view; false where it is not kept.
  bool read(std::uint32_t sample, bool flip, std::uint8_t* crop) const;
  /// Keeps the plain view.
  void put(std::uint32_t sample, const std::uint8_t* crop) const;

 private:
  friend class CropStore;
  const CropStore* store_ = nullptr;
  std::unique_ptr<CropFile> file_;  ///< Null where it cannot be had.
  ImageSize size_;
  int channels_ = 0;
};

/// Images of a transfer set, decoded and cropped once for each geometry (see CropFile). A mirrored view is the plain
/// one mirrored; views with random parts or colours are not kept.
class CropStore {
 public:
  CropStore(const CropCache& cache, const DataSet& data, const std::vector<std::uint32_t>& samples);
  /// What is kept of this geometry; null where it cannot be, which is then said once in the log. Thread-safe.
  const KeptCrops* of(const Preparer& preparer);
  /// An image was made.
  void count(bool decoded) { ++(decoded ? decoded_ : served_); }
  CropUse use() const { return {decoded_, served_}; }

 private:
  friend class KeptCrops;
  static constexpr std::uint32_t kNowhere = UINT32_MAX;

  CropCache cache_;
  std::string data_, hash_;
  std::size_t rows_;
  std::vector<std::uint32_t> places_;  ///< Row by index into the data set, or kNowhere.
  std::mutex mutex_;
  std::map<std::string, KeptCrops> files_;  ///< By key.
  std::atomic<std::int64_t> decoded_{0}, served_{0};
};

/// Mirrors [H, W, C] bytes in place.
void mirror(std::uint8_t* crop, ImageSize size, int channels);

}  // namespace gf
