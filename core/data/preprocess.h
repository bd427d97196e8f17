// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "data/colour_jitter.h"
#include "data/dataset.h"
#include "data/resample.h"
#include "options/transfer_options.h"

namespace gf {

enum class CropMode { Center, Squash, Border };  ///< As timm's crop_mode.

/// Above it the image would be a speck in the middle of its input. VOLO's 1.15 is the largest in timm.
inline constexpr double kLargestCropPct = 2;

/// How one model wants its input.
struct Preprocess {
  std::array<int, 3> inputSize{3, 224, 224};  ///< C, H, W.
  std::vector<float> mean, std;               ///< Per channel, of pixels scaled to 0–1.
  Interpolation interpolation = Interpolation::Bicubic;
  double cropPct = 0.875;  ///< Side of the crop / side of the resized image; above 1 the crop is padded.
  CropMode cropMode = CropMode::Center;
  bool operator==(const Preprocess&) const = default;
};

/// A random part of the image at a random aspect, its colours changed: torchvision's RandomResizedCrop and ColorJitter.
struct StrongChange {
  std::uint64_t cropKey = 0;  ///< Decides the part once the image's size is known, see strongCrop().
  ColourJitter jitter;
  bool operator==(const StrongChange&) const = default;
};

/// What is varied of one sample in one epoch; shared by every model so that all see the same content.
struct View {
  bool flip = false;
  std::optional<StrongChange> strong{};
  bool operator==(const View&) const = default;
};
/// A pure function of its arguments: the same in every run, order and thread count.
View viewOf(std::uint64_t seed, std::uint32_t sample, int epoch, Augment augment);

/// RandomResizedCrop's part of an image: 8 to 100 % of its area, sides in a ratio from 3 : 4 to 4 : 3, log-uniform.
/// Where ten tries give none that fits, the largest centred part whose ratio is allowed.
PixelBox strongCrop(std::uint64_t key, ImageSize image);

/// The model's input for one image: resized with antialiasing as Pillow does, cropped, flipped if the view says so,
/// normalised. Float32 [C, H, W]. Grey becomes three equal channels and colour becomes grey (ITU-R 601) where the model
/// wants that.
at::Tensor prepare(const Pixels& pixels, const Preprocess& preprocess, const View& view);

}  // namespace gf
