// SPDX-License-Identifier: Apache-2.0
#include "models/tensor_memory.h"

#include <c10/core/CPUAllocator.h>
#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>

namespace gf {
namespace {

constexpr std::size_t kPage = 4096, kHugePage = std::size_t{2} << 20;
constexpr std::size_t kSmallest = 128 << 10;  ///< Below it the C library keeps blocks by itself.

/// A block of its own from the system, aligned to a huge page where it can hold one; null where there is none.
void* mapped(std::size_t size) {
  const std::size_t margin = size >= kHugePage ? kHugePage - kPage : 0;
  void* const got = ::mmap(nullptr, size + margin, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED) return nullptr;
  if (margin == 0) return got;
  auto* const begin = static_cast<char*>(got);
  const std::size_t off = reinterpret_cast<std::uintptr_t>(begin) % kHugePage;
  const std::size_t before = off == 0 ? 0 : kHugePage - off;
  if (before > 0) ::munmap(begin, before);
  if (margin > before) ::munmap(begin + before + size, margin - before);
  ::madvise(begin + before, size, MADV_HUGEPAGE);  // no harm where there are none
  return begin + before;
}

class Pool {
 public:
  /// Null where the system has no memory left.
  void* take(std::size_t asked) {
    const std::size_t size = (asked + kPage - 1) / kPage * kPage;
    const std::lock_guard lock(mutex_);
    void* block = reuse(size);
    if (!block) block = fresh(size);
    if (!block) return nullptr;
    used_ += sizes_.at(block);
    most_ = std::max(most_, used_);
    return block;
  }

  /// False when the block is not the pool's.
  bool giveBack(void* block) {
    const std::lock_guard lock(mutex_);
    const auto found = sizes_.find(block);
    if (found == sizes_.end()) return false;
    used_ -= found->second;
    kept_ += found->second;
    idle_.push_back(block);
    bySize_.emplace(found->second, std::prev(idle_.end()));
    return true;
  }

  void release() {
    const std::lock_guard lock(mutex_);
    while (!idle_.empty()) unmapOldest();
    most_ = used_;
  }

  TensorMemory facts() {
    const std::lock_guard lock(mutex_);
    return {used_, kept_, most_};
  }

 private:
  using Idle = std::list<void*>;

  /// The smallest kept block that is large enough and not much too large.
  void* reuse(std::size_t size) {
    const auto found = bySize_.lower_bound(size);
    if (found == bySize_.end() || found->first > size + size / 8) return nullptr;
    void* const block = *found->second;
    kept_ -= found->first;
    idle_.erase(found->second);
    bySize_.erase(found);
    return block;
  }

  void* fresh(std::size_t size) {
    const std::size_t most = std::max(most_, used_ + size), bound = most + most / 8 + (std::size_t{64} << 20);
    while (!idle_.empty() && used_ + kept_ + size > bound) unmapOldest();
    void* block = mapped(size);
    while (!block && !idle_.empty()) {
      unmapOldest();
      block = mapped(size);
    }
    if (block) sizes_.emplace(block, size);
    return block;
  }

  void unmapOldest() {
    void* const block = idle_.front();
    const auto size = sizes_.find(block);
    const auto [begin, end] = bySize_.equal_range(size->second);
    for (auto each = begin; each != end; ++each) {
      if (*each->second != block) continue;
      bySize_.erase(each);
      break;
    }
    ::munmap(block, size->second);
    kept_ -= size->second;
    sizes_.erase(size);
    idle_.pop_front();
  }

  std::mutex mutex_;
  std::unordered_map<void*, std::size_t> sizes_;       ///< Of all blocks.
  Idle idle_;                                          ///< Blocks that nobody uses, the longest idle first.
  std::multimap<std::size_t, Idle::iterator> bySize_;  ///< The same by size.
  std::size_t used_ = 0, kept_ = 0, most_ = 0;
};

/// Never destroyed: tensors in static variables outlive everything.
Pool& pool() {
  static Pool* const all = new Pool;
  return *all;
}

void letGo(void* block) {
  const bool mayBeOurs = reinterpret_cast<std::uintptr_t>(block) % kPage == 0;
  if (block && !(mayBeOurs && pool().giveBack(block))) c10::GetDefaultCPUAllocator()->raw_deallocate(block);
}

class PoolAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t size) override {
    void* const block = size >= kSmallest ? pool().take(size) : nullptr;
    if (block) return {block, block, &letGo, c10::Device(c10::kCPU)};
    // Small ones, and the library's own message where there is no memory. One deleter for all, as the interface asks.
    void* const other = c10::GetDefaultCPUAllocator()->raw_allocate(size);
    return {other, other, &letGo, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &letGo; }
  void copy_data(void* to, const void* from, std::size_t count) const override { default_copy_data(to, from, count); }
};

}  // namespace

void keepTensorMemory() {
  static auto* const allocator = new PoolAllocator;  // as long-lived as the pool
  c10::SetCPUAllocator(allocator);
}

void releaseTensorMemory() {
  pool().release();
  ::malloc_trim(0);
}

TensorMemory tensorMemory() {
  return pool().facts();
}

}  // namespace gf
