// SPDX-License-Identifier: Apache-2.0
// What is read from the cache in place of a model changes no bit of a student, and every answer is computed once.
#include <ATen/Parallel.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/log.h"
#include "transfer/fixtures.h"
#include "transfer/frozen_key.h"
#include "transfer/frozen_models.h"

using namespace gf;
using namespace gf::test;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kImages = 60;  // of the training split, all of which shortRun() takes

/// A folder that goes with the test.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "gainfinder-frozen-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    for (const auto& each : fs::directory_iterator(path)) all.push_back(each.path());
    std::sort(all.begin(), all.end());
    return all;
  }
  fs::path path;
};

FrozenCache cacheIn(const Folder& folder, std::size_t teachers = 1) {
  FrozenCache cache{folder.path};
  cache.student = "hash of dropout.pt";
  cache.teachers = {"hash of teacher.pt", "hash of teacher2.pt"};
  cache.teachers.resize(teachers);
  return cache;
}

std::vector<Classifier> someTeachers(std::size_t count, const std::string& first = "teacher.pt") {
  std::vector<Classifier> teachers;
  teachers.push_back(model(first));
  if (count > 1) teachers.push_back(model("teacher2.pt"));
  return teachers;
}

struct Result {
  TransferOutcome outcome;
  std::map<std::string, at::Tensor> student;
  Recorder recorder;
  std::int64_t live = 0, computed = 0, compared = 0, read = 0;
};

Result finish(TransferRun run, const Control& control = {},
              const std::function<void(const StepRecord&)>& onStep = nullptr) {
  Result result;
  result.recorder.onStep = onStep;
  result.outcome = run.run(control, result.recorder);
  result.student = stateOf(run.student());
  for (const FrozenUse& use : result.outcome.frozen) {
    result.live += use.live;
    result.computed += use.computed;
    result.compared += use.compared;
    result.read += use.read;
  }
  return result;
}

Result runOf(const TransferOptions& options, std::optional<FrozenCache> cache, std::size_t teachers = 1) {
  return finish(makeRun(options, someTeachers(teachers), model("dropout.pt"), std::move(cache)));
}

void checkSame(const Result& one, const Result& other) {
  CHECK(one.outcome.finished);
  CHECK(bitEqual(one.student, other.student));
  REQUIRE(one.recorder.steps.size() == other.recorder.steps.size());
  for (std::size_t i = 0; i < one.recorder.steps.size(); ++i) {
    CHECK(one.recorder.steps[i].total == other.recorder.steps[i].total);
    REQUIRE(one.recorder.steps[i].routing.size() == other.recorder.steps[i].routing.size());
  }
  REQUIRE(one.outcome.stages.size() == other.outcome.stages.size());
  for (std::size_t i = 0; i < one.outcome.stages.size(); ++i) {
    for (std::size_t k = 0; k < one.outcome.stages[i].routing.size(); ++k) {
      CHECK(one.outcome.stages[i].routing[k].toTeacher.samples == other.outcome.stages[i].routing[k].toTeacher.samples);
    }
  }
}

TransferOptions threeEpochs(Method method, Augment augment = Augment::Flip) {
  TransferOptions options = shortRun(method);
  options.epochs = 3;
  options.augment = augment;
  options.mclTau = 0.8;
  return options;
}

std::vector<std::string> warningsOf(const std::function<void()>& work) {
  std::vector<std::string> warnings;
  const LogSubscription subscription([&](const LogEntry& entry) {
    if (entry.level == LogLevel::Warning) warnings.push_back(entry.text);
  });
  work();
  return warnings;
}

}  // namespace

TEST_CASE("students are the same bit for bit, and each view of each image is computed once") {
  for (const Method method : {Method::Kl, Method::XeKl, Method::XeKlMcl, Method::KlDp, Method::KlDpUnsup, Method::Ce}) {
    for (const Augment augment : {Augment::None, Augment::Flip, Augment::Strong}) {
      CAPTURE(idOf(method));
      CAPTURE(static_cast<int>(augment));
      TransferOptions options = threeEpochs(method, augment);
      options.batch = 14;  // 4 whole batches and one of 4
      options.cache = CacheUse::On;
      const std::int64_t models = usesPartition(method) ? 2 : 1;
      const std::int64_t passes = 3 + (usesPartition(method) ? 1 : 0);
      const std::int64_t views = augment == Augment::None ? 1 : augment == Augment::Flip ? 2 : passes;
      const Folder folder;
      const Result live = runOf(options, std::nullopt);
      CHECK(live.live == models * passes * kImages);
      const Result filling = runOf(options, cacheIn(folder));
      checkSame(filling, live);
      CHECK(filling.computed == models * views * kImages);
      CHECK(filling.compared == models * kComparedBatches * 14);
      CHECK(filling.live == 0);
      CHECK(filling.read == models * passes * kImages);
      CHECK(folder.files().size() == static_cast<std::size_t>(models * views));
      const Result reading = runOf(options, cacheIn(folder));
      checkSame(reading, live);
      CHECK(reading.computed == 0);
      CHECK(reading.compared == 0);
      CHECK(reading.live == 0);
      CHECK(reading.read == models * passes * kImages);
    }
  }
}

