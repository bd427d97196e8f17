// SPDX-License-Identifier: Apache-2.0
// The store of evaluations keeps to its limit: whatever was used longest ago goes, whoever else works in the folder.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "base/kept_files.h"
#include "base/kept_limit.h"
#include "predictions/predictions.h"

using namespace gf;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kSamples = 100, kClasses = 20;
/// What one evaluation takes: logits and answers, each with its NumPy header of 128 bytes.
constexpr std::uint64_t kEach = 128 + kSamples * kClasses * 4 + 128 + kSamples * 4;

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "gainfinder-bounded-XXXXXX").string();
    root = ::mkdtemp(name.data());
    path = root / "predictions";
  }
  ~Folder() { fs::remove_all(root); }
  void allow(std::uint64_t evaluations) const { chooseLimit(path, evaluations * kEach); }
  fs::path root, path;
};

/// Keys are hashes.
std::string key(char digit) {
  return std::string(64, digit);
}

Predictions sample(float shift) {
  Predictions made{kSamples, kClasses, {}, {}};
  for (std::size_t i = 0; i < kSamples * kClasses; ++i) made.logits.own().push_back(static_cast<float>(i % 7) + shift);
  fillPredicted(made);
  return made;
}

}  // namespace

TEST_CASE("the evaluation used longest ago makes room") {
  const Folder folder;
  const PredictionStore store(folder.path);
  folder.allow(3);
  for (const char each : {'a', 'b', 'c'}) store.put(key(each), sample(1));
  CHECK(bytesOf(keptFiles(folder.path)) == 3 * kEach);
  CHECK(store.find(key('a')).has_value());  // used now
  store.put(key('d'), sample(2));
  CHECK(store.find(key('a')).has_value());
  CHECK_FALSE(store.find(key('b')).has_value());
  CHECK(store.find(key('c')).has_value());
  CHECK(store.find(key('d'))->logits == sample(2).logits);
  CHECK(bytesOf(keptFiles(folder.path)) <= 3 * kEach);
  // A smaller limit holds from the next evaluation on.
  folder.allow(1);
  store.put(key('e'), sample(3));
  CHECK(store.find(key('e')).has_value());
  CHECK_FALSE(store.find(key('d')).has_value());
}

TEST_CASE("an evaluation that is larger than the limit drives nothing out") {
  const Folder folder;
  const PredictionStore store(folder.path);
  folder.allow(1);
  store.put(key('a'), sample(1));
  Predictions large{kSamples, 2 * kClasses, std::vector<float>(kSamples * 2 * kClasses), {}};
  fillPredicted(large);
  store.put(key('b'), large);
  CHECK_FALSE(store.find(key('b')).has_value());
  CHECK(store.find(key('a'))->logits == sample(1).logits);
}

