// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/preprocess.h"

namespace gf {

/// An image at the size a model resizes to, before the crop. Points into `own` or into the Pixels it was made from.
struct Resized {
  int width = 0, height = 0, channels = 0;
  const std::uint8_t* bytes = nullptr;  ///< height·width·channels, channels interleaved.
  std::vector<std::uint8_t> own;
};

/// One Preprocess made ready: checks done once, and the 256 possible values of each channel normalised in advance, so
/// that a pixel costs one look-up and comes out as (value / 255 − mean) / std computed in fp32, exactly.
/// Const use is thread-safe.
class Preparer {
 public:
  /// Throws Error(Input) when the Preprocess contradicts itself.
  explicit Preparer(const Preprocess& preprocess);

  const Preprocess& preprocess() const { return preprocess_; }
  std::size_t floats() const;  ///< C·H·W.
  /// Whether fit() gives the same for the other one; then one result serves both.
  bool fitsLike(const Preparer& other) const;

  /// First half: grey or colour as the model wants it, then the antialiased resize. Throws Error(Input) with an empty
  /// subject when the image is too long and thin to be resized.
  Resized fit(const Pixels& pixels) const;
  /// Second half: crop or pad, flip, normalise into `out`, C·H·W floats.
  void write(const Resized& image, const View& view, float* out) const;

 private:
  Preprocess preprocess_;
  std::vector<float> table_;        ///< [C, 256].
  std::vector<std::uint8_t> fill_;  ///< Per channel: what lies outside the image.
};

}  // namespace gf
