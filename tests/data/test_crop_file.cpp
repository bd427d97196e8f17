// SPDX-License-Identifier: Apache-2.0
// A file of kept crops never gives a wrong row, whoever writes it and whatever ends the writing.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <numeric>
#include <thread>

#include "base/error.h"
#include "base/kept_files.h"
#include "base/log.h"
#include "base/random.h"
#include "data/crop_file.h"
#include "helpers.h"

using namespace gf;

namespace {

constexpr std::uint64_t kRoom = 1'000'000;
const CropShape kShape{std::string(64, 'a'), 5, 30};

std::vector<std::uint8_t> bytesOfRow(std::size_t row, std::size_t bytes = 30) {
  std::vector<std::uint8_t> all(bytes);
  std::iota(all.begin(), all.end(), static_cast<std::uint8_t>(40 * row + 1));
  return all;
}

std::vector<std::uint8_t> rowOf(const CropFile& file, std::size_t row, std::size_t bytes = 30) {
  std::vector<std::uint8_t> found(bytes);
  return file.read(row, found.data()) ? found : std::vector<std::uint8_t>();
}

test::fs::path nameIn(const test::TempFolder& folder, char digit = 'a') {
  return folder / "crops" / (std::string(64, digit) + ".crops");
}

std::string why(const test::fs::path& file, const CropShape& shape, std::uint64_t bound) {
  try {
    CropFile::open(file, shape, bound);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Run);
    return error.what();
  }
  return "";
}

