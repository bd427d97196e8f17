// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/kept_files.h"
#include "models/fixtures.h"
#include "predictions/kept_logits.h"

using namespace gf;
namespace fs = std::filesystem;

namespace {

const KeptShape kShape{std::string(64, 'a'), 5, 3};

/// Row i is 10 i, 10 i + 1, 10 i + 2.
std::vector<float> rows(std::size_t begin, std::size_t count) {
  std::vector<float> values;
  for (std::size_t i = begin; i < begin + count; ++i) {
    for (int k = 0; k < 3; ++k) values.push_back(static_cast<float>(10 * i) + static_cast<float>(k));
  }
  return values;
}

void append(LogitsMaker& maker, std::size_t count) {
  const auto values = rows(maker.rows(), count);
  maker.append(values.data(), count);
}

fs::path makeWhole(const gf_test::Scratch& scratch) {
  const fs::path file = scratch / "a.logits";
  auto maker = LogitsMaker::claim(file, kShape);
  REQUIRE(maker);
  append(*maker, 5);
  maker->finish();
  return file;
}

std::vector<float> rowOf(const KeptLogits& kept, std::size_t row) {
  std::vector<float> values(3);
  return kept.copyRow(row, values.data()) ? values : std::vector<float>();
}

}  // namespace

TEST_CASE("rows come back as they were put") {
  const gf_test::Scratch scratch;
  const fs::path file = makeWhole(scratch);
  CHECK(fs::file_size(file) == kShape.fileBytes());
  CHECK_FALSE(fs::exists(fs::path(file) += ".part"));
  const auto kept = KeptLogits::open(file, kShape);
  REQUIRE(kept);
  for (std::size_t i = 0; i < 5; ++i) CHECK(rowOf(*kept, i) == rows(i, 1));
  CHECK(rowOf(*kept, 5).empty());
  CHECK_FALSE(KeptLogits::open(scratch / "b.logits", kShape));
}

TEST_CASE("what was there before a kill is taken up, whatever the last bytes are") {
  const gf_test::Scratch scratch;
  const fs::path file = scratch / "a.logits", part = fs::path(file) += ".part";
  {
    auto maker = LogitsMaker::claim(file, kShape);
    append(*maker, 3);
  }
  SUBCASE("whole rows") {
    CHECK(LogitsMaker::claim(file, kShape)->rows() == 3);
  }
  SUBCASE("half a row more") {
    std::ofstream(part, std::ios::app | std::ios::binary) << "1234567";
    CHECK(LogitsMaker::claim(file, kShape)->rows() == 3);
  }
  SUBCASE("a row cut") {
    fs::resize_file(part, fs::file_size(part) - 1);
    CHECK(LogitsMaker::claim(file, kShape)->rows() == 2);
  }
  SUBCASE("a row changed") {
    std::fstream changed(part, std::ios::in | std::ios::out | std::ios::binary);
    changed.seekp(-static_cast<std::streamoff>(2 * kShape.rowBytes()), std::ios::end);
    changed.put('\x7f');
    changed.close();
    CHECK(LogitsMaker::claim(file, kShape)->rows() == 1);
  }
  SUBCASE("something else") {
    std::ofstream(part) << "not logits";
    CHECK(LogitsMaker::claim(file, kShape)->rows() == 0);
  }
  SUBCASE("another model's") {
    const KeptShape other{std::string(64, 'b'), 5, 3};
    CHECK(LogitsMaker::claim(file, other)->rows() == 0);
    return;
  }
  {
    auto maker = LogitsMaker::claim(file, kShape);
    append(*maker, 5 - maker->rows());
    maker->finish();
  }
  const auto kept = KeptLogits::open(file, kShape);
  REQUIRE(kept);
  for (std::size_t i = 0; i < 5; ++i) CHECK(rowOf(*kept, i) == rows(i, 1));
}

