// SPDX-License-Identifier: Apache-2.0
// A run that is killed (SIGKILL) again and again, each time taken up from its folder by a new process, ends with the
// bits of an uninterrupted one. The runs live in children forked before this process has computed anything.
#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "base/files.h"
#include "base/random.h"
#include "transfer/decoding.h"
#include "transfer/run_state.h"

using namespace gf;
using namespace gf::test;
namespace fs = std::filesystem;

namespace {

constexpr int kKills = 20;
constexpr std::size_t kLargest = 1 << 24;  // of a result, in bytes
constexpr std::uint64_t kMostEvents = 8;   // that a life may see

TransferOptions longRun(Method method) {
  TransferOptions options = shortRun(method);
  options.epochs = 30;  // 180 steps: more than twenty lives can take
  options.learningRate = 0.005;
  options.saveEvery = 0.5;
  options.evaluateEvery = 0.7;
  options.mclTau = 0.9;
  options.crdNegatives = 9;
  return options;
}

TransferOptions sequentialRun() {
  TransferOptions options = longRun(Method::KlDp);
  options.epochs = 15;
  return options;
}

/// Says on a pipe whenever something was reported.
class Teller final : public RunObserver {
 public:
  explicit Teller(int pipe) : pipe_(pipe) {}
  void stepped(const StepRecord&) override { tell(); }
  void evaluated(const EvaluationRecord&) override { tell(); }

 private:
  void tell() {
    const char byte = '.';
    if (::write(pipe_, &byte, 1) != 1) ::_exit(4);  // the parent is gone
  }
  int pipe_;
};

/// Makes the run anew in each life.
using MakeRun = std::function<TransferRun()>;

MakeRun transferOf(const TransferOptions& options, int teachers) {
  return [=] {
    std::vector<Classifier> some;
    some.push_back(model("teacher.pt"));
    if (teachers == 2) some.push_back(model("teacher2.pt"));
    return makeRun(options, std::move(some), model("student.pt"));
  };
}

/// A new head, so that what is not in the model's file has to come again too.
MakeRun fitOf(FitLayers layers, const std::string& file) {
  FitOptions options;
  options.layers = layers;
  options.head = FitHead::New;
  options.training = longRun(Method::XeKl);
  options.training.lambda = 0;
  return [=] { return makeFit(options, model(file)); };
}

/// The child: goes on in `folder`, and once at the end leaves the student's tensors in `result`.
[[noreturn]] void live(const MakeRun& make, const fs::path& folder, const fs::path& result, int pipe) {
  try {
    TransferRun run = make();
    run.keepStatesIn(folder);
    run.resume();
    Teller teller(pipe);
    run.run({}, teller);
    RunState student;
    for (const auto& [name, tensor] : stateOf(run.student())) student.put(name, tensor);
    writeAtomically(result, student.bytes());
    ::_exit(0);
  } catch (...) {
    ::_exit(3);
  }
}

struct Child {
  pid_t id = 0;
  int pipe = -1;
};

/// `life` is given the end of the pipe to tell its steps into, and does not return.
Child forked(const std::function<void(int)>& life) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  Child child{::fork(), ends[0]};
  REQUIRE(child.id >= 0);
  if (child.id == 0) {
    ::close(ends[0]);
    life(ends[1]);
  }
  ::close(ends[1]);
  return child;
}

Child start(const MakeRun& make, const fs::path& folder, const fs::path& result) {
  return forked([&](int pipe) { live(make, folder, result, pipe); });
}

/// Reads that many reports; false when the child ended before.
bool sees(const Child& child, std::uint64_t events) {
  char byte = 0;
  for (std::uint64_t i = 0; i < events; ++i) {
    if (::read(child.pipe, &byte, 1) != 1) return false;
  }
  return true;
}

int end(const Child& child) {
  int status = 0;
  ::waitpid(child.id, &status, 0);
  ::close(child.pipe);
  return status;
}

