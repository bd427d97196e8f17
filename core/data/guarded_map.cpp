// SPDX-License-Identifier: Apache-2.0
#include "data/guarded_map.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>

#include "base/error.h"

namespace gf {

/// Made once and used again for later mappings, never freed: the handler may walk over it at any time.
struct GuardedMap::Region {
  std::atomic<std::uintptr_t> begin{0};  ///< 0: free.
  std::atomic<std::size_t> length{0};
  std::atomic<bool> lost{false};
  Region* next = nullptr;
};

namespace {

std::atomic<GuardedMap::Region*> regions{nullptr};
std::mutex registering;
struct sigaction before {};

std::uintptr_t pageBytes() {
  static const auto size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

/// Puts zeros in place of everything from the missing page to the mapping's end. Only what a signal's handler may do:
/// atomics and the mmap system call.
bool patch(std::uintptr_t address, std::uintptr_t page) {
  for (auto* region = regions.load(); region; region = region->next) {
    const std::uintptr_t begin = region->begin.load(), length = region->length.load();
    if (begin == 0 || address < begin || address - begin >= length) continue;
    const std::uintptr_t from = address / page * page;
    region->lost.store(true);
    return ::mmap(reinterpret_cast<void*>(from), begin + length - from, PROT_READ,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
  }
  return false;
}

void onBusError(int signal, siginfo_t* info, void* context) {
  const int saved = errno;
  const bool patched = patch(reinterpret_cast<std::uintptr_t>(info->si_addr), pageBytes());
  errno = saved;
  if (patched) return;
  // Not one of ours: whoever was asked before us decides, by default the end of the process.
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(signal, info, context);
  } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(signal);
  } else {
    ::signal(SIGBUS, SIG_DFL);  // The same access fails again, now for good.
  }
}

/// Under the lock.
void installHandler() {
  static bool installed = false;
  if (installed) return;
  pageBytes();
  struct sigaction action {};
  action.sa_sigaction = onBusError;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, &before);
  installed = true;
}

/// Under the lock.
GuardedMap::Region* freeRegion() {
  for (auto* region = regions.load(); region; region = region->next) {
    if (region->begin.load() == 0) return region;
  }
  auto* region = new GuardedMap::Region;
  region->next = regions.load();
  regions.store(region);
  return region;
}

}  // namespace

GuardedMap::GuardedMap(int descriptor, std::uint64_t at, std::size_t length) {
  if (length == 0) return;
  const std::uint64_t from = at / pageBytes() * pageBytes(), lead = at - from;
  void* place = ::mmap(nullptr, length + lead, PROT_READ, MAP_SHARED, descriptor, static_cast<off_t>(from));
  if (place == MAP_FAILED) failRun({}, "the file's tables must fit into the address space", std::strerror(errno));
  const std::lock_guard lock(registering);
  installHandler();
  region_ = freeRegion();
  region_->lost.store(false);
  region_->length.store(length + lead);
  region_->begin.store(reinterpret_cast<std::uintptr_t>(place));
  bytes_ = {static_cast<const char*>(place) + lead, length};
}

GuardedMap::~GuardedMap() {
  if (!region_) return;
  const std::uintptr_t begin = region_->begin.load();
  const std::size_t length = region_->length.load();
  {
    const std::lock_guard lock(registering);
    region_->begin.store(0);
  }
  ::munmap(reinterpret_cast<void*>(begin), length);
}

bool GuardedMap::lost() const {
  return region_ && region_->lost.load();
}

}  // namespace gf
