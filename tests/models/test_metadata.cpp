// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/error.h"
#include "models/metadata.h"

using nlohmann::json;

namespace {

json complete() {
  return {{"name", "tiny"},
          {"family", "CNN"},
          {"source", "a test"},
          {"classes", {"a", "b", "c"}},
          {"input_size", {3, 8, 9}},
          {"mean", {0.1, 0.2, 0.3}},
          {"std", {0.4, 0.5, 0.6}},
          {"interpolation", "bilinear"},
          {"crop_pct", 0.9},
          {"crop_mode", "squash"},
          {"wnids", {"n1", "n2", "n3"}},
          {"reference_accuracy", {{"data", "shapes"}, {"value", 0.25}}},
          {"licence", "MIT"}};
}

gf::ModelMetadata parse(const json& object, const json& overrides = nullptr) {
  return gf::parseMetadata(object.dump(), overrides, "model.pt");
}

/// The rule that the text breaks; empty when it is accepted.
std::string brokenRule(const std::string& text) {
  try {
    gf::parseMetadata(text, nullptr, "model.pt");
    return {};
  } catch (const gf::Error& error) {
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK(error.subject() == "model.pt");
    CHECK_FALSE(error.observed().empty());
    CHECK_FALSE(error.remedy().empty());
    return error.rule();
  }
}

}  // namespace

TEST_CASE("every key is read") {
  const gf::ModelMetadata read = parse(complete());
  CHECK(read.name == "tiny");
  CHECK(read.family == "CNN");
  CHECK(read.source == "a test");
  CHECK(read.classes == std::vector<std::string>{"a", "b", "c"});
  CHECK(read.inputSize == std::array{3, 8, 9});
  CHECK(read.mean == std::vector{0.1, 0.2, 0.3});
  CHECK(read.std == std::vector{0.4, 0.5, 0.6});
  CHECK(read.interpolation == "bilinear");
  CHECK(read.cropPct == 0.9);
  CHECK(read.cropMode == "squash");
  CHECK(read.wnids.size() == 3);
  REQUIRE(read.referenceAccuracy.has_value());
  CHECK(read.referenceAccuracy->data == "shapes");
  CHECK(read.referenceAccuracy->value == 0.25);
  CHECK(read.licence == "MIT");
}

TEST_CASE("what is written is read back as it was") {
  const auto written = gf::toJson(parse(complete()));
  CHECK(json(written) == complete());
  CHECK(gf::toJson(gf::parseMetadata(written.dump(), nullptr, "model.pt")) == written);
}

TEST_CASE("optional keys have the values that the header states") {
  json least = complete();
  for (const char* key :
       {"family", "source", "interpolation", "crop_pct", "crop_mode", "wnids", "reference_accuracy", "licence"}) {
    least.erase(key);
  }
  const gf::ModelMetadata read = parse(least);
  CHECK(read.family.empty());
  CHECK(read.interpolation == "bicubic");
  CHECK(read.cropPct == 0.875);
  CHECK(read.cropMode == "center");
  CHECK_FALSE(read.referenceAccuracy.has_value());
}

TEST_CASE("missing keys are all named at once, with the flag that gives them") {
  for (const std::string text : {"", "{}", " \n", R"({"name": null})"}) {
    CAPTURE(text);
    CHECK(gf::missingMetadataKeys(text, nullptr, "model.pt") ==
          std::vector<std::string>{"name", "classes", "input_size", "mean", "std"});
    try {
      gf::parseMetadata(text, nullptr, "model.pt");
      FAIL("accepted");
    } catch (const gf::Error& error) {
      CHECK(error.observed() == "no name, classes, input_size, mean, std");
      CHECK(error.remedy().find("--model-meta FILE.json") != std::string::npos);
    }
  }
}

TEST_CASE("overrides fill what is missing and replace what is there") {
  json partial = complete();
  partial.erase("mean");
  const json overrides{{"mean", {0, 0, 0}}, {"name", "renamed"}};
  CHECK(gf::missingMetadataKeys(partial.dump(), nullptr, "m") == std::vector<std::string>{"mean"});
  CHECK(gf::missingMetadataKeys(partial.dump(), overrides, "m").empty());
  const gf::ModelMetadata read = parse(partial, overrides);
  CHECK(read.name == "renamed");
  CHECK(read.mean == std::vector{0.0, 0.0, 0.0});
  CHECK_THROWS_AS(parse(partial, json::array({1})), gf::Error);
}