std::size_t filesIn(const test::fs::path& folder) {
  std::size_t count = 0;
  for (const auto& each : test::fs::directory_iterator(folder)) count += each.exists() ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("rows come back as they were put, and only those") {
  const test::TempFolder folder;
  const auto name = nameIn(folder);
  {
    const auto file = CropFile::open(name, kShape, kRoom);
    for (std::size_t row = 0; row < 6; ++row) CHECK(rowOf(*file, row).empty());
    for (const std::size_t row : {4, 0, 2}) file->put(row, bytesOfRow(row).data());
    file->put(5, bytesOfRow(5).data());  // beyond the end: nothing
  }
  CHECK(test::fs::file_size(name) == kShape.fileBytes());
  CHECK(filesIn(name.parent_path()) == 1);
  const auto again = CropFile::open(name, kShape, kRoom);
  for (std::size_t row = 0; row < 6; ++row) {
    CHECK(rowOf(*again, row) == (row < 5 && row % 2 == 0 ? bytesOfRow(row) : std::vector<std::uint8_t>()));
  }
}

TEST_CASE("all of the space is taken at once") {
  const test::TempFolder folder;
  const CropShape shape{std::string(64, 'a'), 100, 10'000};
  const auto file = CropFile::open(nameIn(folder), shape, 10 * kRoom);
  struct stat facts {};
  REQUIRE(::stat(nameIn(folder).c_str(), &facts) == 0);
  CHECK(static_cast<std::uint64_t>(facts.st_blocks) * 512 >= shape.fileBytes());
}

TEST_CASE("damage of any byte of a row is seen, and the row can be put again") {
  const test::TempFolder folder;
  const auto name = nameIn(folder);
  const auto file = CropFile::open(name, kShape, kRoom);
  for (std::size_t row = 0; row < 5; ++row) file->put(row, bytesOfRow(row).data());
  const std::string sound = test::read(name);
  const std::size_t head = sound.size() - 5 * kShape.stride();
  for (std::size_t i = 0; i < kShape.stride(); ++i) {
    std::string damaged = sound;
    damaged[head + kShape.stride() + i] ^= 0x10;
    test::write(name, damaged);
    CAPTURE(i);
    CHECK(rowOf(*file, 1).empty());
    CHECK(rowOf(*file, 0) == bytesOfRow(0));
    CHECK(rowOf(*file, 2) == bytesOfRow(2));
  }
  file->put(1, bytesOfRow(1).data());
  CHECK(test::read(name) == sound);
  // A whole row in another's place.
  std::string swapped = sound;
  swapped.replace(head, kShape.stride(), sound, head + kShape.stride(), kShape.stride());
  test::write(name, swapped);
  CHECK(rowOf(*file, 0).empty());
  // Cut short while it is open.
  test::fs::resize_file(name, head + 2 * kShape.stride() - 1);
  CHECK(rowOf(*file, 1).empty());
  CHECK(rowOf(*file, 4).empty());
}

TEST_CASE("a file that is something else is made anew") {
  const test::TempFolder folder;
  const auto name = nameIn(folder);
  std::vector<CropShape> others(3, kShape);
  others[0].key = std::string(64, 'b');
  others[1].rowBytes = 29;
  others[2].rows = 4;
  std::vector<std::string> contents{"", "crops"};
  for (const CropShape& other : others) {
    const auto file = CropFile::open(name, other, kRoom);
    for (std::size_t row = 0; row < 4; ++row) file->put(row, bytesOfRow(row).data());
    contents.push_back(test::read(name));
    test::fs::remove(name);
  }
  contents.push_back(contents.back() + "x");
  for (const std::string& content : contents) {
    test::write(name, content);
    std::vector<std::string> warnings;
    const LogSubscription subscription([&](const LogEntry& entry) {
      if (entry.level == LogLevel::Warning) warnings.push_back(entry.text);
    });
    const auto file = CropFile::open(name, kShape, kRoom);
    for (std::size_t row = 0; row < 5; ++row) CHECK(rowOf(*file, row).empty());
    CHECK(warnings.size() == 1);
    CHECK(test::fs::file_size(name) == kShape.fileBytes());
  }
}

TEST_CASE("what a kill left of a file in the making holds no rows") {
  const test::TempFolder folder;
  const auto name = nameIn(folder);
  test::write(test::fs::path(name) += ".part", std::string(500, '\x55'));
  const auto file = CropFile::open(name, kShape, kRoom);
  for (std::size_t row = 0; row < 5; ++row) CHECK(rowOf(*file, row).empty());
  CHECK(filesIn(name.parent_path()) == 1);
}

TEST_CASE("a file in use stays, an unused one makes room") {
  const test::TempFolder folder;
  const std::uint64_t one = kShape.fileBytes();
  const CropShape second{std::string(64, 'b'), 5, 30}, third{std::string(64, 'c'), 5, 30};
  auto used = CropFile::open(nameIn(folder, 'a'), kShape, 2 * one);
  CropFile::open(nameIn(folder, 'b'), second, 2 * one);  // not held
  const auto made = CropFile::open(nameIn(folder, 'c'), third, 2 * one);
  CHECK(test::fs::exists(nameIn(folder, 'a')));
  CHECK_FALSE(test::fs::exists(nameIn(folder, 'b')));
  CHECK(why(nameIn(folder, 'b'), second, 2 * one).find("room") != std::string::npos);
  CHECK(filesIn(folder / "crops") == 2);
  CHECK(why(nameIn(folder, 'b'), second, one - 1).find("room") != std::string::npos);
  used->put(3, bytesOfRow(3).data());
  used.reset();
  CHECK(evictTo(folder / "crops", 0) == one);
  CHECK(filesIn(folder / "crops") == 1);
}

TEST_CASE("a file system that has no space says so before anything is written") {
  const test::TempFolder folder;
  struct rlimit before {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = kShape.fileBytes() - 1;
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string said = why(nameIn(folder), kShape, kRoom);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  CHECK(said.find("must give it") != std::string::npos);
  CHECK(filesIn(folder / "crops") == 0);
  // More than any disk has.
  const CropShape huge{std::string(64, 'a'), std::size_t{1} << 40, std::size_t{1} << 20};
  CHECK(why(nameIn(folder), huge, UINT64_MAX).find("the cache's disk has") != std::string::npos);
  CHECK(filesIn(folder / "crops") == 0);
}

TEST_CASE("a disk that refuses later is said once, and rows that are there stay") {
  const test::TempFolder folder;
  const auto file = CropFile::open(nameIn(folder), kShape, kRoom);
  file->put(0, bytesOfRow(0).data());
  std::vector<std::string> warnings;
  const LogSubscription subscription([&](const LogEntry& entry) {
    if (entry.level == LogLevel::Warning) warnings.push_back(entry.text);
  });
  struct rlimit before {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 150;
  ::setrlimit(RLIMIT_FSIZE, &small);
  for (const std::size_t row : {3, 4}) file->put(row, bytesOfRow(row).data());
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  CHECK(warnings.size() == 1);
  CHECK(rowOf(*file, 0) == bytesOfRow(0));
  CHECK(rowOf(*file, 3).empty());
}

TEST_CASE("many that open a file at once all have the same one") {
  const test::TempFolder folder;
  constexpr std::size_t kThreads = 8;
  std::vector<std::unique_ptr<CropFile>> files(kThreads);
  std::vector<std::jthread> threads;
  const CropShape shape{std::string(64, 'a'), kThreads, 30};
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      files[i] = CropFile::open(nameIn(folder), shape, kRoom);
      files[i]->put(i, bytesOfRow(i).data());
    });
  }
  threads.clear();
  for (const auto& file : files) {
    for (std::size_t row = 0; row < kThreads; ++row) CHECK(rowOf(*file, row) == bytesOfRow(row));
  }
  CHECK(filesIn(folder / "crops") == 1);
}

TEST_CASE("killed writers leave rows that are whole, or none") {
  const test::TempFolder folder;
  constexpr std::size_t kBytes = 3000;
  const CropShape shape{std::string(64, 'a'), 64, kBytes};
  Random random(4);
  std::size_t whole = 0;
  for (int life = 0; life < 20; ++life) {
    std::vector<pid_t> children;
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    for (int k = 0; k < 2; ++k) {
      children.push_back(::fork());
      REQUIRE(children.back() >= 0);
      if (children.back() != 0) continue;
      try {  // the child
        const auto file = CropFile::open(nameIn(folder), shape, 10 * kRoom);
        for (std::size_t i = 0;; ++i) {
          const std::size_t row = i % (3 * static_cast<std::size_t>(life) + 4);
          file->put(row, bytesOfRow(row, kBytes).data());
          if (::write(ends[1], ".", 1) != 1) ::_exit(4);
        }
      } catch (...) {
        ::_exit(3);
      }
    }
    char byte = 0;
    for (std::uint64_t i = 0; i <= random.below(30); ++i) REQUIRE(::read(ends[0], &byte, 1) == 1);
    for (const pid_t child : children) ::kill(child, SIGKILL);
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      CHECK(WIFSIGNALED(status));
    }
    ::close(ends[0]);
    ::close(ends[1]);
    const auto file = CropFile::open(nameIn(folder), shape, 10 * kRoom);
    whole = 0;
    for (std::size_t row = 0; row < shape.rows; ++row) {
      const auto found = rowOf(*file, row, kBytes);
      if (found.empty()) continue;
      ++whole;
      CHECK(found == bytesOfRow(row, kBytes));
    }
  }
  CHECK(whole > 10);
}
