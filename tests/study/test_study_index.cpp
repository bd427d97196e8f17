// SPDX-License-Identifier: Apache-2.0
// The index of a study against the folders themselves: as they change, damaged, locked, filled by others, killed.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "study/index_material.h"

using namespace gf;
using namespace gf::test;

namespace {

bool agrees(const fs::path& root) {
  StudyIndex index(root);
  index.refresh();
  return index.cells() == truth(StudyStore(root));
}

}  // namespace

TEST_CASE("the index says what the folders say, whatever happens to them") {
  const Bench bench;
  StudyIndex index(bench.root);
  CHECK(index.refresh());
  CHECK(index.cells().size() == 12);
  CHECK_FALSE(index.refresh());
  const auto follows = [&] {
    const bool changed = index.refresh();
    CHECK(index.cells() == truth(bench.store));
    CHECK(agrees(bench.root));  // and for who comes anew
    CHECK_FALSE(index.refresh());
    return changed;
  };
  bench.finish(0);
  CHECK(follows());
  CHECK(index.cells()[0].state == CellState::Done);
  CHECK(index.cells()[0].delta.has_value());
  bench.fail(1, "must fit");
  CHECK(follows());
  bench.fail(1, "must suit");  // at once: the clock may not have moved
  CHECK(follows());
  CHECK(index.cells()[1].error.find("must suit") != std::string::npos);
  bench.age();
  CHECK_FALSE(follows());
  bench.store.clearFailure(bench.name(1));
  CHECK(follows());
  {
    const auto claim = bench.store.claim(bench.name(1));
    CHECK(follows());
    CHECK(index.cells()[1].state == CellState::Running);
  }
  CHECK(follows());
  bench.finish(1, 7);
  bench.age();
  CHECK(follows());
  fs::remove_all(bench.store.folderOf(bench.name(0)));
  CHECK(follows());
  CHECK(index.cells()[0].error.find("must exist") != std::string::npos);
  bench.finish(0);
  CHECK(follows());
  // Another plan in the same folder: fewer cells, then all of them again.
  auto fewer = bench.made.expansion;
  fewer.cells.resize(3);
  bench.store.open(bench.made.plan, bench.made.models, fewer);
  CHECK(follows());
  CHECK(index.cells().size() == 3);
  bench.store.open(bench.made.plan, bench.made.models, bench.made.expansion);
  CHECK(follows());
  fs::remove(bench.root / "study.json");
  CHECK_THROWS_AS(index.refresh(), Error);
}

TEST_CASE("the three numbers are those of the whole report; what is no finished transfer is refused by its rule") {
  const Bench bench;
  const fs::path file = bench.scratch / "report.json";
  for (const char* plan : {"kl", "kl-dp", "crd", "soup"}) {
    CAPTURE(plan);
    writeAtomically(file, reportText(plan));
    const CellResult result = readCellResult(file);
    const StudyCell whole = readStudyCell(file);
    CHECK(result.delta == whole.delta);
    CHECK(result.gain == whole.gain);
    CHECK(result.loss == whole.loss);
  }
  const auto says = [&](const std::string& text) {
    writeAtomically(file, text);
    try {
      readCellResult(file);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto has = [](const std::string& said, const char* part) { return said.find(part) != std::string::npos; };
  CHECK(has(says(reportText("kl-dp-stopped")), "must be finished"));
  CHECK(has(says(reportText("compare-one")), "of a transfer"));
  CHECK(has(says("{\"schema\": \"gainfinder-shelf/1\", \"transfer\": {}}"), "gainfinder-report/1"));
  CHECK(has(says("[[[["), "JSON"));
  CHECK(has(says(""), "JSON"));
  CHECK(has(says(std::string(100'000, '[')), "JSON"));
  const auto transfer = [](const std::string& inside) {
    return R"({"schema": "gainfinder-report/1", "transfer": {"finished": true, )" + inside + "}}";
  };
  CHECK(says(transfer(R"("gain": 0.5, "loss": 0, "delta": 0.5)")).empty());
  CHECK(has(says(transfer(R"("gain": 0.5, "loss": 0.25, "delta": 0.5)")), "delta their difference"));
  CHECK(has(says(transfer(R"("gain": 1.5, "loss": 0.5, "delta": 1)")), "must be shares"));
  CHECK(has(says(transfer(R"("gain": 0.5, "loss": null, "delta": 0.5)")), "one is missing"));
  CHECK(has(says(transfer(R"("gain": [0.5], "loss": 0, "delta": 0.5)")), "one is missing"));
  CHECK(has(says(transfer(R"("gain": 1e999, "loss": 0, "delta": 0.5)")), "JSON"));
}

TEST_CASE("a stop keeps what was read, and cells() as they were") {
  const Bench bench;
  bench.fill();
  StudyIndex index(bench.root);
  std::stop_source stop;
  int seen = 0;
  const Control control(stop.get_token(), nullptr, [&](const Progress&) {
    if (++seen == 1) stop.request_stop();
  });
  CHECK_THROWS_AS(index.refresh(control), Stopped);
  CHECK(index.cells().empty());
  CHECK(index.refresh());
  CHECK(index.cells() == truth(bench.store));
}

TEST_CASE("several processes look at a store while others fill it, and some are killed") {
  const Bench bench;
  constexpr int kLookers = 4;
  std::vector<pid_t> children;
  const auto begin = [&](const auto& work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        work();
        ::_exit(0);
      } catch (...) {
        ::_exit(1);
      }
    }
    children.push_back(child);
  };
  for (int i = 0; i < kLookers; ++i) {
    begin([&] {
      StudyIndex index(bench.root);
      std::size_t done = 0;
      while (done < 12) {
        index.refresh();
        done = static_cast<std::size_t>(std::count_if(index.cells().begin(), index.cells().end(),
                                                      [](const auto& cell) { return cell.delta.has_value(); }));
      }
      if (index.cells() != truth(bench.store)) ::_exit(2);
    });
  }
  for (std::size_t cell = 0; cell < 12; ++cell) {
    bench.finish(cell);
    bench.age();
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  // Killed at any moment of making the index anew, again and again: what is left is right or made anew.
  std::mt19937 random(7);
  for (int kill = 0; kill < 30; ++kill) {
    children.clear();
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    begin([&] {
      for (char made = 0;; ++made) {
        fs::remove(bench.file());
        StudyIndex(bench.root).refresh();
        if (::write(ends[1], &made, 1) != 1) return;
      }
    });
    // As many rounds as chance says, then at once: somewhere within the next.
    for (auto rounds = 1 + random() % 3; rounds > 0; --rounds) {
      char made = 0;
      REQUIRE(::read(ends[0], &made, 1) == 1);
    }
    ::kill(children.front(), SIGKILL);
    ::waitpid(children.front(), nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(agrees(bench.root));
  }
}
