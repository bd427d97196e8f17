// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <barrier>
#include <future>
#include <latch>
#include <thread>
#include <vector>

#include "base/control.h"
#include "base/error.h"
#include "base/log.h"

using namespace gf;

TEST_CASE("an error says what, which rule, what was seen, what to do") {
  const Error full(ErrorKind::Input, "a.pt", "must be a file", "a folder", "Choose another");
  CHECK(std::string(full.what()) == "a.pt: must be a file; found a folder. Choose another");
  CHECK(full.subject() == "a.pt");
  CHECK(full.rule() == "must be a file");
  CHECK(full.observed() == "a folder");
  CHECK(full.remedy() == "Choose another");
  CHECK(std::string(Error(ErrorKind::Run, "", "it failed", "").what()) == "it failed");
}

TEST_CASE("the kind of an error decides the exit code") {
  CHECK(exitCodeOf(ErrorKind::Run) == 1);
  CHECK(exitCodeOf(ErrorKind::Usage) == 2);
  CHECK(exitCodeOf(ErrorKind::Input) == 3);
  CHECK(kDone == 0);
  CHECK(kStopped == 130);
  CHECK_THROWS_AS(failUsage("a", "b", "c"), Error);
  try {
    failRun("a", "b", "c");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Run);
  }
}

TEST_CASE("a default control never stops, pauses or reports") {
  const Control control;
  CHECK_NOTHROW(control.checkpoint());
  CHECK_FALSE(control.stopRequested());
  CHECK_NOTHROW(control.report({"stage", 0.5}));
}

TEST_CASE("a stop is seen at the next checkpoint") {
  std::stop_source source;
  const Control control(source.get_token(), nullptr, {});
  CHECK_NOTHROW(control.checkpoint());
  source.request_stop();
  CHECK(control.stopRequested());
  CHECK_THROWS_AS(control.checkpoint(), Stopped);
}

TEST_CASE("an open gate does not wait and does not call back") {
  PauseGate gate;
  bool waited = false;
  gate.wait({}, [&] { waited = true; });
  CHECK_FALSE(waited);
  gate.pause();
  CHECK(gate.isPaused());
  gate.resume();
  CHECK_FALSE(gate.isPaused());
}

TEST_CASE("a paused worker holds at its checkpoint until it is resumed") {
  PauseGate gate;
  gate.pause();
  std::stop_source source;
  Control control(source.get_token(), &gate, {});
  std::promise<void> held;
  std::vector<bool> calls;  // written by the worker, read after it was joined
  control.onHeld([&](bool holding) {
    calls.push_back(holding);
    if (holding) held.set_value();
  });
  bool passed = false;
  std::jthread worker([&] {
    control.checkpoint();
    passed = true;
  });
  held.get_future().wait();
  CHECK(gate.isPaused());
  gate.resume();
  worker.join();
  CHECK(passed);
  CHECK(calls == std::vector<bool>{true, false});
}

TEST_CASE("a stop ends a pause, and no going-on is reported") {
  PauseGate gate;
  gate.pause();
  std::stop_source source;
  Control control(source.get_token(), &gate, {});
  std::promise<void> held;
  std::vector<bool> calls;
  control.onHeld([&](bool holding) {
    calls.push_back(holding);
    if (holding) held.set_value();
  });
  bool stopped = false;
  std::jthread worker([&] {
    try {
      control.checkpoint();
    } catch (const Stopped&) {
      stopped = true;
    }
  });
  held.get_future().wait();
  source.request_stop();
  worker.join();
  CHECK(stopped);
  CHECK(calls == std::vector<bool>{true});
}

TEST_CASE("resumed between seeing the pause and waiting: the worker goes on") {
  PauseGate gate;
  gate.pause();
  gate.wait({}, [&] { gate.resume(); });  // runs before the wait itself begins
  CHECK_FALSE(gate.isPaused());
}

TEST_CASE("many pauses and resumes against a running worker lose no step") {
  constexpr int kRounds = 200;
  PauseGate gate;
  const Control control({}, &gate, {});
  std::barrier turn(2);
  int steps = 0;
  std::jthread worker([&] {
    for (int i = 0; i < kRounds; ++i) {
      turn.arrive_and_wait();
      control.checkpoint();
      ++steps;
      turn.arrive_and_wait();  // else the next pause could catch this round's checkpoint
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    if (i % 2) gate.pause();
    turn.arrive_and_wait();
    gate.resume();
    turn.arrive_and_wait();
  }
  worker.join();
  CHECK(steps == kRounds);
}

TEST_CASE("several workers behind one gate are all released") {
  constexpr int kWorkers = 4;
  PauseGate gate;
  gate.pause();
  std::latch waiting(kWorkers);
  std::vector<std::jthread> workers;
  for (int i = 0; i < kWorkers; ++i) {
    workers.emplace_back([&] { gate.wait({}, [&] { waiting.count_down(); }); });
  }
  waiting.wait();
  gate.resume();
  for (auto& worker : workers) worker.join();
  CHECK_FALSE(gate.isPaused());
}

TEST_CASE("a meter reports its start and its end with the rate") {
  std::vector<Progress> seen;
  const Control control({}, nullptr, [&](const Progress& progress) { seen.push_back(progress); });
  Meter meter(control, "Evaluating", 1000);
  for (int i = 1; i <= 1000; ++i) meter.update(i);
  CHECK(seen.front().fraction == 0);
  CHECK(seen.front().secondsLeft < 0);
  CHECK(seen.back().stage == "Evaluating");
  CHECK(seen.back().fraction == 1);
  CHECK(seen.back().itemsPerSecond > 0);
  CHECK(seen.back().secondsLeft == 0);
  CHECK(seen.size() < 1000);  // in between at a bounded rate
  Meter nothing(control, "Nothing", 0);
  CHECK(seen.back().fraction == 1);
}

TEST_CASE("log lines reach every sink while it is subscribed") {
  std::vector<std::string> first, second;
  {
    const LogSubscription one([&](const LogEntry& entry) { first.push_back(entry.text); });
    logLine(LogLevel::Info, "a");
    const LogSubscription two([&](const LogEntry& entry) {
      second.push_back(entry.text);
      CHECK(entry.level == LogLevel::Warning);
      CHECK(entry.unixSeconds > 1.7e9);
    });
    logLine(LogLevel::Warning, "b");
  }
  logLine(LogLevel::Error, "c");
  CHECK(first == std::vector<std::string>{"a", "b"});
  CHECK(second == std::vector<std::string>{"b"});
}
