// SPDX-License-Identifier: Apache-2.0
// Foreign files in a child process: whatever they do, this process learns what happened.
#include <doctest/doctest.h>

#include <stop_token>

#include "models/fixtures.h"
#include "models/inspection.h"

using namespace gf_test;
using nlohmann::json;

namespace {

struct Setup {
  Setup() { ::setenv("GAINFINDER_PROGRAM", GF_TEST_PROGRAM, 1); }
  Scratch scratch;
};

std::vector<gf::Inspection> look(const std::vector<std::string>& names, const gf::InspectionLimits& limits = {},
                                 const json& overrides = nullptr) {
  std::vector<fs::path> paths;
  for (const std::string& name : names) paths.push_back(fixture(name));
  std::vector<fs::path> order;
  auto results =
      gf::inspectInChild(paths, overrides, limits, [&](const gf::Inspection& seen) { order.push_back(seen.path); }, {});
  CHECK(order.size() == paths.size());
  return results;
}

}  // namespace

TEST_CASE_FIXTURE(Setup, "a child sees what this process would see") {
  const gf::Inspection there = gf::inspectInChild(fixture("scripted.pt"));
  CHECK(gf::toJson(there) == gf::toJson(gf::inspectHere(fixture("scripted.pt"))));
  CHECK(there.usable());
}

TEST_CASE_FIXTURE(Setup, "one bad file in the middle gets the blame, the others their answers") {
  const auto seen = look({"scripted.pt", "crashes.pt", "plain.pt", "state_dict.pt", "traced.pt"});
  REQUIRE(seen.size() == 5);
  CHECK(seen[0].usable());
  CHECK_FALSE(seen[1].readable);
  CHECK(seen[1].rule == "the checkpoint must open without a crash");
#if defined(__SANITIZE_ADDRESS__)  // which turns the signal into an exit code
  CHECK(seen[1].observed.find("ended early with exit code") != std::string::npos);
#else
  CHECK(seen[1].observed.find("crashed with signal 11") != std::string::npos);
#endif
  CHECK(seen[2].usable());
  CHECK(seen[3].observed.find("torch.save") != std::string::npos);
  CHECK(seen[4].usable());
  CHECK(seen[4].traced);
  CHECK(seen[4].path == fixture("traced.pt"));
}

TEST_CASE_FIXTURE(Setup, "a module that never returns is stopped, and the next file is still looked at") {
  gf::InspectionLimits limits;
  limits.seconds = 3;
  const auto seen = look({"loops.pt", "plain.pt"}, limits);
  CHECK_FALSE(seen[0].readable);
  CHECK(seen[0].rule == "the checkpoint must open within 3 s");
  CHECK(seen[0].observed == "it took longer");
  CHECK(seen[1].usable());
}

#if !defined(__SANITIZE_ADDRESS__)  // under which memory is not limited: its own reservations would not fit
TEST_CASE_FIXTURE(Setup, "memory is limited, taken at once or piece by piece") {
  gf::InspectionLimits limits;
  limits.bytes = std::uint64_t{1} << 30;
  const auto seen = look({"huge.pt", "huge_at_once.pt", "plain.pt"}, limits);
  for (int i : {0, 1}) {
    CHECK_FALSE(seen[i].readable);
    CHECK(seen[i].rule == "the checkpoint must open within its memory limit");
    CHECK(seen[i].observed.find("more than 1024 MiB") != std::string::npos);
  }
  CHECK(seen[2].usable());
}
#endif

TEST_CASE_FIXTURE(Setup, "a module that prints cannot speak for the child") {
  const auto seen = look({"prints.pt", "plain.pt"});
  CHECK(seen[0].usable());
  CHECK(seen[0].metadata->name == "prints");
  CHECK(seen[1].metadata->name == "plain");
}

