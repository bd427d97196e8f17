// SPDX-License-Identifier: Apache-2.0
// Decoded images that are kept change no bit of a student, and each is decoded once, however many runs there are.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/kept_files.h"
#include "base/log.h"
#include "transfer/decoding.h"

using namespace gf;
using namespace gf::test;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kImages = 60;  // of the training split, all of which shortRun() takes
constexpr std::uint64_t kRoom = 10'000'000;

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "gainfinder-crops-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

struct Result {
  std::map<std::string, at::Tensor> student;
  std::vector<double> totals;
  std::int64_t decoded = 0;  ///< As the data set counted.
  CropUse crops;
};

Result runOf(const TransferOptions& options, std::optional<CropCache> crops,
             std::optional<FrozenCache> answers = std::nullopt, std::size_t teachers = 1) {
  const auto train = std::make_shared<Decoding>(pictures().train);
  Recorder recorder;
  Result result;
  {
    TransferRun run = makeDecodingRun(options, train, std::move(crops), std::move(answers), teachers);
    result.crops = run.run({}, recorder).crops;
    result.student = stateOf(run.student());
  }
  for (const StepRecord& step : recorder.steps) result.totals.push_back(step.total);
  result.decoded = train->decoded;
  return result;
}

void checkSame(const Result& one, const Result& other) {
  CHECK(bitEqual(one.student, other.student));
  CHECK(one.totals == other.totals);
}

TransferOptions threeEpochs(Method method) {
  TransferOptions options = shortRun(method);
  options.epochs = 3;
  options.crdNegatives = 9;
  options.mclTau = 0.9;
  return options;
}

}  // namespace

TEST_CASE("students are the same bit for bit, and each image is decoded once for all runs") {
  const Folder folder;
  bool first = true;
  for (const Method method : {Method::KlDp, Method::Kl, Method::XeKlMcl, Method::Crd}) {
    for (const Augment augment : {Augment::Flip, Augment::None}) {
      CAPTURE(idOf(method));
      TransferOptions options = threeEpochs(method);
      options.augment = augment;
      const Result without = runOf(options, std::nullopt);
      CHECK(without.decoded >= 3 * kImages);
      CHECK(without.crops.decoded + without.crops.served == 0);
      const Result with = runOf(options, CropCache{folder.path, kRoom});
      checkSame(with, without);
      CHECK(with.decoded == (first ? kImages : 0));
      CHECK(with.crops.decoded == with.decoded);
      CHECK(with.crops.decoded + with.crops.served >= 3 * kImages);
      first = false;
    }
  }
  CHECK(keptFiles(folder.path).size() == 1);
}

TEST_CASE("answers that are computed for the cache come from the same decoded images") {
  const Folder folder;
  FrozenCache answers{folder.path / "answers"};
  answers.student = "student";
  answers.teachers = {"teacher", "teacher 2"};
  const TransferOptions options = threeEpochs(Method::KlDp);
  const Result without = runOf(options, std::nullopt, std::nullopt, 2);
  const Result with = runOf(options, CropCache{folder.path / "crops", kRoom}, answers, 2);
  checkSame(with, without);
  CHECK(with.decoded == kImages);
}

TEST_CASE("they are kept where another pass will ask for them") {
  const auto kept = [](const TransferOptions& options, std::int64_t passes) {
    const Folder folder;
    const Result result = runOf(options, CropCache{folder.path, kRoom, passes});
    return !keptFiles(folder.path).empty() && result.crops.decoded == kImages;
  };
  TransferOptions options = shortRun(Method::Kl);
  CHECK(kept(options, 0));
  options.cache = CacheUse::Off;
  CHECK_FALSE(kept(options, 9));
  options.cache = CacheUse::Auto;
  options.epochs = 1;
  CHECK_FALSE(kept(options, 0));
  CHECK_FALSE(kept(options, 1));
  CHECK(kept(options, 2));  // another run of a study
  options.cache = CacheUse::On;
  CHECK(kept(options, 0));
  options.cache = CacheUse::Auto;
  options.method = Method::KlDp;  // looks at every image before the epoch
  CHECK(kept(options, 0));
  options.augment = Augment::Strong;
  CHECK_FALSE(kept(options, 9));
}

TEST_CASE("a folder that cannot be had means only that every pass decodes") {
  const TransferOptions options = threeEpochs(Method::Kl);
  const Result without = runOf(options, std::nullopt);
  std::vector<std::string> lines;
  const LogSubscription subscription([&](const LogEntry& entry) {
    if (entry.text.find("decoded in every pass") != std::string::npos) lines.push_back(entry.text);
  });
  const Folder folder;
  for (const CropCache& cache : {CropCache{folder.path, 1000}, CropCache{"/proc/no/such", kRoom},
                                 CropCache{std::string(GF_TEST_DATA) + "/teacher.pt", kRoom}}) {
    lines.clear();
    const Result result = runOf(options, cache);
    checkSame(result, without);
    CHECK(result.decoded >= 3 * kImages);
    CHECK(result.crops.served == 0);
    CHECK(lines.size() == 1);
  }
  CHECK(fs::is_empty(folder.path));
}
