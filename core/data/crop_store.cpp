// SPDX-License-Identifier: Apache-2.0
#include "data/crop_store.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/sizes.h"
#include "data/subset.h"

namespace gf {
namespace {

/// To be raised whenever decoding, resizing or cropping changes a pixel.
constexpr const char* kPixels = "gainfinder-crops/1";
#ifdef GF_HAVE_TURBOJPEG
constexpr const char* kJpeg = "libjpeg-turbo";
#else
constexpr const char* kJpeg = "OpenCV";
#endif

}  // namespace

std::filesystem::path cropFolder() {
  return cacheFolder() / "crops";
}

KeptLimit cropLimit() {
  constexpr std::uint64_t kMost = 32'000'000'000, kShare = 4;
  return limitOf(cropFolder(), kMost, kShare);
}

std::string cropKey(const Preparer& preparer, const std::string& data, const std::string& samples) {
  Sha256 hash;
  hash.add(kPixels).add(" JPEG by ").add(kJpeg).add("\ncrop ").add(preparer.cropText());
  hash.add("\ndata ").add(data).add("\nsamples ").add(samples);
  return hash.hex();
}

std::string cropFileName(const std::string& key) {
  return key + ".crops";
}

void mirror(std::uint8_t* crop, ImageSize size, int channels) {
  const auto width = static_cast<std::ptrdiff_t>(size.width), step = static_cast<std::ptrdiff_t>(channels);
  for (int y = 0; y < size.height; ++y) {
    std::uint8_t *left = crop + y * width * step, *right = left + (width - 1) * step;
    for (; left < right; left += step, right -= step) std::swap_ranges(left, left + step, right);
  }
}

bool KeptCrops::read(std::uint32_t sample, bool flip, std::uint8_t* crop) const {
  const std::uint32_t row = sample < store_->places_.size() ? store_->places_[sample] : CropStore::kNowhere;
  if (row == CropStore::kNowhere || !file_->read(row, crop)) return false;
  if (flip) mirror(crop, size_, channels_);
  return true;
}

void KeptCrops::put(std::uint32_t sample, const std::uint8_t* crop) const {
  if (sample < store_->places_.size()) file_->put(store_->places_[sample], crop);
}

CropStore::CropStore(const CropCache& cache, const DataSet& data, const std::vector<std::uint32_t>& samples)
    : cache_(cache),
      data_(data.identity()),
      hash_(samplesHash(samples)),
      rows_(samples.size()),
      places_(data.size(), kNowhere) {
  for (std::size_t i = 0; i < samples.size(); ++i) places_.at(samples[i]) = static_cast<std::uint32_t>(i);
}

const KeptCrops* CropStore::of(const Preparer& preparer) {
  const std::string key = cropKey(preparer, data_, hash_);
  const std::lock_guard lock(mutex_);
  const auto [known, isNew] = files_.try_emplace(key);
  KeptCrops& crops = known->second;
  if (isNew) {
    const auto [channels, height, width] = preparer.preprocess().inputSize;
    const CropShape shape{key, rows_, preparer.floats()};
    const std::string what = std::to_string(width) + " × " + std::to_string(height) + " pixels";
    crops.store_ = this;
    crops.size_ = {width, height};
    crops.channels_ = channels;
    try {
      crops.file_ = CropFile::open(cache_.folder / cropFileName(key), shape, cache_.bound);
      logLine(LogLevel::Info,
              "Images of " + what + " are decoded once and kept: " + bytesText(shape.fileBytes()) + ".");
    } catch (const Error& error) {
      logLine(LogLevel::Info,
              "Images of " + what + " are decoded in every pass, as they cannot be kept. " + error.what());
    }
  }
  return crops.file_ ? &crops : nullptr;
}

}  // namespace gf