TEST_CASE("one makes a file; who comes second finds it whole") {
  const gf_test::Scratch scratch;
  const fs::path file = scratch / "a.logits";
  auto maker = LogitsMaker::claim(file, kShape);
  REQUIRE(maker);
  CHECK_FALSE(LogitsMaker::claim(file, kShape));
  append(*maker, 5);
  maker->finish();
  CHECK_FALSE(KeptLogits::open(file, kShape));  // its maker still holds it
  maker.reset();
  CHECK(KeptLogits::open(file, kShape));
  CHECK_FALSE(LogitsMaker::claim(file, kShape));
}

TEST_CASE("no change of any byte goes unseen") {
  const gf_test::Scratch scratch;
  const fs::path file = makeWhole(scratch);
  const std::string whole = readFile(file, 1 << 20);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    std::ofstream(file, std::ios::binary) << changed;
    const auto kept = KeptLogits::open(file, kShape);
    std::size_t lost = 0;
    for (std::size_t i = 0; kept && i < 5; ++i) lost += rowOf(*kept, i).empty() ? 1 : 0;
    CHECK((!kept || lost == 1));
    CHECK(fs::exists(file) == (kept != nullptr));
  }
  // Two whole rows in each other's place.
  std::string swapped = whole;
  const std::size_t row = kShape.rowBytes(), head = whole.size() - 5 * row;
  std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(head), row,
              swapped.begin() + static_cast<std::ptrdiff_t>(head + row));
  std::ofstream(file, std::ios::binary) << swapped;
  CHECK(rowOf(*KeptLogits::open(file, kShape), 1).empty());
}

TEST_CASE("a file of another size, key or shape is removed, and a folder in its place is an error") {
  const gf_test::Scratch scratch;
  for (const KeptShape& other :
       {KeptShape{std::string(64, 'b'), 5, 3}, KeptShape{kShape.key, 4, 3}, KeptShape{kShape.key, 5, 4}}) {
    const fs::path file = makeWhole(scratch);
    CHECK_FALSE(KeptLogits::open(file, other));
    CHECK_FALSE(fs::exists(file));
  }
  fs::create_directories(scratch / "f.logits" / "inside");
  CHECK_THROWS_AS(KeptLogits::open(scratch / "f.logits", kShape), Error);
  CHECK_THROWS_AS(LogitsMaker::claim(makeWhole(scratch) / "below", kShape), Error);
}

TEST_CASE("a file that lacks rows is not put in its place, nor one with too many") {
  const gf_test::Scratch scratch;
  auto maker = LogitsMaker::claim(scratch / "a.logits", kShape);
  append(*maker, 4);
  CHECK_THROWS_AS(maker->finish(), Error);
  CHECK_THROWS_AS(append(*maker, 2), Error);
  maker->giveUp();
  CHECK(fs::is_empty(scratch.folder()));
}

TEST_CASE("files used longest ago make room, those in use stay") {
  const gf_test::Scratch scratch;
  const auto file = [&](char digit) { return scratch / (std::string(64, digit) + ".logits"); };
  for (const char each : {'a', 'b', 'c', 'd'}) std::ofstream(file(each)) << std::string(100, each);
  const auto now = fs::file_time_type::clock::now();
  int age = 0;
  for (const char each : {'c', 'a', 'd', 'b'}) {
    fs::last_write_time(file(each), now - std::chrono::hours(10 - age++));
  }
  CHECK(bytesOf(keptFiles(scratch.folder())) == 400);
  CHECK(keptFiles(scratch.folder()).front().path == file('c'));
  markUsed(file('c'));
  CHECK(keptFiles(scratch.folder()).front().path == file('a'));
  const int used = ::open((file('a')).c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(tryLock(used, FileLock::Shared));
  CHECK(evictTo(scratch.folder(), 250) == 200);
  CHECK(fs::exists(file('a')));
  CHECK(fs::exists(file('c')));
  CHECK(evictTo(scratch.folder(), 0) == 100);
  ::close(used);
  CHECK(evictTo(scratch.folder(), 0) == 0);
  CHECK(keptFiles(scratch / "nowhere").empty());
}
