// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>

namespace gf {

/// Memory for tensors that come and go in the same size. A tensor made here gives its memory back when its last holder
/// lets go of it, never before; it may outlive the pool. Thread-safe.
class BufferPool {
 public:
  /// `bytes`: what each tensor needs at most. `most`: how many are made at once; further ones are made where holders
  /// keep so many, and are not kept.
  BufferPool(std::size_t bytes, std::size_t most);
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  /// A tensor on the CPU whose content may be anything.
  at::Tensor take(at::IntArrayRef sizes, at::ScalarType type);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace gf
