// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "predictions/evaluate.h"
#include "transfer/fixtures.h"

using namespace gf;
using namespace gf::test;

TEST_CASE("a stop ends after the step under way and returns the student so far, evaluated") {
  const TransferOptions options = shortRun(Method::KlDp);
  TransferRun run = makeRun(options);
  std::stop_source stop;
  Recorder recorder;
  recorder.onStep = [&](const StepRecord& record) {
    if (record.step == 4) stop.request_stop();
  };
  const TransferOutcome outcome = run.run(Control(stop.get_token(), nullptr, {}), recorder);
  CHECK_FALSE(outcome.finished);
  CHECK(outcome.steps == 4);
  CHECK(outcome.epochs == doctest::Approx(4.0 / 6));
  REQUIRE(outcome.evaluations.size() == 2);
  CHECK(outcome.evaluations.back().step == 4);
  CHECK(outcome.after.logits == evaluate(run.student(), pictures().eval, {}).logits);
  CHECK_FALSE(bitEqual(stateOf(run.student()), stateOf(model("student.pt"))));
}

TEST_CASE("a stop during an evaluation counts as a stop after its step") {
  TransferRun run = makeRun(shortRun(Method::Kl));
  std::stop_source stop;
  Recorder recorder;
  const Control control(stop.get_token(), nullptr, [&](const Progress& progress) {
    if (progress.stage.starts_with("Evaluating")) stop.request_stop();
  });
  // Progress is reported at a bounded rate, so the evaluation itself asks once more.
  recorder.onEvaluation = [&](const EvaluationRecord& record) {
    if (record.step == 6) stop.request_stop();
  };
  const TransferOutcome outcome = run.run(control, recorder);
  CHECK_FALSE(outcome.finished);
  CHECK(outcome.steps == 6);
  CHECK(outcome.evaluations.size() == 2);
  CHECK(outcome.evaluations.back().step == 6);
}

TEST_CASE("a stop before the first step leaves the student as it was") {
  TransferRun run = makeRun(shortRun(Method::KlDp));
  std::stop_source stop;
  stop.request_stop();
  Recorder recorder;
  const TransferOutcome outcome = run.run(Control(stop.get_token(), nullptr, {}), recorder);
  CHECK_FALSE(outcome.finished);
  CHECK(outcome.steps == 0);
  CHECK(outcome.evaluations.size() == 1);
  CHECK(outcome.after.samples == 40);
  CHECK(bitEqual(stateOf(run.student()), stateOf(model("student.pt"))));
}

namespace {

/// A run on a thread of its own that its third step pauses.
struct PausedRun {
  explicit PausedRun(const TransferOptions& options) : run(makeRun(options)) {
    recorder.onStep = [this](const StepRecord& record) {
      if (record.step == 3) gate.pause();
    };
    worker = std::thread([this] {
      Control control(stop.get_token(), &gate, {});
      control.onHeld([this](bool isHeld) {
        if (isHeld) held.set_value();
      });
      outcome = run.run(control, recorder);
    });
    held.get_future().wait();
  }

  TransferRun run;
  Recorder recorder;
  PauseGate gate;
  std::stop_source stop;
  std::promise<void> held;
  TransferOutcome outcome;
  std::thread worker;
};

}  // namespace

TEST_CASE("a paused run takes no step, and goes on as if nothing had been") {
  const TransferOptions options = shortRun(Method::KlDp);
  PausedRun paused(options);
  CHECK(paused.recorder.steps.size() == 3);
  paused.gate.resume();
  paused.worker.join();
  CHECK(paused.outcome.finished);
  CHECK(paused.outcome.steps == 12);
  TransferRun straight = makeRun(options);
  Recorder recorder;
  straight.run({}, recorder);
  CHECK(bitEqual(stateOf(paused.run.student()), stateOf(straight.student())));
}

TEST_CASE("a stop reaches a paused run") {
  PausedRun paused(shortRun(Method::Kl));
  paused.stop.request_stop();
  paused.worker.join();
  CHECK_FALSE(paused.outcome.finished);
  CHECK(paused.outcome.steps == 3);
  CHECK(paused.outcome.evaluations.back().step == 3);
}