TEST_CASE("what somebody holds stays, and what is being written") {
  const Folder folder;
  const PredictionStore store(folder.path);
  folder.allow(2);
  store.put(key('a'), sample(1));
  const fs::path logits = folder.path / (key('a') + ".npy");
  const int held = ::open(logits.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(tryLock(held, FileLock::Shared));
  CHECK(evictTo(folder.path, 0) == 128 + kSamples * kClasses * 4);
  CHECK(fs::exists(logits));
  ::close(held);
  CHECK(evictTo(folder.path, 0) == 0);
  CHECK(keptFiles(folder.path).empty());
  // One clears without end while another puts: no evaluation is lost half-written, no file is left behind.
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (;;) evictTo(folder.path, 0);
  }
  for (int i = 0; i < 200; ++i) store.put(key(static_cast<char>('0' + i % 5)), sample(static_cast<float>(i)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  store.put(key('f'), sample(4));
  CHECK(store.find(key('f'))->logits == sample(4).logits);
  for (const KeptFile& file : keptFiles(folder.path)) CHECK(file.path.extension() == ".npy");
}

TEST_CASE("nothing goes but files of the program's own, and no link leads out of the folder") {
  const Folder folder;
  const auto write = [](const fs::path& file) { std::ofstream(file) << "precious"; };
  const fs::path outside = folder.root / "outside";
  fs::create_directories(folder.path);
  fs::create_directories(outside);
  const fs::path linked = folder.path / (key('a') + ".npy"), foreign = folder.path / "numbers.npy",
                 deep = folder.path / (key('b') + ".npy"), pipe = folder.path / (key('d') + ".npy"),
                 own = folder.path / (key('c') + ".answers.npy"), target = outside / (key('e') + ".npy");
  write(target);
  write(foreign);
  write(own);
  fs::create_symlink(target, linked);
  fs::create_directory_symlink(outside, folder.path / key('f'));
  fs::create_directories(deep);  // a folder with a file's name
  write(deep / (key('c') + ".npy"));
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(keptFiles(folder.path).size() == 1);
  CHECK(evictTo(folder.path, 0) == 0);
  CHECK_FALSE(fs::exists(own));
  for (const fs::path& file : {target, linked, foreign, deep / (key('c') + ".npy"), pipe}) {
    CAPTURE(file);
    CHECK(fs::exists(file));
  }
  // A folder that is a link is neither emptied nor filled.
  const fs::path link = folder.root / "link";
  fs::create_directory_symlink(outside, link);
  CHECK(keptFiles(link).empty());
  CHECK(evictTo(link, 0) == 0);
  PredictionStore(link).put(key('c'), sample(1));
  CHECK_FALSE(fs::exists(outside / (key('c') + ".npy")));
  CHECK_THROWS_AS(makeKeptFolder(link), Error);
  CHECK(fs::exists(target));
}

TEST_CASE("several processes keep to one limit, and read nothing but whole evaluations") {
  const Folder folder;
  folder.allow(4);
  std::vector<pid_t> children;
  for (int child = 0; child < 3; ++child) {
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      const PredictionStore store(folder.path);
      bool right = true;
      for (int i = 0; i < 60; ++i) {
        const int number = (i * 7 + child) % 10;
        const std::string name = key(static_cast<char>('0' + number));
        if (const auto found = store.find(name))
          right = right && found->logits == sample(static_cast<float>(number)).logits;
        store.put(name, sample(static_cast<float>(number)));
      }
      ::_exit(right ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  CHECK(bytesOf(keptFiles(folder.path)) <= 4 * kEach);
  CHECK_FALSE(keptFiles(folder.path).empty());
}

TEST_CASE("a disk that is full costs the evaluation's place, nothing else") {
  const Folder folder;
  const PredictionStore store(folder.path);
  folder.allow(3);
  store.put(key('a'), sample(1));
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit little{1000, 1000};  // bytes of one file, as little as a full disk takes
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &little);
    store.put(key('b'), sample(2));
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK_FALSE(store.find(key('b')).has_value());
  CHECK(store.find(key('a'))->logits == sample(1).logits);
  CHECK(bytesOf(keptFiles(folder.path)) == kEach);
}

TEST_CASE("the limit is the chosen one, else ten gigabytes or a tenth of the disk") {
  const Folder folder;
  const auto free = fs::space(folder.root).available;
  const KeptLimit usual = evaluationLimit(folder.path);
  CHECK_FALSE(usual.chosen.has_value());
  CHECK(usual.bytes() <= 10'000'000'000);
  CHECK(usual.bytes() <= free / 9);
  CHECK(usual.bytes() > 0);
  // A disk without room for more drives nothing out.
  PredictionStore(folder.path).put(key('a'), sample(1));
  constexpr std::uint64_t kWhole = std::uint64_t{1} << 60;
  CHECK(limitOf(folder.path, kWhole, kWhole).usual == kEach);
  CHECK(limitOf(folder.path, kEach - 1, 1).usual == kEach - 1);
  chooseLimit(folder.path, 2'500'000'000);
  CHECK(evaluationLimit(folder.path).bytes() == 2'500'000'000);
  chooseLimit(folder.path, 0);
  CHECK(evaluationLimit(folder.path).bytes() == 0);
  writeAtomically(folder.root / "predictions.limit", "20 MB\n");  // by hand
  CHECK(evaluationLimit(folder.path).bytes() == 20'000'000);
  for (const std::string& damaged : {std::string("plenty"), std::string(), std::string(1000, '1')}) {
    writeAtomically(folder.root / "predictions.limit", damaged);
    CHECK_FALSE(evaluationLimit(folder.path).chosen.has_value());
  }
  chooseLimit(folder.path, std::nullopt);
  CHECK_FALSE(fs::exists(folder.root / "predictions.limit"));
  chooseLimit(folder.path, std::nullopt);
}
