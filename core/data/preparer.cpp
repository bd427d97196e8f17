// SPDX-License-Identifier: Apache-2.0
#include "data/preparer.h"

#include <cstring>
#include <string>

#include "base/error.h"
#include "data/image_file.h"

namespace gf {
namespace {

struct Size {
  int width, height;
};

void check(const Preprocess& p) {
  const auto [channels, height, width] = p.inputSize;
  const std::string subject = "the model's input";
  if (channels != 1 && channels != 3) failInput(subject, "must have 1 or 3 channels", std::to_string(channels));
  if (height < 1 || width < 1 || height > 8192 || width > 8192) {
    failInput(subject, "height and width must be from 1 to 8192",
              std::to_string(height) + " × " + std::to_string(width));
  }
  if (!(p.cropPct > 0 && p.cropPct <= 1)) {
    failInput(subject, "the crop share must be in (0, 1]", std::to_string(p.cropPct));
  }
  if (std::max(height, width) / p.cropPct > kMaxImageSide) {
    failInput(subject, "the crop share must not ask for images above " + std::to_string(kMaxImageSide) + " pixels",
              std::to_string(p.cropPct));
  }
  const auto wanted = static_cast<std::size_t>(channels);
  if (p.mean.size() != wanted || p.std.size() != wanted) {
    failInput(subject, "mean and std must have one value for each of the " + std::to_string(channels) + " channels",
              std::to_string(p.mean.size()) + " and " + std::to_string(p.std.size()));
  }
  for (std::size_t c = 0; c < wanted; ++c) {
    if (!std::isfinite(p.mean[c]) || !std::isfinite(p.std[c]) || p.std[c] <= 0) {
      failInput(subject, "mean must be finite and std above 0",
                std::to_string(p.mean[c]) + ", " + std::to_string(p.std[c]));
    }
  }
}

/// ITU-R 601 luma in the 16-bit fixed point that Pillow uses.
Pixels toGrey(const Pixels& rgb) {
  Pixels grey{rgb.width, rgb.height, 1, {}};
  grey.bytes.resize(rgb.bytes.size() / 3);
  const std::uint8_t* in = rgb.bytes.data();
  for (auto& out : grey.bytes) {
    out = static_cast<std::uint8_t>((in[0] * 19595U + in[1] * 38470U + in[2] * 7471U + 0x8000U) >> 16);
    in += 3;
  }
  return grey;
}

/// Keeps the aspect ratio; the size that timm's ResizeKeepRatio computes. `longest`: the longer edge fits the target,
/// else the shorter.
Size keepRatio(const Pixels& image, Size target, bool longest) {
  const double down = static_cast<double>(image.height) / target.height;
  const double across = static_cast<double>(image.width) / target.width;
  const double ratio = longest ? std::max(down, across) : std::min(down, across);
  const auto scaled = [ratio](int edge) { return static_cast<int>(std::min(std::nearbyint(edge / ratio), 1e9)); };
  return {scaled(image.width), scaled(image.height)};
}

/// What timm's evaluation transform resizes to (timm 1.0, transforms_imagenet_eval).
Size resizedSize(const Pixels& image, const Preprocess& p) {
  const Size scale{static_cast<int>(std::floor(p.inputSize[2] / p.cropPct)),
                   static_cast<int>(std::floor(p.inputSize[1] / p.cropPct))};
  Size size = scale;
  if (p.cropMode == CropMode::Border) {
    size = keepRatio(image, scale, true);
  } else if (p.cropMode == CropMode::Center && scale.width != scale.height) {
    size = keepRatio(image, scale, false);
  } else if (p.cropMode == CropMode::Center) {
    // torchvision's Resize: the shorter edge exactly, the longer one rounded down.
    const std::int64_t side = scale.width;
    if (image.width <= image.height) {
      size.height = static_cast<int>(std::min<std::int64_t>(side * image.height / image.width, INT32_MAX));
    } else {
      size.width = static_cast<int>(std::min<std::int64_t>(side * image.width / image.height, INT32_MAX));
    }
  }
  return {std::max(size.width, 1), std::max(size.height, 1)};
}

std::vector<std::uint8_t> resize(const Pixels& image, Size size, Interpolation interpolation) {
  auto* bytes = const_cast<std::uint8_t*>(image.bytes.data());
  // Interleaved bytes are ATen's channels-last, for which it has a vectorised path that rounds as Pillow does.
  const auto input =
      at::from_blob(bytes, {1, image.height, image.width, image.channels}, at::kByte).permute({0, 3, 1, 2});
  const std::array<std::int64_t, 2> target{size.height, size.width};
  const auto output = interpolation == Interpolation::Bilinear
                          ? at::_upsample_bilinear2d_aa(input, target, false, std::nullopt, std::nullopt)
                          : at::_upsample_bicubic2d_aa(input, target, false, std::nullopt, std::nullopt);
  const auto interleaved = output.permute({0, 2, 3, 1}).contiguous();
  const auto* begin = interleaved.data_ptr<std::uint8_t>();
  return {begin, begin + interleaved.numel()};
}

/// Where a crop of `wanted` begins in `size` pixels: Python's round(), half to even, as torchvision; negative when the
/// image is smaller and the crop begins that far outside it.
int cropOffset(int size, int wanted) {
  const int spare = size - wanted;
  if (spare < 0) return -(-spare / 2);
  const int half = spare / 2;
  return spare % 2 == 0 ? half : half + half % 2;
}

}  // namespace

Preparer::Preparer(const Preprocess& preprocess) : preprocess_(preprocess) {
  check(preprocess_);
  const auto channels = static_cast<std::size_t>(preprocess_.inputSize[0]);
  table_.resize(channels * 256);
  for (std::size_t c = 0; c < channels; ++c) {
    const float mean = preprocess_.mean[c];
    for (std::size_t v = 0; v < 256; ++v) {
      table_[c * 256 + v] = (static_cast<float>(v) / 255.0F - mean) / preprocess_.std[c];
    }
    // timm pads with the mean colour in border mode, torchvision's crop with black.
    const double fill = preprocess_.cropMode == CropMode::Border ? std::nearbyint(255.0 * mean) : 0;
    fill_.push_back(static_cast<std::uint8_t>(std::clamp(fill, 0.0, 255.0)));
  }
}

std::size_t Preparer::floats() const {
  const auto [channels, height, width] = preprocess_.inputSize;
  return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
}

bool Preparer::fitsLike(const Preparer& other) const {
  const Preprocess &a = preprocess_, &b = other.preprocess_;
  return a.inputSize == b.inputSize && a.interpolation == b.interpolation && a.cropPct == b.cropPct &&
         a.cropMode == b.cropMode;
}

Resized Preparer::fit(const Pixels& pixels) const {
  if (preprocess_.inputSize[0] == 1 && pixels.channels == 3) {
    const Pixels grey = toGrey(pixels);
    Resized result = fit(grey);
    if (result.own.empty()) result.own = grey.bytes;
    result.bytes = result.own.data();
    return result;
  }
  const Size size = resizedSize(pixels, preprocess_);
  Resized result{size.width, size.height, pixels.channels, pixels.bytes.data(), {}};
  if (size.width == pixels.width && size.height == pixels.height) return result;
  if (static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height) > kMaxImagePixels) {
    failInput({}, "the image must not be too long and thin for the model's input",
              std::to_string(pixels.width) + " × " + std::to_string(pixels.height));
  }
  result.own = resize(pixels, size, preprocess_.interpolation);
  result.bytes = result.own.data();
  return result;
}

void Preparer::write(const Resized& image, const View& view, float* out) const {
  const auto [channels, height, width] = preprocess_.inputSize;
  const int left = cropOffset(image.width, width), top = cropOffset(image.height, height);
  const int begin = std::max(0, -left), end = std::min(width, image.width - left);
  const int step = image.channels;
  for (int c = 0; c < channels; ++c) {
    const float* table = table_.data() + 256 * c;
    const float outside = table[fill_[static_cast<std::size_t>(c)]];
    const int from = step == 1 ? 0 : c;  // A grey image serves every channel.
    for (int y = 0; y < height; ++y, out += width) {
      const int row = y + top;
      if (row < 0 || row >= image.height) {
        std::fill(out, out + width, outside);
        continue;
      }
      const std::uint8_t* in = image.bytes + (static_cast<std::ptrdiff_t>(row) * image.width + left) * step + from;
      std::fill(out, out + begin, outside);
      for (int x = begin; x < end; ++x) out[x] = table[in[static_cast<std::ptrdiff_t>(x) * step]];
      std::fill(out + end, out + width, outside);
      if (view.flip) std::reverse(out, out + width);
    }
  }
}

}  // namespace gf
