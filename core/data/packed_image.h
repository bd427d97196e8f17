// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "data/dataset.h"
#include "data/packed_format.h"

namespace gf {

/// Makes what a packed file stores of an image. An object keeps its memory from image to image; one for each thread.
/// What it makes depends on the image and the two numbers alone.
class PackedMaker {
 public:
  /// `side`: the shorter edge, 0 leaves images as they are. `quality`: of JPEG, 0 for raw pixels. Throws Error(Usage)
  /// when this build cannot write JPEG.
  PackedMaker(int side, int quality);
  ~PackedMaker();
  PackedMaker(PackedMaker&&) noexcept;

  struct Made {
    PackedEntry entry;  ///< Without its places and its name.
    std::string bytes;
  };
  /// Images whose shorter edge is larger than the side are resized with antialiasing (bicubic, as the preprocessing
  /// does); the others stay. JPEG has full chroma: the images are small already, and halving their colour again would
  /// cost more than the quality asked for.
  Made make(const Pixels& pixels);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What PackedMaker does, in words for the file's description.
std::string packedResizeText(int side);
std::string packedEncodingText(int quality);

}  // namespace gf
