// SPDX-License-Identifier: Apache-2.0
#include "base/control.h"

#include <chrono>
#include <utility>

#include "base/error.h"

namespace gf {

void PauseGate::pause() {
  const std::lock_guard lock(mutex_);
  paused_ = true;
}

void PauseGate::resume() {
  {
    const std::lock_guard lock(mutex_);
    paused_ = false;
  }
  changed_.notify_all();
}

bool PauseGate::isPaused() const {
  const std::lock_guard lock(mutex_);
  return paused_;
}

void PauseGate::wait(const std::stop_token& stop, const std::function<void()>& onWaiting) {
  std::unique_lock lock(mutex_);
  if (!paused_ || stop.stop_requested()) return;
  if (onWaiting) {
    lock.unlock();
    onWaiting();
    lock.lock();
  }
  changed_.wait(lock, stop, [this] { return !paused_; });
}

Control::Control(std::stop_token stop, PauseGate* gate, ProgressSink sink)
    : stop_(std::move(stop)), gate_(gate), sink_(std::move(sink)) {}

void Control::checkpoint() const {
  if (gate_) {
    bool held = false;
    gate_->wait(stop_, [&] {
      held = true;
      if (held_) held_(true);
    });
    if (held && held_ && !stop_.stop_requested()) held_(false);
  }
  if (stop_.stop_requested()) throw Stopped();
}

void Control::report(const Progress& progress) const {
  if (sink_) sink_(progress);
}

double monotonicSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Meter::Meter(const Control& control, std::string stage, double total)
    : control_(control), stage_(std::move(stage)), total_(total), start_(monotonicSeconds()) {
  update(0);
}

void Meter::update(double done) {
  constexpr double kSecondsBetweenReports = 0.05;
  const double now = monotonicSeconds();
  if (last_ >= 0 && done < total_ && now - last_ < kSecondsBetweenReports) return;
  last_ = now;
  Progress progress{stage_, total_ > 0 ? done / total_ : 1.0};
  const double elapsed = now - start_;
  if (done > 0 && elapsed > 0) {
    progress.itemsPerSecond = done / elapsed;
    progress.secondsLeft = (total_ - done) / progress.itemsPerSecond;
  }
  control_.report(progress);
}

}  // namespace gf
