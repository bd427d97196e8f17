// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <thread>

#include "jobs/run_feed.h"

using namespace gf;

TEST_CASE("a drain gives everything since the last one, in order") {
  RunFeed feed;
  for (int i = 1; i <= 3; ++i) {
    StepRecord step;
    step.step = i;
    feed.stepped(step);
  }
  EvaluationRecord evaluation;
  evaluation.epoch = 1;
  feed.evaluated(evaluation);
  const auto first = feed.drain();
  REQUIRE(first.steps.size() == 3);
  CHECK(first.steps[0].step == 1);
  CHECK(first.steps[2].step == 3);
  CHECK(first.evaluations.size() == 1);
  CHECK(first.droppedSteps == 0);
  const auto second = feed.drain();
  CHECK(second.steps.empty());
  CHECK(second.evaluations.empty());
}

TEST_CASE("a feed nobody reads stays bounded: the oldest steps go, evaluations stay") {
  RunFeed feed;
  const auto more = static_cast<std::int64_t>(RunFeed::kMostSteps) + 7;
  for (std::int64_t i = 1; i <= more; ++i) {
    StepRecord step;
    step.step = i;
    feed.stepped(step);
    feed.evaluated({});
  }
  const auto drained = feed.drain();
  CHECK(drained.steps.size() == RunFeed::kMostSteps);
  CHECK(drained.droppedSteps == 7);
  CHECK(drained.steps.front().step == 8);
  CHECK(drained.steps.back().step == more);
  CHECK(drained.evaluations.size() == static_cast<std::size_t>(more));
}

TEST_CASE("a writer and a reader on two threads lose nothing") {
  RunFeed feed;
  constexpr std::int64_t kSteps = 5000;
  std::jthread writer([&] {
    for (std::int64_t i = 1; i <= kSteps; ++i) {
      StepRecord step;
      step.step = i;
      feed.stepped(step);
    }
  });
  std::int64_t expected = 1;
  while (expected <= kSteps) {
    for (const auto& step : feed.drain().steps) REQUIRE(step.step == expected++);
  }
}
