// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "options/transfer_options.h"

namespace gf {

enum class Interpolation { Bilinear, Bicubic };
enum class CropMode { Center, Squash, Border };  ///< As timm's crop_mode.

/// How one model wants its input.
struct Preprocess {
  std::array<int, 3> inputSize{3, 224, 224};  ///< C, H, W.
  std::vector<float> mean, std;               ///< Per channel, of pixels scaled to 0–1.
  Interpolation interpolation = Interpolation::Bicubic;
  double cropPct = 0.875;  ///< Side of the crop / side of the resized image, (0, 1].
  CropMode cropMode = CropMode::Center;
  bool operator==(const Preprocess&) const = default;
};

/// What is varied of one sample in one epoch; shared by every model so that all see the same content.
struct View {
  bool flip = false;
};
/// A pure function of its arguments: the same in every run, order and thread count.
View viewOf(std::uint64_t seed, std::uint32_t sample, int epoch, Augment augment);

/// The model's input for one image: resized with antialiasing as Pillow does, cropped, flipped if the view says so,
/// normalised. Float32 [C, H, W]. Grey becomes three equal channels and colour becomes grey (ITU-R 601) where the model
/// wants that.
at::Tensor prepare(const Pixels& pixels, const Preprocess& preprocess, const View& view);

}  // namespace gf