TEST_CASE("answers serve every method, option and seed that shares them") {
  const Folder folder;
  TransferOptions options = threeEpochs(Method::KlDp);
  CHECK(runOf(options, cacheIn(folder)).computed == 2 * 2 * kImages);
  for (const Method method : {Method::Kl, Method::XeKlMcl, Method::KlDpUnsup}) {
    options = threeEpochs(method);
    options.seed = 77;  // the transfer set is the whole split, so that flips differ and nothing else
    options.temperature = 4;
    options.epochs = 4;
    const Result reading = runOf(options, cacheIn(folder));
    CHECK(reading.computed == 0);
    CHECK(reading.live == 0);
    checkSame(reading, runOf(options, std::nullopt));
  }
  options = threeEpochs(Method::KlDp, Augment::None);  // the plain view is there
  CHECK(runOf(options, cacheIn(folder)).computed == 0);
  options.batch = 12;  // other bits
  CHECK(runOf(options, cacheIn(folder)).computed == 2 * kImages);
}

TEST_CASE("several teachers, gathered gradients and a linear warm-up give the same bits as well") {
  for (const TeacherMode mode : {TeacherMode::Parallel, TeacherMode::Sequential, TeacherMode::Soup}) {
    CAPTURE(idOf(mode));
    const Folder folder;
    TransferOptions options = threeEpochs(Method::KlDp);
    options.teachers = mode;
    options.microBatch = 4;
    options.warmupLinearEpochs = 1;
    const Result live = runOf(options, std::nullopt, 2), kept = runOf(options, cacheIn(folder, 2), 2);
    checkSame(kept, live);
    CHECK(kept.live == 0);
    // Of a sequence the student between the teachers is a model of its own, whose answers go when it has gone on.
    const std::int64_t models = mode == TeacherMode::Sequential ? 4 : 3;
    CHECK(kept.computed == models * 2 * kImages);
    CHECK(folder.files().size() == 3 * 2);
  }
}

TEST_CASE("the answers are kept where that saves passes, and else the log says why they are not") {
  const auto howOf = [](const Result& result) { return result.outcome.frozen.front().how; };
  const Folder folder;
  TransferOptions options = shortRun(Method::Kl);  // two epochs, two views
  Result result = runOf(options, cacheIn(folder));
  CHECK(result.computed == 0);
  CHECK(result.live == 2 * kImages);
  CHECK(howOf(result).find("no fewer than the 2 passes") != std::string::npos);
  FrozenCache shared = cacheIn(folder);
  shared.teacherPasses = {4};  // another run will ask for the same
  CHECK(runOf(options, shared).computed == 2 * kImages);
  CHECK(runOf(options, cacheIn(folder)).read == 2 * kImages);  // it is there already
  options.cache = CacheUse::Off;
  result = runOf(options, cacheIn(folder));
  CHECK(result.read == 0);
  CHECK(howOf(result).find("--cache is off") != std::string::npos);
  options = threeEpochs(Method::Cd);
  result = runOf(options, cacheIn(folder));
  CHECK(result.live == 3 * kImages);
  CHECK(howOf(result).find("features") != std::string::npos);
  options = threeEpochs(Method::Kl, Augment::Strong);
  CHECK(runOf(options, cacheIn(folder)).live == 3 * kImages);
}

TEST_CASE("a cache that is too small, or cannot be written, means only that the models run") {
  const TransferOptions options = threeEpochs(Method::Kl);
  const Result live = runOf(options, std::nullopt);
  const Folder folder;
  FrozenCache cache = cacheIn(folder);
  cache.bound = 1000;
  Result result = runOf(options, cache);
  checkSame(result, live);
  CHECK(result.outcome.frozen.front().how.find("has no room") != std::string::npos);
  std::ofstream(folder.path / "file") << "not a folder";
  cache = cacheIn(folder);
  cache.folder = folder.path / "file" / "below";
  result = runOf(options, cache);
  checkSame(result, live);
  CHECK(result.outcome.frozen.front().how.find("cannot be kept") != std::string::npos);
}

