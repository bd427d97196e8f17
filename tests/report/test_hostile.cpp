// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cctype>
#include <fstream>
#include <functional>
#include <iostream>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "broken_json.h"
#include "options/option_table.h"
#include "report/json_text.h"
#include "report_material.h"

using namespace gf;
using namespace gf::test;
using Json = nlohmann::ordered_json;

namespace {

struct Counter {
  int cases = 0;
  ~Counter() { std::cout << "hostile JSON cases refused: " << cases << "\n"; }
};
Counter counter;

/// `read` must refuse with an input error that names the file and a rule.
void mustRefuse(const std::filesystem::path& file, const std::string& bytes,
                const std::function<void(const std::filesystem::path&)>& read) {
  std::ofstream(file, std::ios::binary) << bytes;  // thousands of files: none has to survive a power cut
  ++counter.cases;
  try {
    read(file);
    FAIL_CHECK("was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject().find(file.string()) != std::string::npos);
    CHECK_FALSE(error.rule().empty());
  } catch (const std::exception& error) {
    FAIL_CHECK("another exception: ", error.what());
  }
}

Json goodReport() {
  Material m;
  makeMaterial({.name = "x", .samples = 40, .classes = 2, .transferred = true}, m);
  return buildReport(m.input);
}

const auto kReadReport = [](const std::filesystem::path& file) { readReport(file); };
const auto kReadMetrics = [](const std::filesystem::path& file) { readMetrics(file); };
const auto kReadSubset = [](const std::filesystem::path& file) { readSubset(file); };
const auto kReadOptions = [](const std::filesystem::path& file) {
  TransferOptions options;
  applyJson(options, nlohmann::json(parseJsonFile(file, 1 << 20)), file.string());
};

/// Texts that are no JSON, whatever was expected.
std::vector<std::string> garbage() {
  std::string deepArrays(200'000, '['), deepObjects, keys = "{";
  for (int i = 0; i < 50'000; ++i) deepObjects += "{\"a\":";
  for (int i = 0; i < 3000; ++i) keys += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
  std::string huge = "[";
  for (int i = 0; i < 4'100'000; ++i) huge += "0,";
  std::string random;
  for (int i = 0; i < 4096; ++i) random += static_cast<char>(mix(std::uint64_t{3}, static_cast<std::uint64_t>(i)));
  return {"",
          " ",
          "{",
          "]",
          "nul",
          "NaN",
          "{\"schema\":NaN}",
          "{\"a\":Infinity}",
          "{\"a\":1e999}",
          "{'a':1}",
          "{\"a\":1,}",
          "{\"a\":\"\xff\xfe\"}",
          "{\"a\":\"\xc3\"}",
          std::string("{\0}", 3),
          "\xff\xfe{\0}\0",
          "{} {}",
          "[1,2",
          "\"text",
          "{\"a\":01}",
          "{\"a\":\"\\ud800\"}",
          "// comment\n{}",
          deepArrays,
          deepObjects,
          keys + "}",
          huge + "0]",
          random};
}

}  // namespace

TEST_CASE("garbage is refused as report, subset and options") {
  ScratchFolder scratch;
  for (const auto& bytes : garbage()) {
    CAPTURE(bytes.substr(0, 40));
    mustRefuse(scratch / "report.json", bytes, kReadReport);
    mustRefuse(scratch / "subset.json", bytes, kReadSubset);
    mustRefuse(scratch / "options.json", bytes, kReadOptions);
    // With a line break behind it, so that it is no torn last line; what is one line stays one.
    if (!bytes.empty() && bytes.find('\n') == std::string::npos) {
      mustRefuse(scratch / "metrics.jsonl", bytes + "\n", kReadMetrics);
    }
  }
  for (const char* scalar : {"0", "\"text\"", "[]", "null", "true", "{}"}) {
    mustRefuse(scratch / "report.json", scalar, kReadReport);
    mustRefuse(scratch / "subset.json", scalar, kReadSubset);
    mustRefuse(scratch / "metrics.jsonl", std::string(scalar) + "\n", kReadMetrics);
    if (std::string(scalar) != "{}") mustRefuse(scratch / "options.json", scalar, kReadOptions);
  }
}

TEST_CASE("a report cut anywhere is refused") {
  ScratchFolder scratch;
  const std::string text = goodReport().dump();
  for (std::size_t length = 0; length < text.size(); length += text.size() / 40) {
    mustRefuse(scratch / "report.json", text.substr(0, length), kReadReport);
  }
}

namespace {

/// Whether the report stays whole without this value: an element of a list of any length, or a key that not every
/// report has.
bool isOptional(const std::string& pointer) {
  if (pointer.starts_with("/manifest/versions/") || pointer.starts_with("/manifest/options/")) return true;
  for (const char* key : {"/transfer/curve", "/transfer/fast", "/transfer/precision"}) {
    if (pointer == key) return true;
  }
  if (!std::isdigit(static_cast<unsigned char>(pointer.back()))) return false;
  return pointer.find("/routing/teachers/") != std::string::npos || pointer.find("/largest/") != std::string::npos ||
         pointer.find("/top_classes/") != std::string::npos || pointer.starts_with("/transfer/curve/");
}

void breakEveryKey(const Json& good) {
  ScratchFolder scratch;
  writeAtomically(scratch / "report.json", good.dump());
  CHECK_NOTHROW(readReport(scratch / "report.json"));
  const auto pointers = pointersOf(good);
  CHECK(pointers.size() > 150);
  for (const auto& text : pointers) {
    CAPTURE(text);
    const Json::json_pointer pointer(text);
    const bool leaf = !good.at(pointer).is_structured();
    Json changed = good;
    changed[pointer] = leaf ? Json{{"x", {1}}} : Json("text");
    mustRefuse(scratch / "report.json", changed.dump(), kReadReport);
    if (!isOptional(text)) {
      mustRefuse(scratch / "report.json", without(good, text).dump(), kReadReport);
    }
    if (good.at(pointer).is_number()) {
      changed = good;
      changed[pointer] = -5;
      mustRefuse(scratch / "report.json", changed.dump(), kReadReport);
    }
  }
}

Json reportOf(const Plan& plan) {
  Material m;
  makeMaterial(plan, m);
  return buildReport(m.input);
}

}  // namespace

TEST_CASE("every key of a report: missing, of the wrong type, out of range") {
  breakEveryKey(goodReport());
}

TEST_CASE("the same with several teachers, and with slow and fast weights") {
  breakEveryKey(reportOf(
      {.name = "soup", .samples = 40, .classes = 2, .teachers = 2, .transferred = true, .mode = TeacherMode::Soup}));
  breakEveryKey(reportOf({.name = "mcl", .samples = 40, .classes = 2, .transferred = true, .method = Method::XeKlMcl}));
}

TEST_CASE("wrong values that only the whole report shows") {
  ScratchFolder scratch;
  const auto refuse = [&](const std::string& pointer, const Json& value) {
    CAPTURE(pointer);
    Json changed = goodReport();
    changed[Json::json_pointer(pointer)] = value;
    mustRefuse(scratch / "report.json", changed.dump(), kReadReport);
  };
  refuse("/schema", "gainfinder-report/2");
  refuse("/schema", "something else");
  refuse("/revision", 1);
  refuse("/revision", 2.5);
  refuse("/before/teachers/0/delta_accuracy_ci95", {0.5, 0.1});
  refuse("/before/teachers/0/delta_accuracy_ci95", {0});
  refuse("/after/teachers/0/mcnemar_p", 2);
  refuse("/before/teachers/0/said_instead", nullptr);
  refuse("/before/teachers/0/said_instead/positive/flips", 0);
  refuse("/before/teachers/0/said_instead/positive/pairs", 41);
  refuse("/before/teachers/0/said_instead/positive/largest", Json::array());
  refuse("/before/teachers/0/said_instead/positive/largest/0/truth", 2);
  refuse("/before/teachers/0/said_instead/positive/largest/0/samples", 1000);
  refuse("/before/teachers/0/partition", nullptr);
  refuse("/before/teachers/0/partition/index", {0, 1});
  refuse("/before/teachers/0/partition/index/1", 0);
  refuse("/before/teachers/0/partition/index/39", 40);
  refuse("/before/teachers/0/partition/index/39", UINT64_MAX);
  refuse("/before/teachers/0/partition/label/0", 2);
  refuse("/before/teachers/0/partition/teacher/own/0", 1.01);
  refuse("/before/teachers/0/partition/student/label/0", "1");
  refuse("/transfer/transfer_rate/positive_flips", 41);
  refuse("/transfer/transfer_rate/positive_flips", nullptr);
  refuse("/transfer/memory_bytes", nullptr);
  refuse("/transfer/layout", nullptr);
  refuse("/evaluation/samples", 0);
  refuse("/evaluation/samples", 41);
  refuse("/evaluation/samples", 1e300);
  refuse("/evaluation/samples", UINT64_MAX);
  refuse("/evaluation/classes", 3);
  refuse("/transfer/mcnemar_p", 1.5);
  refuse("/transfer/gain", 1.0000001);
  refuse("/transfer/transfer_rate/strict", 2);
  refuse("/transfer/delta_ci95", {0.5, 0.1});
  refuse("/transfer/delta_ci95", {0, 0, 0});
  refuse("/transfer/delta_ci95", {-1.5, 0});
  refuse("/transfer/routing/positive", nullptr);
  refuse("/transfer/routing/outcomes/to_teacher/both_right", 1000000);
  refuse("/manifest/options/lr", -1);
  refuse("/manifest/options/colour", "blue");
  refuse("/manifest/seed", -1);
  refuse("/classes/0/samples", 1);
  refuse("/before/teachers/0/counts/both_right", 0);
  refuse("/student/accuracy", 81.2);
  refuse("/transfer/mode", "sequential");
  refuse("/transfer/mode", "together");
  refuse("/transfer/against", "any teacher");
  refuse("/transfer/layout", "diagonal");
  refuse("/transfer/teachers", Json::array());
  refuse("/transfer/teachers", {"a", "b"});
  refuse("/transfer/stages", Json::array());
  refuse("/transfer/stages/0/gained", 41);
  refuse("/transfer/stages/0/routing/rule", "by weather");
  refuse("/transfer/stages/0/routing/teachers/0/stage", 1);
  refuse("/transfer/micro_batch", 0.5);
  refuse("/transfer/curve", {{{"from", "a"}, {"to", "b"}, {"position", 2}}});
}

TEST_CASE("hostile metrics, subsets and options") {
  ScratchFolder scratch;
  EvaluationRecord evaluated;
  evaluated.classGained = evaluated.classLost = {1, 2};
  StepRecord stepped;
  stepped.gradientNorm = 1;
  stepped.deviceMemoryBytes = 1;
  stepped.routing = stepped.adaptingRouting = {{{4, 1, 1, 1, 1}, {0, 0, 0, 0, 0}}};
  const std::set<std::string> later{"stage", "weight_distance", "routing",      "adapting_routing",
                                    "lr",    "gradient_norm",   "memory_bytes", "device_memory_bytes"};
  const Json evaluation = toJson(evaluated), step = toJson(stepped);
  for (const Json& good : {evaluation, step}) {
    writeAtomically(scratch / "metrics.jsonl", good.dump() + "\n");
    CHECK_NOTHROW(readMetrics(scratch / "metrics.jsonl"));
    for (const auto& [key, value] : good.items()) {
      CAPTURE(key);
      Json changed = good;
      changed[key] = Json::array();
      mustRefuse(scratch / "metrics.jsonl", changed.dump() + "\n", kReadMetrics);
      changed[key] = Json::array({"1"});
      mustRefuse(scratch / "metrics.jsonl", changed.dump() + "\n", kReadMetrics);
      if (later.contains(key)) continue;
      changed.erase(key);
      mustRefuse(scratch / "metrics.jsonl", good.dump() + "\n" + changed.dump() + "\n", kReadMetrics);
    }
  }
  const auto wrong = [&](const Json& good, const char* pointer, const Json& value) {
    Json changed = good;
    changed[Json::json_pointer(pointer)] = value;
    CAPTURE(changed.dump());
    mustRefuse(scratch / "metrics.jsonl", changed.dump() + "\n", kReadMetrics);
  };
  wrong(evaluation, "/class_lost", {1, 2, 3});
  wrong(evaluation, "/class_lost", {1, -2});
  wrong(evaluation, "/class_lost", {1, 0.5});
  wrong(evaluation, "/class_lost", {1, UINT64_MAX});
  wrong(evaluation, "/stage", -1);
  wrong(evaluation, "/weight_distance", -0.1);
  wrong(step, "/routing/0/positive", {1, 2});
  wrong(step, "/routing/0/positive", {1});
  wrong(step, "/routing/0/both_wrong", {3, 2, 1});
  wrong(step, "/adapting_routing/0", Json::object());
  wrong(step, "/memory_bytes", -1);
  mustRefuse(scratch / "metrics.jsonl", std::string((1 << 20) + 1, ' ') + "\n", kReadMetrics);
  const Json subset{{"seed", 1}, {"rule", "0.1"}, {"split_identity", "x"}, {"indices", {1, 2}}};
  for (const auto& [key, value] : subset.items()) {
    Json changed = subset;
    changed[key] = Json::object();
    mustRefuse(scratch / "subset.json", changed.dump(), kReadSubset);
    changed.erase(key);
    mustRefuse(scratch / "subset.json", changed.dump(), kReadSubset);
  }
  for (const Json& index : {Json(-1), Json(1.5), Json("1"), Json(4294967296), Json(nullptr)}) {
    Json changed = subset;
    changed["indices"].push_back(index);
    mustRefuse(scratch / "subset.json", changed.dump(), kReadSubset);
  }
  for (const auto& record : transferOptionTable()) {
    for (const Json& value : {Json(nullptr), Json::array({1}), Json::object(), Json(-7), Json("§"), Json(1e300)}) {
      const Json object{{std::string(record.id), value}};
      CAPTURE(object.dump());
      mustRefuse(scratch / "options.json", object.dump(), kReadOptions);
    }
  }
  mustRefuse(scratch / "options.json", R"({"learning_rate": 0.1})", kReadOptions);
}

TEST_CASE("files that are no files") {
  ScratchFolder scratch;
  CHECK_THROWS_AS(readReport(scratch / "nothing.json"), Error);
  CHECK_THROWS_AS(readReport(scratch.path()), Error);
  CHECK_THROWS_AS(openResult(scratch.path()), Error);
  CHECK_THROWS_AS(openResult(scratch / "nothing"), Error);
  CHECK_THROWS_AS(readMetrics("/dev/zero"), Error);
}
