// SPDX-License-Identifier: Apache-2.0
#include "data/sample_visit.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "data/pixel_turn.h"

namespace gf {
namespace {

/// Samples a thread gets before the one who waits reports and may pause: long enough that threads cost nothing.
constexpr std::size_t kRound = 64;

/// One round: all numbers from `begin` to `end`.
void visitRound(std::size_t begin, std::size_t end, int threads, const Control& control,
                const std::function<void(std::size_t)>& visit) {
  std::atomic<std::size_t> next{begin};
  std::exception_ptr failure;
  std::mutex failing;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < end && !control.stopRequested(); i = next++) {
        const PixelTurn turn;
        visit(i);
      }
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
      next = end;
    }
  };
  {
    std::vector<std::jthread> others;
    for (int t = 1; t < threads; ++t) others.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

void visitSamples(std::size_t count, int threads, const Control& control, const std::string& stage,
                  const std::function<void(std::size_t)>& visit) {
  if (threads <= 0) threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
  Meter meter(control, stage, static_cast<double>(count));
  for (std::size_t begin = 0; begin < count;) {
    control.checkpoint();
    const std::size_t end = std::min(count, begin + kRound * static_cast<std::size_t>(threads));
    visitRound(begin, end, threads, control, visit);
    begin = end;
    meter.update(static_cast<double>(begin));
  }
  control.checkpoint();
}

}  // namespace gf
