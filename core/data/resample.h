// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/dataset.h"

namespace gf {

enum class Interpolation { Bilinear, Bicubic };

struct ImageSize {
  int width = 0, height = 0;
  bool operator==(const ImageSize&) const = default;
};

/// 8-bit pixels of somebody else's, channels interleaved; a row begins `stride` bytes after the one above it.
struct ImageView {
  const std::uint8_t* bytes = nullptr;
  int width = 0, height = 0, channels = 0;
  std::ptrdiff_t stride = 0;
};
ImageView viewOfPixels(const Pixels& pixels);
/// The part of `image` in `box`, which lies inside it.
ImageView partOf(const ImageView& image, const PixelBox& box);

/// A part of an image brought to a size, and what of the result is wanted. As Pillow's Image.resize(size, filter, box).
struct Resampling {
  Interpolation interpolation = Interpolation::Bicubic;
  float left = 0, top = 0, right = 0, bottom = 0;  ///< The part, in pixels of the image, inside it.
  ImageSize size;                                  ///< To this size.
  PixelBox window;                                 ///< Of the result; inside `size`, not empty.
  bool mirrored = false;                           ///< The window's columns come from right to left.
};

/// The pixels of an image of this size that the resampling reads: the window's, and what its filter reaches around.
PixelBox readBy(const Resampling& resampling, ImageSize image);

/// torchvision's Resize to a shorter edge: the other one keeps the ratio, rounded down.
ImageSize shorterEdgeTo(int edge, ImageSize image);

/// Which source pixels make each result pixel of one direction, and with what weight.
struct ResampleAxis {
  struct Question {
    Interpolation interpolation = Interpolation::Bicubic;
    int inSize = 0, outSize = 0;
    float from = 0, to = 0;
    int first = 0, count = 0;  ///< `count` results from `first` on.
    bool mirrored = false;
    bool operator==(const Question&) const = default;
  };
  Question asked;
  int taps = 0;                       ///< Weights kept for each result; those beyond `lengths` are 0.
  std::vector<int> begins;            ///< Of each result: its first source pixel,
  std::vector<int> lengths;           ///< how many there are,
  std::vector<std::int32_t> weights;  ///< and their weights, 22 bits after the point, [count, taps].

  // The same for resample_avx2.cpp, where `groups` is above 0.
  int groups = 0;
  std::vector<int> starts;          ///< In bytes.
  std::vector<std::int16_t> words;  ///< [count, groups, 32].
};

/// Pillow's antialiased resize of 8-bit images, equal to it in every bit: filters as wide as the scale asks for,
/// weights of 22 bits, one direction after the other with 8-bit pixels between them, in Pillow 13's order (tall images
/// that shrink a lot go down first). Only the window is computed, from only the pixels it needs. Keeps its memory from
/// image to image; one object for each thread.
class Resampler {
 public:
  /// `portable`: without the processor's vectors, with the same results.
  explicit Resampler(bool portable = false) : portable_(portable) {}
  /// Writes the window's pixels, rows `stride` bytes apart. Of `image` only readBy() need be valid.
  void run(const ImageView& image, const Resampling& resampling, std::uint8_t* out, std::ptrdiff_t stride);

 private:
  void across(const ImageView& rows, std::uint8_t* out, std::ptrdiff_t stride);
  void down(const std::uint8_t* in, std::ptrdiff_t stride, int firstRow, std::size_t bytes, std::uint8_t* out,
            std::ptrdiff_t outStride) const;

  bool portable_;
  ResampleAxis across_, down_;
  std::vector<std::uint8_t> between_, padded_;
};

}  // namespace gf
