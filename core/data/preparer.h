// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/normaliser.h"
#include "data/preprocess.h"

namespace gf {

/// Memory that preparing uses again from image to image; one for each thread.
struct PrepareScratch {
  Resampler resampler;
  std::vector<std::uint8_t> grey, window, crop;
};

/// One Preprocess made ready. The work on an image has two halves: crop() makes its 8-bit pixels, normalise() the
/// model's numbers of them. Const use is thread-safe.
class Preparer {
 public:
  /// For evaluation: the model's own crop, that of timm's evaluation transform (timm 1.0, transforms_imagenet_eval).
  /// Throws Error(Input) when the Preprocess contradicts itself.
  explicit Preparer(const Preprocess& preprocess);
  /// For models that must see the same content: the part of the image that the model of `shared` crops, brought to this
  /// model's input size by its interpolation. For `shared` itself, and for input sizes like its own, this is exactly
  /// its evaluation crop. What lies outside the image has the colour that `shared` gives it.
  Preparer(const Preprocess& preprocess, const Preprocess& shared);

  const Preprocess& preprocess() const { return preprocess_; }
  std::size_t floats() const;  ///< C·H·W; the crop has as many bytes.
  /// Whether crop() gives the same for the other one; then one result serves both.
  bool cropsLike(const Preparer& other) const { return cropText() == other.cropText(); }
  /// Everything that crop() depends on beside the image and its view, for keys.
  std::string cropText() const;

  /// The part of an image of this size that crop() reads.
  PixelBox boxOf(int imageWidth, int imageHeight, const View& view) const;
  /// First half: grey or colour as the model wants it, the antialiased resize, crop or pad, flip, and the view's
  /// colours. Of `image` only boxOf() need be valid. [H, W, C] bytes.
  void crop(const Pixels& image, const View& view, PrepareScratch& scratch, std::uint8_t* out) const;
  /// Second half: from [H, W, C] bytes to [C, H, W] floats, (value / 255 − mean) / std computed in fp32, exactly.
  void normalise(const std::uint8_t* crop, float* out) const;
  /// Both.
  void prepare(const Pixels& image, const View& view, PrepareScratch& scratch, float* out) const;
  /// What normalise() makes of each value of a channel, [C, 256].
  const std::vector<float>& table() const { return normaliser_.table(); }

 private:
  struct Plan;
  Plan plan(ImageSize image, const View& view) const;
  Plan evaluationPlan(ImageSize image) const;
  Plan sharedPlan(ImageSize image) const;
  void fill(std::uint8_t* out) const;

  Preprocess preprocess_, shared_;
  Interpolation interpolation_;
  Normaliser normaliser_;
  std::vector<std::uint8_t> fill_;  ///< Per channel: what lies outside the image.
};

}  // namespace gf