TEST_CASE_FIXTURE(Setup, "overrides reach the child, also those too long for a command line") {
  json overrides{
      {"name", "given"}, {"input_size", {1, 6, 6}}, {"mean", {0}}, {"std", {1}}, {"classes", {"x", "y", "z"}}};
  CHECK(look({"no_metadata.pt"}, {}, overrides)[0].metadata->name == "given");
  overrides["source"] = "s";
  overrides["comment"] = std::string(300000, 'c');
  const auto seen = look({"no_metadata.pt"}, {}, overrides);
  REQUIRE(seen[0].usable());
  CHECK(seen[0].metadata->source == "s");
  CHECK_FALSE(look({"no_metadata.pt"})[0].usable());
}

TEST_CASE_FIXTURE(Setup, "what was seen is remembered until the file changes") {
  fs::copy_file(fixture("plain.pt"), scratch / "model.pt");
  CHECK(gf::inspectInChild(scratch / "model.pt").metadata->name == "plain");
  CHECK_FALSE(fs::is_empty(scratch / "cache/gainfinder/inspections"));
  ::setenv("GAINFINDER_PROGRAM", "/bin/false", 1);  // no child can answer from here on
  CHECK(gf::inspectInChild(scratch / "model.pt").metadata->name == "plain");
  CHECK_THROWS_AS(gf::inspectInChild(scratch / "model.pt", json{{"name", "other"}}), gf::Error);

  ::setenv("GAINFINDER_PROGRAM", GF_TEST_PROGRAM, 1);
  fs::copy_file(fixture("scripted.pt"), scratch / "model.pt", fs::copy_options::overwrite_existing);
  CHECK(gf::inspectInChild(scratch / "model.pt").metadata->name == "tiny");
}

TEST_CASE_FIXTURE(Setup, "a damaged memory is not believed") {
  fs::copy_file(fixture("plain.pt"), scratch / "model.pt");
  gf::inspectInChild(scratch / "model.pt");
  for (const std::string text : {"", "{", "{}", R"({"key":{},"inspection":{}})", "[1]"}) {
    for (const auto& entry : fs::directory_iterator(scratch / "cache/gainfinder/inspections"))
      write(entry.path(), text);
    CHECK(gf::inspectInChild(scratch / "model.pt").metadata->name == "plain");
  }
}

#if !defined(__SANITIZE_ADDRESS__)
TEST_CASE_FIXTURE(Setup, "what a short limit said is not remembered") {
  gf::InspectionLimits limits;
  limits.bytes = std::uint64_t{1} << 30;
  CHECK(look({"huge_at_once.pt"}, limits)[0].rule == "the checkpoint must open within its memory limit");
  limits.bytes = std::uint64_t{2} << 30;
  CHECK(look({"huge_at_once.pt"}, limits)[0].observed.find("2048 MiB") != std::string::npos);
}
#endif

TEST_CASE_FIXTURE(Setup, "a stop ends the look at once") {
  std::stop_source source;
  const gf::Control control(source.get_token(), nullptr, {});
  const auto stopAfterFirst = [&](const gf::Inspection&) { source.request_stop(); };
  CHECK_THROWS_AS(gf::inspectInChild({fixture("plain.pt"), fixture("loops.pt")}, nullptr, {}, stopAfterFirst, control),
                  gf::Stopped);
}

TEST_CASE_FIXTURE(Setup, "a program that cannot start is a failed run, not a bad file") {
  for (const char* program : {"/no/such/program", "/bin/false"}) {
    ::setenv("GAINFINDER_PROGRAM", program, 1);
    const gf::Error error = failureOf([] { gf::inspectInChild(fixture("plain.pt")); });
    CHECK(error.kind() == gf::ErrorKind::Run);
    CHECK(error.subject() == program);
  }
}

TEST_CASE_FIXTURE(Setup, "no files, no child") {
  ::setenv("GAINFINDER_PROGRAM", "/no/such/program", 1);
  CHECK(look({}).empty());
}
