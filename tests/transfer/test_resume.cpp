// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "transfer/fixtures.h"
#include "transfer/run_state.h"
#include "transfer/schedule.h"

using namespace gf;
using namespace gf::test;
namespace fs = std::filesystem;

namespace {

/// An empty folder that is gone afterwards.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "gainfinder-state-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::vector<fs::path> states() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().extension() == ".state") found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  fs::path path;
};

/// A method of each kind, made hard: several evaluations and states an epoch, clipping, a schedule.
std::vector<TransferOptions> families() {
  std::vector<TransferOptions> all;
  for (const Method method : {Method::KlDp, Method::XeKlMcl, Method::Crd, Method::Cd}) {
    TransferOptions options = shortRun(method);
    options.evaluateEvery = 0.5;
    options.saveEvery = 1.0 / 6;
    options.mclTau = 0.9;
    options.mclEvery = 3;
    options.crdNegatives = 7;
    options.clipNorm = 0.5;
    options.schedule = Schedule::Cosine;
    options.warmupEpochs = 0.5;
    options.warmupLinearEpochs = method == Method::KlDp ? 1 : 0;
    options.microBatch = method == Method::Cd ? 5 : 0;
    all.push_back(options);
  }
  return all;
}

std::vector<Classifier> teachersFor(const TransferOptions& options) {
  std::vector<Classifier> teachers;
  teachers.push_back(model("teacher.pt"));
  if (options.teachers != TeacherMode::Parallel || options.method == Method::KlDp) {
    teachers.push_back(model("student.pt", {{"name", "twin"}}));
  }
  return teachers;
}

/// Remembers evaluations over several lives of a run, as metrics.jsonl does.
class LongMemory final : public Recorder {
 public:
  explicit LongMemory(std::vector<EvaluationRecord>& kept) : kept_(kept) {}
  void evaluated(const EvaluationRecord& record) override { kept_.push_back(record); }
  std::int64_t mark() override { return static_cast<std::int64_t>(kept_.size()); }
  std::vector<EvaluationRecord> rewind(std::int64_t mark) override {
    kept_.resize(static_cast<std::size_t>(mark));
    return kept_;
  }

 private:
  std::vector<EvaluationRecord>& kept_;
};

struct Ended {
  std::map<std::string, at::Tensor> student;
  TransferOutcome outcome;
};

Ended straight(const TransferOptions& options, bool several) {
  TransferRun run = several ? makeRun(options, teachersFor(options), model("student.pt")) : makeRun(options);
  Ended ended;
  Recorder recorder;
  ended.outcome = run.run({}, recorder);
  ended.student = stateOf(run.student());
  return ended;
}

/// The same, stopped after every so many steps and taken up by a new run from the folder.
Ended inPieces(const TransferOptions& options, bool several, std::int64_t stepsAtOnce, const fs::path& folder) {
  std::vector<EvaluationRecord> kept;
  for (int piece = 0; piece < 100; ++piece) {
    TransferRun run = several ? makeRun(options, teachersFor(options), model("student.pt")) : makeRun(options);
    run.keepStatesIn(folder);
    const bool resumed = run.resume();
    CHECK(resumed == (piece > 0));
    std::stop_source stop;
    Ended ended;
    LongMemory memory(kept);
    std::int64_t steps = 0;
    memory.onStep = [&](const StepRecord&) {
      if (++steps == stepsAtOnce) stop.request_stop();
    };
    at::manual_seed(static_cast<std::uint64_t>(1000 + piece));  // whatever the generator was before
    ended.outcome = run.run(Control(stop.get_token(), nullptr, {}), memory);
    ended.student = stateOf(run.student());
    if (ended.outcome.finished) {
      CHECK(piece > 1);
      CHECK(ended.outcome.resumed == piece);
      return ended;
    }
  }
  FAIL("never ended");
  return {};
}

void checkSame(const Ended& one, const Ended& other) {
  CHECK(bitEqual(one.student, other.student));
  CHECK(one.outcome.steps == other.outcome.steps);
  CHECK(one.outcome.epochs == doctest::Approx(other.outcome.epochs));
  CHECK(one.outcome.after.logits == other.outcome.after.logits);
  CHECK(one.outcome.weightDistance == other.outcome.weightDistance);
  REQUIRE(one.outcome.evaluations.size() == other.outcome.evaluations.size());
  for (std::size_t i = 0; i < one.outcome.evaluations.size(); ++i) {
    CHECK(one.outcome.evaluations[i].step == other.outcome.evaluations[i].step);
    CHECK(one.outcome.evaluations[i].accuracy == other.outcome.evaluations[i].accuracy);
    CHECK(one.outcome.evaluations[i].weightDistance == other.outcome.evaluations[i].weightDistance);
  }
  REQUIRE(one.outcome.stages.size() == other.outcome.stages.size());
  for (std::size_t i = 0; i < one.outcome.stages.size(); ++i) {
    CHECK(one.outcome.stages[i].teachers == other.outcome.stages[i].teachers);
    CHECK(one.outcome.stages[i].steps == other.outcome.stages[i].steps);
    CHECK(one.outcome.stages[i].after == other.outcome.stages[i].after);
    REQUIRE(one.outcome.stages[i].routing.size() == other.outcome.stages[i].routing.size());
    for (std::size_t k = 0; k < one.outcome.stages[i].routing.size(); ++k) {
      CHECK(one.outcome.stages[i].routing[k].toTeacher.samples == other.outcome.stages[i].routing[k].toTeacher.samples);
    }
  }
}

}  // namespace

