// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace gf {

/// Memory that is handed out piece by piece and taken back all at once, to be handed out again: nothing comes from the
/// heap once it is large enough. For libraries in C: does not throw.
class JpegMemory {
 public:
  JpegMemory() = default;
  ~JpegMemory() { release(); }
  JpegMemory(const JpegMemory&) = delete;
  JpegMemory& operator=(const JpegMemory&) = delete;

  /// At a multiple of 64 bytes; null when there is no memory.
  void* take(std::size_t bytes);
  /// Takes everything back. Above `kMostKept` bytes it goes back to the heap.
  void reset();

  static constexpr std::size_t kMostKept = std::size_t{8} << 20;

 private:
  struct Block {
    Block* before;
    std::size_t size;
  };
  bool grow(std::size_t bytes);
  void release();

  Block* last_ = nullptr;
  std::size_t used_ = 0;   ///< Of the last block, its head included.
  std::size_t total_ = 0;  ///< Of all blocks.
};

}  // namespace gf
