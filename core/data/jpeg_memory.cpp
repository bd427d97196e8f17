// SPDX-License-Identifier: Apache-2.0
#include "data/jpeg_memory.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace gf {
namespace {

constexpr std::size_t kAlignment = 64, kLeastBlock = std::size_t{64} << 10;

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

void* JpegMemory::take(std::size_t bytes) {
  bytes = aligned(bytes);
  if ((last_ == nullptr || last_->size - used_ < bytes) && !grow(bytes)) return nullptr;
  void* piece = reinterpret_cast<unsigned char*>(last_) + used_;
  used_ += bytes;
  return piece;
}

bool JpegMemory::grow(std::size_t bytes) {
  const std::size_t size = std::max(kLeastBlock, aligned(sizeof(Block)) + bytes);
  void* memory = std::aligned_alloc(kAlignment, size);
  if (memory == nullptr) return false;
  last_ = ::new (memory) Block{last_, size};
  used_ = aligned(sizeof(Block));
  total_ += size;
  return true;
}

void JpegMemory::reset() {
  if (last_ == nullptr) return;
  if (last_->before != nullptr || total_ > kMostKept) {
    const std::size_t needed = total_;
    release();
    if (needed <= kMostKept) grow(needed);  // One block for all that was taken.
  }
  used_ = aligned(sizeof(Block));
}

void JpegMemory::release() {
  while (last_ != nullptr) {
    Block* before = last_->before;
    std::free(last_);
    last_ = before;
  }
  total_ = 0;
}

}  // namespace gf
