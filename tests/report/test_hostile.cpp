// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <functional>
#include <iostream>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
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
  writeAtomically(file, bytes);
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

/// The pointers of all values below `json`.
void collect(const Json& json, const std::string at, std::vector<std::string>& pointers) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      pointers.push_back(at + "/" + key);
      collect(value, pointers.back(), pointers);
    }
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      pointers.push_back(at + "/" + std::to_string(i));
      collect(json[i], pointers.back(), pointers);
    }
  }
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

TEST_CASE("every key of a report: missing, of the wrong type, out of range") {
  ScratchFolder scratch;
  const Json good = goodReport();
  writeAtomically(scratch / "report.json", good.dump());
  CHECK_NOTHROW(readReport(scratch / "report.json"));
  std::vector<std::string> pointers;
  collect(good, "", pointers);
  CHECK(pointers.size() > 150);
  for (const auto& text : pointers) {
    CAPTURE(text);
    const Json::json_pointer pointer(text);
    const bool leaf = !good.at(pointer).is_structured();
    const bool optional = text.starts_with("/manifest/versions/") || text.starts_with("/manifest/options/") ||
                          text.starts_with("/transfer/transfer_rate/top_classes/");
    Json changed = good;
    changed[pointer] = leaf ? Json{{"x", {1}}} : Json("text");
    mustRefuse(scratch / "report.json", changed.dump(), kReadReport);
    if (!optional || text.ends_with("/strict")) {
      changed = good;
      auto& parent = changed[pointer.parent_pointer()];
      if (parent.is_object()) {
        parent.erase(pointer.back());
      } else {
        parent.erase(static_cast<std::size_t>(std::stoi(pointer.back())));
      }
      mustRefuse(scratch / "report.json", changed.dump(), kReadReport);
    }
    if (good.at(pointer).is_number()) {
      changed = good;
      changed[pointer] = -5;
      mustRefuse(scratch / "report.json", changed.dump(), kReadReport);
    }
  }
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
}

TEST_CASE("hostile metrics, subsets and options") {
  ScratchFolder scratch;
  const Json evaluation = toJson(EvaluationRecord{}), step = toJson(StepRecord{});
  for (const Json& good : {evaluation, step}) {
    for (const auto& [key, value] : good.items()) {
      Json changed = good;
      changed[key] = Json::array();
      mustRefuse(scratch / "metrics.jsonl", changed.dump() + "\n", kReadMetrics);
      changed.erase(key);
      mustRefuse(scratch / "metrics.jsonl", good.dump() + "\n" + changed.dump() + "\n", kReadMetrics);
    }
  }
  mustRefuse(scratch / "metrics.jsonl", std::string(70'000, ' ') + "\n", kReadMetrics);
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