/// Lets it live to its end.
void finish(const Child& child) {
  while (sees(child, 1)) {
  }
  const int status = end(child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

void checkKills(const MakeRun& make, std::uint64_t seed) {
  std::string name = (fs::temp_directory_path() / "gainfinder-kills-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  finish(start(make, folder / "straight", folder / "straight.bin"));
  Random random(seed);
  for (int kill = 0; kill < kKills; ++kill) {
    const Child child = start(make, folder / "killed", folder / "killed.bin");
    REQUIRE(sees(child, 1 + random.below(kMostEvents)));
    ::kill(child.id, SIGKILL);
    const int status = end(child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
  }
  CHECK(fs::exists(folder / "killed"));
  CHECK_FALSE(fs::exists(folder / "killed.bin"));
  finish(start(make, folder / "killed", folder / "killed.bin"));
  const bool same = readFile(folder / "straight.bin", kLargest) == readFile(folder / "killed.bin", kLargest);
  CHECK(same);
  fs::remove_all(folder);
}

/// Where a life is to end that computes what its models answer: at the beginning or the end of a view.
struct Last {
  const char* view = nullptr;
  double fraction = 0;
};

/// A life that computes what its models answer before it trains. At its last point it says so on the pipe and waits.
[[noreturn]] void cachedLife(const fs::path& cache, const fs::path& result, const Last& last, int pipe) {
  try {
    TransferOptions options = shortRun(Method::KlDp);
    options.epochs = 3;
    std::vector<Classifier> teachers;
    teachers.push_back(model("teacher.pt"));
    FrozenCache frozen{cache};
    frozen.student = "student";
    frozen.teachers = {"teacher"};
    TransferRun run = makeRun(options, std::move(teachers), model("dropout.pt"), frozen);
    const Control control({}, nullptr, [&](const Progress& progress) {
      if (!last.view || progress.stage.find(last.view) == std::string::npos || progress.fraction != last.fraction) {
        return;
      }
      const char byte = '.';
      if (::write(pipe, &byte, 1) != 1) ::_exit(4);
      while (true) ::pause();
    });
    RunObserver nobody;
    const TransferOutcome outcome = run.run(control, nobody);
    RunState student;
    std::int64_t computed = 0;
    for (const FrozenUse& use : outcome.frozen) computed += use.computed;
    for (const auto& [name, tensor] : stateOf(run.student())) student.put(name, tensor);
    writeAtomically(fs::path(result) += ".count", std::to_string(computed));
    writeAtomically(result, student.bytes());
    ::_exit(0);
  } catch (...) {
    ::_exit(3);
  }
}

Child startCached(const fs::path& cache, const fs::path& result, const Last& last = {}) {
  return forked([&](int pipe) { cachedLife(cache, result, last, pipe); });
}

/// A life that keeps what it decodes, and counts that.
[[noreturn]] void decodingLife(const std::optional<fs::path>& crops, const fs::path& result, int pipe) {
  try {
    TransferOptions options = shortRun(Method::Kl);
    options.epochs = 3;
    const auto train = std::make_shared<Decoding>(pictures().train);
    TransferRun run = makeDecodingRun(options, train,
                                      crops ? std::optional(CropCache{*crops, std::uint64_t{1} << 30}) : std::nullopt);
    Teller teller(pipe);
    run.run({}, teller);
    RunState student;
    for (const auto& [name, tensor] : stateOf(run.student())) student.put(name, tensor);
    writeAtomically(fs::path(result) += ".count", std::to_string(train->decoded));
    writeAtomically(result, student.bytes());
    ::_exit(0);
  } catch (...) {
    ::_exit(3);
  }
}

Child startDecoding(const std::optional<fs::path>& crops, const fs::path& result) {
  return forked([&](int pipe) { decodingLife(crops, result, pipe); });
}

std::int64_t countedBy(const fs::path& result) {
  return std::stoll(readFile(fs::path(result) += ".count", kLargest));
}

}  // namespace

TEST_CASE("answers that a kill interrupted are taken up where they ended") {
  std::string name = (fs::temp_directory_path() / "gainfinder-kills-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  finish(startCached(folder / "straight", folder / "straight.bin"));
  // Two views of two models: before the first row; with all rows of the first view, before its files are in place; with
  // the first view.
  for (const Last last : {Last{"view 1", 0}, Last{"view 1", 1}, Last{"view 2", 0}}) {
    const Child child = startCached(folder / "killed", folder / "killed.bin", last);
    REQUIRE(sees(child, 1));
    ::kill(child.id, SIGKILL);
    CHECK(WIFSIGNALED(end(child)));
  }
  finish(startCached(folder / "killed", folder / "killed.bin"));
  CHECK((readFile(folder / "straight.bin", kLargest) == readFile(folder / "killed.bin", kLargest)));
  CHECK(countedBy(folder / "straight.bin") == 2 * 2 * 60);
  CHECK(countedBy(folder / "killed.bin") == 2 * 60);
  fs::remove_all(folder);
}

TEST_CASE("of two programs that need the same answers each computes what the other does not") {
  std::string name = (fs::temp_directory_path() / "gainfinder-kills-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  const Child one = startCached(folder / "cache", folder / "one.bin");
  const Child other = startCached(folder / "cache", folder / "other.bin");
  finish(one);
  finish(other);
  CHECK((readFile(folder / "one.bin", kLargest) == readFile(folder / "other.bin", kLargest)));
  CHECK(countedBy(folder / "one.bin") + countedBy(folder / "other.bin") == 2 * 2 * 60);
  fs::remove_all(folder);
}

TEST_CASE("images that a kill interrupted while they were kept change no bit, and two programs share them") {
  std::string name = (fs::temp_directory_path() / "gainfinder-kills-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  const auto sameAsStraight = [&](const char* result) {
    return readFile(folder / "straight.bin", kLargest) == readFile(folder / result, kLargest);
  };
  finish(startDecoding(std::nullopt, folder / "straight.bin"));
  CHECK(countedBy(folder / "straight.bin") >= 3 * 60);
  for (const std::uint64_t steps : {1, 2, 4, 5}) {  // of 6 an epoch
    const Child child = startDecoding(folder / "crops", folder / "killed.bin");
    REQUIRE(sees(child, 1 + steps));  // the student as it begins is told first
    ::kill(child.id, SIGKILL);
    CHECK(WIFSIGNALED(end(child)));
  }
  finish(startDecoding(folder / "crops", folder / "killed.bin"));
  CHECK(sameAsStraight("killed.bin"));
  CHECK(countedBy(folder / "killed.bin") <= 60 - 5 * 10);
  const Child one = startDecoding(folder / "shared", folder / "one.bin");
  const Child other = startDecoding(folder / "shared", folder / "other.bin");
  finish(one);
  finish(other);
  CHECK(sameAsStraight("one.bin"));
  CHECK(sameAsStraight("other.bin"));
  const std::int64_t decoded = countedBy(folder / "one.bin") + countedBy(folder / "other.bin");
  CHECK(decoded >= 60);
  CHECK(decoded <= 2 * 60);
  finish(startDecoding(folder / "shared", folder / "third.bin"));
  CHECK(sameAsStraight("third.bin"));
  CHECK(countedBy(folder / "third.bin") == 0);
  fs::remove_all(folder);
}

TEST_CASE("KL+DP survives twenty kills") {
  checkKills(transferOf(longRun(Method::KlDp), 1), 1);
}

TEST_CASE("slow and fast weights survive twenty kills") {
  checkKills(transferOf(longRun(Method::XeKlMcl), 1), 2);
}

TEST_CASE("CRD's memory survives twenty kills") {
  checkKills(transferOf(longRun(Method::Crd), 1), 3);
}

TEST_CASE("a sequence of teachers survives twenty kills") {
  checkKills(transferOf(sequentialRun(), 2), 4);
}

TEST_CASE("a supervised training survives twenty kills") {
  checkKills(fitOf(FitLayers::All, "dropout.pt"), 5);
}

TEST_CASE("the training of a new head survives twenty kills") {
  checkKills(fitOf(FitLayers::Head, "student.pt"), 6);
}
