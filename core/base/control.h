// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

namespace gf {

/// How far a piece of long work is.
struct Progress {
  std::string stage;          ///< What is being done, for people: "Evaluating tops-resnet".
  double fraction = 0;        ///< Share of the stage that is done, 0–1.
  double itemsPerSecond = 0;  ///< 0 while unknown.
  double secondsLeft = -1;    ///< Of this stage; negative while unknown.
};
using ProgressSink = std::function<void(const Progress&)>;

/// Holds a worker between two steps until it may go on.
class PauseGate {
 public:
  void pause();
  void resume();
  bool isPaused() const;
  /// Returns at once when not paused; else when resumed or when `stop` is requested.
  /// `onWaiting` is called once, from the waiting thread, if the wait really begins.
  void wait(const std::stop_token& stop, const std::function<void()>& onWaiting = {});

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool paused_ = false;
};

/// What long work asks of whoever started it: may I go on, and here is how far I am.
/// Copyable; a default one never stops, never pauses and reports to nobody.
class Control {
 public:
  Control() = default;
  Control(std::stop_token stop, PauseGate* gate, ProgressSink sink);

  /// Waits while paused; throws Stopped once a stop was asked for. Call between steps.
  void checkpoint() const;
  bool stopRequested() const { return stop_.stop_requested(); }
  const std::stop_token& stopToken() const { return stop_; }
  void report(const Progress& progress) const;
  /// The same stop and pause, reporting to `sink`: for a part of the work whose progress is only a share of the whole.
  Control withSink(ProgressSink sink) const {
    Control part = *this;
    part.sink_ = std::move(sink);
    return part;
  }
  /// Called from the working thread with true when a pause begins to hold it and with false when it goes on.
  void onHeld(std::function<void(bool)> callback) { held_ = std::move(callback); }

 private:
  std::stop_token stop_;
  PauseGate* gate_ = nullptr;
  ProgressSink sink_;
  std::function<void(bool)> held_;
};

/// Turns counted items into Progress at a bounded rate (about 20 reports a second at most).
class Meter {
 public:
  Meter(const Control& control, std::string stage, double total);
  /// `done` items of `total` are finished.
  void update(double done);

 private:
  const Control& control_;
  std::string stage_;
  double total_, start_, last_ = -1;
};

/// Seconds on a clock that never goes back.
double monotonicSeconds();

}  // namespace gf