TEST_CASE("each rule is kept, and its message names the key") {
  const std::string longText(1001, 'x');
  const std::vector<std::pair<std::string, json>> broken{{"name", ""},
                                                         {"name", 3},
                                                         {"name", longText},
                                                         {"name", "a\nb"},
                                                         {"family", "GAN"},
                                                         {"family", 1},
                                                         {"source", json::array()},
                                                         {"licence", false},
                                                         {"classes", "a"},
                                                         {"classes", json::array()},
                                                         {"classes", {"only"}},
                                                         {"classes", {"a", "a", "b"}},
                                                         {"classes", {"a", "", "b"}},
                                                         {"classes", {"a", 2, "b"}},
                                                         {"classes", {{"a", 1}}},
                                                         {"input_size", 3},
                                                         {"input_size", {3, 8}},
                                                         {"input_size", {3, 8, 8, 8}},
                                                         {"input_size", {2, 8, 8}},
                                                         {"input_size", {3, 0, 8}},
                                                         {"input_size", {3, -8, 8}},
                                                         {"input_size", {3, 8, 4097}},
                                                         {"input_size", {3, 8.5, 8}},
                                                         {"input_size", {3, "8", 8}},
                                                         {"input_size", {3, 18446744073709551615u, 8}},
                                                         {"mean", 0.5},
                                                         {"mean", {0.5}},
                                                         {"mean", {0.5, 0.5, "x"}},
                                                         {"mean", {0.5, 0.5, nullptr}},
                                                         {"std", {0.5, 0.5}},
                                                         {"std", {0.5, 0.5, 0}},
                                                         {"std", {0.5, 0.5, -1}},
                                                         {"crop_pct", 0},
                                                         {"crop_pct", -0.5},
                                                         {"crop_pct", 2.01},
                                                         {"crop_pct", "1"},
                                                         {"interpolation", "nearest"},
                                                         {"interpolation", 2},
                                                         {"crop_mode", "random"},
                                                         {"wnids", {"n1"}},
                                                         {"wnids", {1, 2, 3}},
                                                         {"reference_accuracy", 0.5},
                                                         {"reference_accuracy", json::object()},
                                                         {"reference_accuracy", {{"value", 81}}},
                                                         {"reference_accuracy", {{"value", "0.5"}}},
                                                         {"reference_accuracy", {{"value", 0.5}, {"data", 3}}}};
  for (const auto& [key, value] : broken) {
    CAPTURE(key);
    CAPTURE(value.dump().substr(0, 60));
    json object = complete();
    object[key] = value;
    const std::string rule = brokenRule(object.dump());
    const std::string named = value.is_object() && value.contains("data") ? "data" : key;
    CHECK(rule.find(named) != std::string::npos);
  }
}

TEST_CASE("the edges of every range are inside") {
  const std::vector<std::pair<std::string, json>> fine{
      {"input_size", {3, 1, 4096}}, {"crop_pct", 2},          {"crop_pct", 1e-9},  {"std", {1e-9, 1e9, 1}},
      {"mean", {-1, 0, 2}},         {"family", ""},           {"family", "Trafo"}, {"family", "MLP"},
      {"crop_mode", "border"},      {"wnids", json::array()}, {"source", ""},      {"name", std::string(1000, 'x')}};
  for (const auto& [key, value] : fine) {
    CAPTURE(key);
    json object = complete();
    object[key] = value;
    CHECK(brokenRule(object.dump()) == "");
  }
}

TEST_CASE("text that is no metadata is refused whatever its shape") {
  const std::vector<std::string> hostile{"[]",
                                         "3",
                                         "null",
                                         "\"x\"",
                                         "{",
                                         "{\"name\": \"\xff\"}",
                                         "{\"mean\": [1e999]}",
                                         std::string(100000, '['),
                                         "{\"a\":" + std::string(64, '[') + std::string(64, ']') + "}",
                                         std::string((16 << 20) + 1, ' '),
                                         std::string("{\0}", 3)};
  for (const std::string& text : hostile) {
    CAPTURE(text.substr(0, 40));
    CHECK_FALSE(brokenRule(text).empty());
  }
}

TEST_CASE("a hostile value is cut in the message") {
  json object = complete();
  object["family"] = std::string(1 << 20, 'x');
  try {
    parse(object);
    FAIL("accepted");
  } catch (const gf::Error& error) {
    CHECK(std::string(error.what()).size() < 1000);
  }
}
