// SPDX-License-Identifier: Apache-2.0
#include "data/pixel_turn.h"

#include <condition_variable>
#include <mutex>

#include "data/image_file.h"

namespace gf {
namespace {

struct Held {
  std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t pixels = 0;
  std::uint64_t lastTicket = 0, served = 0;
};

Held& held() {
  static Held all;
  return all;
}

thread_local bool hasTurn = false;
thread_local std::uint64_t mine = 0;  ///< What this thread holds in its turn.

}  // namespace

PixelTurn::PixelTurn() : outermost_(!hasTurn) {
  hasTurn = true;
}

PixelTurn::~PixelTurn() {
  if (!outermost_) return;
  hasTurn = false;
  if (mine == 0) return;
  Held& all = held();
  {
    const std::lock_guard lock(all.mutex);
    all.pixels -= mine;
  }
  mine = 0;
  all.changed.notify_all();
}

void PixelTurn::waitFor(std::uint64_t pixels) {
  if (!hasTurn || pixels < kCountedPixels || pixels <= mine) return;
  Held& all = held();
  {
    std::unique_lock lock(all.mutex);
    if (mine == 0) {  // Whoever holds some must not wait for more.
      const std::uint64_t ticket = all.lastTicket++;
      all.changed.wait(
          lock, [&] { return all.served == ticket && (all.pixels == 0 || all.pixels + pixels <= kMaxImagePixels); });
      ++all.served;
    }
    all.pixels += pixels - mine;
    mine = pixels;
  }
  all.changed.notify_all();
}

std::size_t PixelTurn::waiting() {
  Held& all = held();
  const std::lock_guard lock(all.mutex);
  return static_cast<std::size_t>(all.lastTicket - all.served);
}

}  // namespace gf
