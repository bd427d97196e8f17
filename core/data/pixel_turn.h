// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace gf {

/// While one lives, its thread takes turns with the others that have one: together they hold at most as many pixels as
/// the largest image may have (kMaxImagePixels), so that many threads may meet images of any size. Small images, below
/// kCountedPixels, neither count nor wait.
class PixelTurn {
 public:
  PixelTurn();
  ~PixelTurn();
  PixelTurn(const PixelTurn&) = delete;
  PixelTurn& operator=(const PixelTurn&) = delete;

  static constexpr std::uint64_t kCountedPixels = std::uint64_t{1} << 22;
  /// Called before the memory of an image is made: waits until there is room for it, first come, first served. Does
  /// nothing in a thread without a turn.
  static void waitFor(std::uint64_t pixels);
  /// Threads that wait.
  static std::size_t waiting();

 private:
  bool outermost_;
};

}  // namespace gf