TEST_CASE("a disk that is full means only that the models run") {
  const TransferOptions options = threeEpochs(Method::KlDp);
  const Result live = runOf(options, std::nullopt);
  const Folder folder;
  struct rlimit before {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 700;  // a file has 1,776 bytes
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Result result = runOf(options, cacheIn(folder));
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  checkSame(result, live);
  CHECK(result.read == 0);
  CHECK(result.outcome.frozen.front().how.find("could not be computed beforehand") != std::string::npos);
  CHECK(folder.files().empty());
}

TEST_CASE("what was used longest ago makes room") {
  const Folder folder;
  FrozenCache cache = cacheIn(folder);
  TransferOptions options = threeEpochs(Method::Kl);
  CHECK(runOf(options, cache).computed == 2 * kImages);
  const auto first = folder.files();
  cache.bound = 2 * fs::file_size(first.front());
  cache.teachers = {"another"};
  CHECK(runOf(options, cache).computed == 2 * kImages);
  CHECK(folder.files().size() == 2);
  for (const fs::path& file : first) CHECK_FALSE(fs::exists(file));
}

TEST_CASE("damage is never read as numbers") {
  const TransferOptions options = threeEpochs(Method::KlDp);
  const Result live = runOf(options, std::nullopt);
  const Folder folder;
  runOf(options, cacheIn(folder));
  const auto whole = folder.files();
  const auto size = fs::file_size(whole.front());
  SUBCASE("a wrong byte in the middle") {
    std::fstream file(whole.front(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 2));
    file.put('\x55');
    file.close();
    Result result;
    const auto warnings = warningsOf([&] { result = runOf(options, cacheIn(folder)); });
    checkSame(result, live);
    REQUIRE_FALSE(warnings.empty());
    CHECK(warnings.front().find("damaged") != std::string::npos);
    CHECK(result.live > 0);
    CHECK(result.read > 0);
    CHECK(folder.files().size() == whole.size() - 1);
    CHECK(runOf(options, cacheIn(folder)).computed == kImages);
  }
  SUBCASE("cut short") {
    fs::resize_file(whole.front(), size - 1);
  }
  SUBCASE("empty") {
    fs::resize_file(whole.front(), 0);
  }
  SUBCASE("another file under its name") {
    std::ofstream(whole.front()) << std::string(size, 'x');
  }
  SUBCASE("another model's answers under its name") {
    fs::copy_file(whole.back(), whole.front(), fs::copy_options::overwrite_existing);
  }
  const Result again = runOf(options, cacheIn(folder));
  checkSame(again, live);
  CHECK(again.live == 0);
  CHECK(folder.files().size() == whole.size());
}

TEST_CASE("a cache that goes away in the middle of a run changes nothing") {
  const TransferOptions options = threeEpochs(Method::KlDp);
  const Result live = runOf(options, std::nullopt);
  for (const bool cut : {false, true}) {
    const Folder folder;
    const Result result = finish(makeRun(options, someTeachers(1), model("dropout.pt"), cacheIn(folder)), {},
                                 [&](const StepRecord& record) {
                                   if (record.step != 7) return;
                                   for (const fs::path& file : folder.files()) {
                                     if (cut) {
                                       fs::resize_file(file, 10);
                                     } else {
                                       fs::remove(file);
                                     }
                                   }
                                 });
    checkSame(result, live);
    CHECK((result.live > 0) == cut);  // what has lost its name can still be read
  }
}

TEST_CASE("a stop while answers are computed loses no whole batch of them") {
  const TransferOptions options = threeEpochs(Method::KlDp);
  const Folder folder;
  std::stop_source stop;
  int reports = 0;
  const Control control(stop.get_token(), nullptr, [&](const Progress& progress) {
    if (progress.stage.find("Computing") != std::string::npos && ++reports == 2) stop.request_stop();
  });
  const Result stopped = finish(makeRun(options, someTeachers(1), model("dropout.pt"), cacheIn(folder)), control);
  CHECK_FALSE(stopped.outcome.finished);
  CHECK(stopped.outcome.steps == 0);
  CHECK(stopped.computed > 0);
  CHECK(stopped.computed < 2 * 2 * kImages);
  const Result again = runOf(options, cacheIn(folder));
  checkSame(again, runOf(options, std::nullopt));
  CHECK(stopped.computed + again.computed == 2 * 2 * kImages);
}

TEST_CASE("a model whose answers depend on the batch runs, and the log says so") {
  const TransferOptions options = threeEpochs(Method::KlDp);
  const Folder folder;
  const auto run = [&](std::optional<FrozenCache> cache) {
    return finish(makeRun(options, someTeachers(1, "crowd.pt"), model("student.pt"), std::move(cache)));
  };
  const Result result = run(cacheIn(folder));
  checkSame(result, run(std::nullopt));
  // One by what it is, the other, a tiny convolution, by where rows fall among those that are computed together.
  CHECK(result.live == 2 * 4 * kImages);
  CHECK(result.read == 0);
  for (const FrozenUse& use : result.outcome.frozen) {
    CHECK(use.how.find("depends on the others of the batch, or on its place") != std::string::npos);
  }
  CHECK(folder.files().empty());
}

TEST_CASE("images are passed in batches of one size, whatever their number") {
  at::set_num_threads(1);
  const at::NoGradGuard noGradients;
  const at::Tensor images = at::rand({40, 1, 12, 12});
  for (const char* file : {"dropout.pt", "teacher.pt", "teacher2.pt", "norms.pt"}) {
    CAPTURE(file);
    Classifier some = model(file);
    const at::Tensor all = logitsInRows(some, images, 16);
    CHECK(all.size(0) == 40);
    CHECK(at::equal(all.narrow(0, 0, 16), some.logits(images.narrow(0, 0, 16))));
    CHECK(at::equal(logitsInRows(some, images.narrow(0, 5, 3), 16), all.narrow(0, 5, 3)));
    CHECK(at::equal(logitsInRows(some, images.flip(0), 16), all.flip(0)));
  }
}

TEST_CASE("views are those that the loader draws") {
  TransferOptions options = threeEpochs(Method::KlDp);
  options.warmupLinearEpochs = 2;
  const auto viewAt = [&](const FrozenViews& views, std::uint32_t sample, int epoch) {
    const std::size_t place = views.of(sample, epoch);
    REQUIRE(place < views.count());
    const auto fixed = views.fixed(place);
    return fixed ? *fixed : viewOf(options.seed, sample, views.epochOf(place), options.augment);
  };
  for (const Augment augment : {Augment::None, Augment::Flip, Augment::Strong}) {
    options.augment = augment;
    const FrozenViews views(options);
    CHECK(views.count() == (augment == Augment::None ? 1 : augment == Augment::Flip ? 2 : 6));
    CHECK(views.fixed(FrozenViews::kPlain) == View{});
    for (std::uint32_t sample = 0; sample < 50; ++sample) {
      for (int epoch = 0; epoch < 5; ++epoch) {
        CHECK(viewAt(views, sample, epoch) == viewOf(options.seed, sample, epoch, augment));
      }
    }
  }
  options.method = Method::Kl;
  CHECK(FrozenViews(options).count() == 5);
}

TEST_CASE("whatever an answer depends on is in its key") {
  FrozenSource source;
  source.weights = "w";
  source.preprocess.mean = source.preprocess.std = source.shared.mean = {0.5F};
  source.data = "d";
  source.samples = samplesHash({1, 2, 3});
  source.rows = 64;
  source.threads = 1;
  std::set<std::string> keys{frozenKey(source, "plain"), frozenKey(source, "mirrored")};
  const auto other = [&](const std::function<void(FrozenSource&)>& change) {
    FrozenSource changed = source;
    change(changed);
    return keys.insert(frozenKey(changed, "plain")).second;
  };
  CHECK(keys.size() == 2);
  CHECK(other([](auto& s) { s.weights = "v"; }));
  CHECK(other([](auto& s) { s.preprocess.mean = {0.25F}; }));
  CHECK(other([](auto& s) { s.preprocess.interpolation = Interpolation::Bilinear; }));
  CHECK(other([](auto& s) { s.shared.cropPct = 1; }));
  CHECK(other([](auto& s) { s.shared.inputSize = {3, 192, 192}; }));
  CHECK(other([](auto& s) { s.shared.cropMode = CropMode::Squash; }));
  CHECK(other([](auto& s) { s.arrangement = {1, 0}; }));
  CHECK(other([](auto& s) { s.data = "e"; }));
  CHECK(other([](auto& s) { s.samples = samplesHash({1, 2, 4}); }));
  CHECK(other([](auto& s) { s.rows = 32; }));
  CHECK(other([](auto& s) { s.threads = 2; }));
  CHECK(other([](auto& s) { s.cuda = true; }));
  // Of the student's preprocessing only what decides the crop: students that differ in the rest share.
  CHECK_FALSE(other([](auto& s) { s.shared.mean = {0.1F}; }));
  CHECK_FALSE(other([](auto& s) { s.shared.interpolation = Interpolation::Bilinear; }));
}
