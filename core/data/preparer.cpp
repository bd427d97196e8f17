// SPDX-License-Identifier: Apache-2.0
#include "data/preparer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/error.h"
#include "data/image_file.h"

namespace gf {
namespace {

const Preprocess& checked(const Preprocess& p) {
  const auto [channels, height, width] = p.inputSize;
  const std::string subject = "the model's input";
  if (channels != 1 && channels != 3) failInput(subject, "must have 1 or 3 channels", std::to_string(channels));
  if (height < 1 || width < 1 || height > 8192 || width > 8192) {
    failInput(subject, "height and width must be from 1 to 8192",
              std::to_string(height) + " × " + std::to_string(width));
  }
  if (!(p.cropPct > 0 && p.cropPct <= kLargestCropPct)) {
    failInput(subject,
              "the crop share must be above 0 and at most " + std::to_string(static_cast<int>(kLargestCropPct)),
              std::to_string(p.cropPct));
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
  return p;
}

/// The number as somebody wrote it: 0.3, where the float is a little more.
double asWritten(float value) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  double result = value;
  std::from_chars(digits, end, result);
  return result;
}

/// What lies outside an image, per channel: timm pads with the mean colour in border mode, torchvision's crop with
/// black.
std::vector<std::uint8_t> fillOf(const Preprocess& p, std::size_t channels) {
  std::vector<std::uint8_t> fill;
  for (const float mean : p.mean) {
    const double value = p.cropMode == CropMode::Border ? std::nearbyint(255.0 * asWritten(mean)) : 0;
    fill.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
  }
  if (fill.size() > channels) fill = {lumaOf(fill[0], fill[1], fill[2])};
  fill.resize(channels, fill[0]);
  return fill;
}

/// The grey image of what lies in `box`, in `grey`; the rest is left as it is.
ImageView greyOf(const Pixels& rgb, const PixelBox& box, std::vector<std::uint8_t>& grey) {
  const auto width = static_cast<std::size_t>(rgb.width);
  grey.resize(std::max(grey.size(), width * static_cast<std::size_t>(rgb.height)));
  for (int y = box.top; y < box.top + box.height; ++y) {
    const std::size_t begin = static_cast<std::size_t>(y) * width + static_cast<std::size_t>(box.left);
    const std::uint8_t* in = rgb.bytes.data() + 3 * begin;
    std::uint8_t* out = grey.data() + begin;
    for (int x = 0; x < box.width; ++x, in += 3) out[x] = lumaOf(in[0], in[1], in[2]);
  }
  return {grey.data(), rgb.width, rgb.height, 1, rgb.width};
}

/// Grey pixels as three equal channels.
void spread(const std::uint8_t* grey, const PixelBox& window, std::uint8_t* out, std::ptrdiff_t stride) {
  for (int y = 0; y < window.height; ++y, out += stride) {
    for (int x = 0; x < window.width; ++x, ++grey) std::fill_n(out + 3 * static_cast<std::ptrdiff_t>(x), 3, *grey);
  }
}

/// Keeps the aspect ratio; the size that timm's ResizeKeepRatio computes. `longest`: the longer edge fits the target,
/// else the shorter.
ImageSize keepRatio(ImageSize image, ImageSize target, bool longest) {
  const double down = static_cast<double>(image.height) / target.height;
  const double across = static_cast<double>(image.width) / target.width;
  const double ratio = longest ? std::max(down, across) : std::min(down, across);
  const auto scaled = [ratio](int edge) { return static_cast<int>(std::min(std::nearbyint(edge / ratio), 1e9)); };
  return {scaled(image.width), scaled(image.height)};
}

/// The input's edges divided by the crop share: timm's scale_size.
ImageSize scaleOf(const Preprocess& p) {
  return {static_cast<int>(std::floor(p.inputSize[2] / p.cropPct)),
          static_cast<int>(std::floor(p.inputSize[1] / p.cropPct))};
}

bool isSquare(ImageSize size) {
  return size.width == size.height;
}

/// What timm's evaluation transform resizes to.
ImageSize resizedSize(ImageSize image, const Preprocess& p) {
  const ImageSize scale = scaleOf(p);
  ImageSize size = scale;
  if (p.cropMode == CropMode::Border) {
    size = keepRatio(image, scale, true);
  } else if (p.cropMode == CropMode::Center) {
    size = isSquare(scale) ? shorterEdgeTo(scale.width, image) : keepRatio(image, scale, false);
  }
  return {std::max(size.width, 1), std::max(size.height, 1)};
}

/// timm forgets the interpolation where a centre crop is not square, and takes its default.
Interpolation interpolationOf(const Preprocess& p) {
  return p.cropMode == CropMode::Center && !isSquare(scaleOf(p)) ? Interpolation::Bilinear : p.interpolation;
}

/// Where a crop of `wanted` begins in `size` pixels: Python's round(), half to even, as torchvision; negative when the
/// image is smaller and the crop begins that far outside it.
int cropOffset(int size, int wanted) {
  const int spare = size - wanted;
  if (spare < 0) return -(-spare / 2);
  const int half = spare / 2;
  return spare % 2 == 0 ? half : half + half % 2;
}

/// What of `size` resized pixels a crop of `wanted` shows, and where in the crop that begins.
struct Shown {
  int from, count, at;
};
Shown shownOf(int size, int wanted) {
  const int offset = cropOffset(size, wanted);
  const int from = std::max(0, offset), end = std::min(size, offset + wanted);
  return {from, end - from, from - offset};
}

/// One direction of a shared crop: the source pixels from `from` to `to` become `count` pixels of the input from `at`
/// on.
struct Span {
  float from, to;
  int count, at;
};
/// `resized`: what `source` pixels become for the model whose crop is shared, of which it shows `crop`; `wanted`: what
/// this model wants of them.
Span spanOf(int source, int resized, int crop, int wanted) {
  const double scale = static_cast<double>(source) / resized;
  const int offset = cropOffset(resized, crop);
  const double begin = offset * scale, end = (offset + crop) * scale;
  const auto placed = [&](double x) { return static_cast<int>(std::nearbyint((x - begin) / (end - begin) * wanted)); };
  const int first = std::min(placed(std::max(begin, 0.0)), wanted - 1);
  const int last = std::max(placed(std::min<double>(end, source)), first + 1);
  return {static_cast<float>(std::max(begin, 0.0)), std::min(static_cast<float>(end), static_cast<float>(source)),
          last - first, first};
}

}  // namespace

/// What is done to an image: a part of it counts as the image, and a window of the resized one lies in the crop.
struct Preparer::Plan {
  PixelBox part;
  Resampling resampling;
  int left = 0, top = 0;  ///< Of the window in the crop.
};

Preparer::Preparer(const Preprocess& preprocess) : Preparer(preprocess, preprocess) {}

Preparer::Preparer(const Preprocess& preprocess, const Preprocess& shared)
    : preprocess_(checked(preprocess)),
      shared_(checked(shared)),
      interpolation_(interpolationOf(preprocess)),
      normaliser_(preprocess.mean, preprocess.std),
      fill_(fillOf(shared, static_cast<std::size_t>(preprocess.inputSize[0]))) {}

std::size_t Preparer::floats() const {
  const auto [channels, height, width] = preprocess_.inputSize;
  return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
}

std::string Preparer::cropText() const {
  char share[32];
  const auto end = std::to_chars(std::begin(share), std::end(share), shared_.cropPct).ptr;
  const auto [channels, height, width] = preprocess_.inputSize;
  std::string text = std::to_string(channels);
  for (const int number : {height, width, static_cast<int>(interpolation_), shared_.inputSize[1], shared_.inputSize[2],
                           static_cast<int>(shared_.cropMode)}) {
    text += " " + std::to_string(number);
  }
  text += " " + std::string(share, end) + " fill";
  for (const std::uint8_t value : fill_) text += " " + std::to_string(value);
  return text;
}

Preparer::Plan Preparer::evaluationPlan(ImageSize image) const {
  const auto [channels, height, width] = shared_.inputSize;
  const ImageSize size = resizedSize(image, shared_);
  const Shown x = shownOf(size.width, width), y = shownOf(size.height, height);
  Plan plan;
  plan.resampling.size = size;
  plan.resampling.right = static_cast<float>(image.width);
  plan.resampling.bottom = static_cast<float>(image.height);
  plan.resampling.window = {x.from, y.from, x.count, y.count};
  plan.left = x.at;
  plan.top = y.at;
  return plan;
}

Preparer::Plan Preparer::sharedPlan(ImageSize image) const {
  const auto [channels, height, width] = preprocess_.inputSize;
  const ImageSize size = resizedSize(image, shared_);
  const Span x = spanOf(image.width, size.width, shared_.inputSize[2], width);
  const Span y = spanOf(image.height, size.height, shared_.inputSize[1], height);
  Plan plan;
  plan.resampling.left = x.from;
  plan.resampling.right = x.to;
  plan.resampling.top = y.from;
  plan.resampling.bottom = y.to;
  plan.resampling.size = {x.count, y.count};
  plan.resampling.window = {0, 0, x.count, y.count};
  plan.left = x.at;
  plan.top = y.at;
  return plan;
}

Preparer::Plan Preparer::plan(ImageSize image, const View& view) const {
  const auto [channels, height, width] = preprocess_.inputSize;
  Plan plan;
  if (view.strong) {
    plan.part = strongCrop(view.strong->cropKey, image);
    plan.resampling.right = static_cast<float>(plan.part.width);
    plan.resampling.bottom = static_cast<float>(plan.part.height);
    plan.resampling.size = {width, height};
    plan.resampling.window = {0, 0, width, height};
  } else {
    const bool alike = height == shared_.inputSize[1] && width == shared_.inputSize[2];
    plan = alike ? evaluationPlan(image) : sharedPlan(image);
    plan.part = {0, 0, image.width, image.height};
  }
  plan.resampling.interpolation = interpolation_;
  if (view.flip) {
    plan.resampling.mirrored = true;
    plan.left = width - plan.left - plan.resampling.window.width;
  }
  return plan;
}

PixelBox Preparer::boxOf(int imageWidth, int imageHeight, const View& view) const {
  const Plan made = plan({imageWidth, imageHeight}, view);
  PixelBox box = readBy(made.resampling, {made.part.width, made.part.height});
  box.left += made.part.left;
  box.top += made.part.top;
  return box;
}

void Preparer::crop(const Pixels& image, const View& view, PrepareScratch& scratch, std::uint8_t* out) const {
  const auto [channels, height, width] = preprocess_.inputSize;
  const Plan made = plan({image.width, image.height}, view);
  ImageView source = viewOfPixels(image);
  if (channels == 1 && image.channels == 3) {
    source = greyOf(image, boxOf(image.width, image.height, view), scratch.grey);
  }
  const auto rowBytes = static_cast<std::ptrdiff_t>(width) * channels;
  const PixelBox& window = made.resampling.window;
  if (window.width < width || window.height < height) fill(out);
  std::uint8_t* corner = out + made.top * rowBytes + static_cast<std::ptrdiff_t>(made.left) * channels;
  if (source.channels == channels) {
    scratch.resampler.run(partOf(source, made.part), made.resampling, corner, rowBytes);
  } else {
    // A grey image serves three channels.
    const auto grey = static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height);
    scratch.window.resize(std::max(scratch.window.size(), grey));
    scratch.resampler.run(partOf(source, made.part), made.resampling, scratch.window.data(), window.width);
    spread(scratch.window.data(), window, corner, rowBytes);
  }
  if (view.strong) jitter(out, floats() / static_cast<std::size_t>(channels), channels, view.strong->jitter);
}

void Preparer::fill(std::uint8_t* out) const {
  for (std::size_t i = 0; i < floats(); ++i) out[i] = fill_[i % fill_.size()];
}

void Preparer::normalise(const std::uint8_t* crop, float* out) const {
  normaliser_.run(crop, floats() / static_cast<std::size_t>(preprocess_.inputSize[0]), out);
}

void Preparer::prepare(const Pixels& image, const View& view, PrepareScratch& scratch, float* out) const {
  scratch.crop.resize(std::max(scratch.crop.size(), floats()));
  crop(image, view, scratch, scratch.crop.data());
  normalise(scratch.crop.data(), out);
}

}  // namespace gf
