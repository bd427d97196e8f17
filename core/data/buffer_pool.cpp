// SPDX-License-Identifier: Apache-2.0
#include "data/buffer_pool.h"

#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace gf {

struct BufferPool::Shared {
  Shared(std::size_t size, std::size_t count) : bytes((size + kAlignment - 1) / kAlignment * kAlignment), most(count) {
    free.reserve(most);  // So that giving back, which must not throw, needs no memory.
  }
  ~Shared() {
    for (void* buffer : free) std::free(buffer);
  }
  void* take() {
    const std::lock_guard lock(mutex);
    void* buffer = nullptr;
    if (!free.empty()) {
      buffer = free.back();
      free.pop_back();
    } else {
      buffer = std::aligned_alloc(kAlignment, bytes);
      if (buffer == nullptr) throw std::bad_alloc();
    }
    ++out;
    return buffer;
  }
  void giveBack(void* buffer) {
    {
      const std::lock_guard lock(mutex);
      --out;
      if (!closed && out + free.size() < most) {
        free.push_back(buffer);
        return;
      }
    }
    std::free(buffer);
  }

  static constexpr std::size_t kAlignment = 64;  ///< As LibTorch's own tensors have it.
  const std::size_t bytes, most;
  std::mutex mutex;
  std::vector<void*> free;
  std::size_t out = 0;
  bool closed = false;
};

BufferPool::BufferPool(std::size_t bytes, std::size_t most) : shared_(std::make_shared<Shared>(bytes, most)) {}

BufferPool::~BufferPool() {
  const std::lock_guard lock(shared_->mutex);
  shared_->closed = true;
  for (void* buffer : shared_->free) std::free(buffer);
  shared_->free.clear();
}

at::Tensor BufferPool::take(at::IntArrayRef sizes, at::ScalarType type) {
  void* buffer = shared_->take();
  return at::from_blob(
      buffer, sizes, [shared = shared_](void* given) { shared->giveBack(given); }, type);
}

}  // namespace gf