TEST_CASE("a run in pieces ends bit for bit where an uninterrupted one does") {
  for (const TransferOptions& options : families()) {
    CAPTURE(std::string(displayName(options.method)));
    const Ended whole = straight(options, false);
    for (const std::int64_t steps : {1, 5}) {
      const Folder folder;
      checkSame(whole, inPieces(options, false, steps, folder.path));
      CHECK(folder.states().size() == 2);
    }
  }
}

TEST_CASE("so does one with several teachers") {
  for (const TeacherMode mode : {TeacherMode::Sequential, TeacherMode::Parallel, TeacherMode::Soup}) {
    for (TransferOptions options : families()) {
      if (options.method == Method::Crd || options.method == Method::Cd) continue;
      options.teachers = mode;
      if (mode == TeacherMode::Parallel && options.method != Method::KlDp) continue;
      CAPTURE(std::string(idOf(mode)) + " " + std::string(displayName(options.method)));
      const Folder folder;
      checkSame(straight(options, true), inPieces(options, true, 4, folder.path));
    }
  }
}

TEST_CASE("saving states changes nothing about the student") {
  TransferOptions options = shortRun(Method::KlDp);
  const Ended without = straight(options, false);
  options.saveEvery = 1.0 / 6;
  const Folder folder;
  TransferRun run = makeRun(options);
  run.keepStatesIn(folder.path);
  CHECK_FALSE(run.resume());
  Recorder recorder;
  run.run({}, recorder);
  CHECK(bitEqual(without.student, stateOf(run.student())));
}

TEST_CASE("a damaged state is passed over for the one before it") {
  TransferOptions options = shortRun(Method::KlDp);
  options.saveEvery = 1.0 / 6;
  const Ended whole = straight(options, false);
  for (const std::string damage : {"cut", "changed", "emptied", "other"}) {
    CAPTURE(damage);
    const Folder folder;
    {
      TransferRun run = makeRun(options);
      run.keepStatesIn(folder.path);
      std::stop_source stop;
      Recorder recorder;
      recorder.onStep = [&](const StepRecord& record) {
        if (record.step == 7) stop.request_stop();
      };
      run.run(Control(stop.get_token(), nullptr, {}), recorder);
    }
    const auto states = folder.states();
    REQUIRE(states.size() == 2);
    const auto size = fs::file_size(states.back());
    if (damage == "cut") fs::resize_file(states.back(), size / 2);
    if (damage == "emptied") fs::resize_file(states.back(), 0);
    if (damage == "changed") {
      std::fstream file(states.back(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(size / 2));
      const char byte = static_cast<char>(file.get() ^ 1);
      file.seekp(static_cast<std::streamoff>(size / 2));
      file.put(byte);
    }
    if (damage == "other") std::ofstream(states.back()) << "not a state";
    TransferRun run = makeRun(options);
    run.keepStatesIn(folder.path);
    CHECK(run.resume());
    Recorder recorder;
    const TransferOutcome outcome = run.run({}, recorder);
    CHECK(outcome.finished);
    CHECK(bitEqual(whole.student, stateOf(run.student())));
    CHECK(recorder.steps.front().step == 7);  // the sixth was the last whole one
  }
}

TEST_CASE("a state of another student is refused, not half loaded") {
  TransferOptions options = shortRun(Method::KlDp);
  const Folder folder;
  {
    TransferRun run = makeRun(options);
    run.keepStatesIn(folder.path);
    Recorder recorder;
    run.run({}, recorder);
  }
  TransferRun run = makeRun(options, model("student.pt"), model("teacher.pt"));
  run.keepStatesIn(folder.path);
  CHECK(run.resume());
  Recorder recorder;
  CHECK_THROWS_AS(run.run({}, recorder), Error);
}

TEST_CASE("a state says which entry is missing or of another kind") {
  RunState state;
  state.put("a", std::int64_t{7});
  state.put("b", 0.5);
  state.put("c", at::ones({2, 3}));
  const RunState back = RunState::fromBytes(state.bytes());
  CHECK(back.whole("a") == 7);
  CHECK(back.real("b") == 0.5);
  CHECK(at::equal(back.tensor("c"), at::ones({2, 3})));
  CHECK_THROWS_AS(back.whole("b"), Error);
  CHECK_THROWS_AS(back.real("a"), Error);
  CHECK_THROWS_AS(back.tensor("d"), Error);
  CHECK_THROWS_AS(back.copyTo("c", at::ones({3, 2})), Error);
  CHECK_THROWS_AS(back.copyTo("c", at::ones({2, 3}, at::kLong)), Error);
}

TEST_CASE("the learning rate rises in a line and falls along half a cosine") {
  TransferOptions options;
  options.learningRate = 0.8;
  CHECK(learningRateAt(options, 5, 20, 10) == 0.8);
  options.schedule = Schedule::Cosine;
  options.warmupEpochs = 0.4;  // four steps
  CHECK(learningRateAt(options, 0, 20, 10) == doctest::Approx(0.2));
  CHECK(learningRateAt(options, 3, 20, 10) == doctest::Approx(0.8));
  CHECK(learningRateAt(options, 4, 20, 10) == doctest::Approx(0.8));
  CHECK(learningRateAt(options, 12, 20, 10) == doctest::Approx(0.4));
  CHECK(learningRateAt(options, 19, 20, 10) == doctest::Approx(0.8 * 0.5 * (1 + std::cos(3.14159265358979 * 15 / 16))));
}

TEST_CASE("what is due every so many epochs does not drift") {
  Cadence cadence(0.3, 5);  // every one and a half steps: after 2, 3, 5, 6, …
  std::vector<int> due;
  for (int step = 1; step <= 9; ++step) {
    if (cadence.reached(step)) due.push_back(step);
  }
  CHECK(due == std::vector<int>{2, 3, 5, 6, 8, 9});
}
