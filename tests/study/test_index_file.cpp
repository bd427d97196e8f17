// SPDX-License-Identifier: Apache-2.0
// index.sqlite itself: what it saves, and that nothing wrong in it is ever believed.
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "study/index_material.h"

using namespace gf;
using namespace gf::test;

namespace {

/// SQLite as anybody may use it on the file.
class Base {
 public:
  explicit Base(const fs::path& file) { REQUIRE(::sqlite3_open(file.c_str(), &base_) == SQLITE_OK); }
  ~Base() { ::sqlite3_close(base_); }
  Base(const Base&) = delete;
  Base& operator=(const Base&) = delete;
  int run(const std::string& text) const { return ::sqlite3_exec(base_, text.c_str(), nullptr, nullptr, nullptr); }
  int number(const std::string& text) const {
    int answer = -1;
    const auto take = [](void* to, int, char** values, char**) {
      *static_cast<int*>(to) = std::stoi(values[0]);
      return 0;
    };
    REQUIRE(::sqlite3_exec(base_, text.c_str(), take, &answer, nullptr) == SQLITE_OK);
    return answer;
  }

 private:
  sqlite3* base_ = nullptr;
};

int rows(const fs::path& file) {
  return Base(file).number("SELECT count(*) FROM cells");
}

/// A filled store with its index, and the file's bytes.
struct Indexed : Bench {
  std::string bytes;
  Indexed() {
    fill();
    StudyIndex(root).refresh();
    bytes = readFile(file(), 1 << 24);
  }
  std::vector<IndexedCell> looked() const {
    StudyIndex index(root);
    index.refresh();
    return index.cells();
  }
};

}  // namespace

TEST_CASE("what was read once is not read again by whoever looks next") {
  const Indexed bench;
  CHECK(rows(bench.file()) == 7);  // five results and two failures; the torn report is read again each time
  // Not a byte of a report is looked at: they could be anything.
  const auto before = bench.looked();
  for (std::size_t cell = 0; cell < 5; ++cell) {
    writeAtomically(bench.store.folderOf(bench.name(cell)) / "report.json", "changed behind the mark's back");
  }
  CHECK(bench.looked() == before);
  // But for the one whose mark is new.
  bench.store.markDone(bench.name(2), 30);
  const auto after = bench.looked();
  CHECK_FALSE(after[2].delta.has_value());
  CHECK(after[2].seconds == 30);
  CHECK(after[1] == before[1]);
}

TEST_CASE("a mark that is younger than a clock's tick may tell is not kept") {
  const Bench bench;
  bench.finish(0);
  StudyIndex(bench.root).refresh();
  CHECK_FALSE(fs::exists(bench.file()));
  bench.age();
  StudyIndex(bench.root).refresh();
  CHECK(rows(bench.file()) == 1);
}

TEST_CASE("a damaged index is never believed, and made anew") {
  const Indexed bench;
  const auto expected = truth(bench.store);
  const auto survives = [&](const std::string& bytes) {
    for (const char* ending : {"-journal", "-wal", "-shm"}) fs::remove(bench.file().string() + ending);
    writeAtomically(bench.file(), bytes);
    CHECK(bench.looked() == expected);
    CHECK(rows(bench.file()) == 7);
  };
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{99}, std::size_t{100}, std::size_t{4096},
                                   bench.bytes.size() - 1, bench.bytes.size() / 2}) {
    CAPTURE(length);
    survives(bench.bytes.substr(0, length));
  }
  survives(std::string(100'000, '\0'));
  survives("SQLite format 3" + std::string(5000, '\0'));
  survives("years of notes");
  for (std::size_t at = 0; at < bench.bytes.size(); at += 101) {
    CAPTURE(at);
    std::string bytes = bench.bytes;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    survives(bytes);
  }
}

TEST_CASE("an index of another version, or that says what it may not, is made anew") {
  const Indexed bench;
  const auto expected = truth(bench.store);
  const std::string table =
      "name TEXT PRIMARY KEY, failed INTEGER NOT NULL, time INTEGER NOT NULL, size INTEGER NOT "
      "NULL, error TEXT NOT NULL, delta REAL, gain REAL, loss REAL, seconds REAL, digest TEXT";
  const std::vector<std::string> changes{
      "PRAGMA user_version = 2",
      "PRAGMA application_id = 7",
      "UPDATE cells SET delta = 0.75, gain = 0.75, loss = 0",
      "UPDATE cells SET digest = ''",
      "UPDATE cells SET delta = 'much'",
      "UPDATE cells SET error = zeroblob(500000000)",
      "CREATE TABLE other (a)",
      "CREATE TRIGGER t AFTER INSERT ON cells BEGIN DELETE FROM "
      "cells; END",
      "DROP TABLE cells",
      "ALTER TABLE cells ADD COLUMN more",
      "DROP TABLE cells; CREATE VIEW cells AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "
      "i AS name, 0 AS failed, 1 AS time, 1 AS size, '' AS error, 0 AS delta, 0 AS gain, 0 AS loss, 0 AS seconds, '' "
      "AS digest FROM n",
      "DROP TABLE cells; CREATE TABLE cells (" + table + ")"};
  for (const auto& change : changes) {
    CAPTURE(change);
    writeAtomically(bench.file(), bench.bytes);
    CHECK(Base(bench.file()).run(change) == SQLITE_OK);
    CHECK(bench.looked() == expected);
    CHECK(rows(bench.file()) == 7);
    CHECK(Base(bench.file()).number("PRAGMA user_version") == 1);
  }
}

TEST_CASE("where there can be no index, all of it is in memory") {
  const Indexed bench;
  const auto expected = truth(bench.store);
  SUBCASE("a folder stands there") {
    fs::remove(bench.file());
    fs::create_directories(bench.file() / "mine");
    CHECK(bench.looked() == expected);
    CHECK(fs::is_directory(bench.file() / "mine"));
  }
  SUBCASE("a pipe stands there") {
    fs::remove(bench.file());
    REQUIRE(::mkfifo(bench.file().c_str(), 0600) == 0);
    CHECK(bench.looked() == expected);
  }
  SUBCASE("another process holds it, until it lets go") {
    StudyIndex index(bench.root);
    {
      const Base other(bench.file());
      REQUIRE(other.run("BEGIN EXCLUSIVE") == SQLITE_OK);
      index.refresh();
      CHECK(index.cells() == expected);
      bench.finish(8);
      bench.age();
      CHECK(index.refresh());
      CHECK(index.cells() == truth(bench.store));
    }
    CHECK_FALSE(index.refresh());
    CHECK(rows(bench.file()) == 8);  // what could not be saved then is saved now
  }
}
