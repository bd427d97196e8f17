// SPDX-License-Identifier: Apache-2.0
#include "models/metadata.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "base/error.h"
#include "data/preprocess.h"

namespace gf {
namespace {
using nlohmann::json;

constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxText = 1000;       // bytes of one name
constexpr std::size_t kMaxClasses = 100000;  // larger than any image classifier's head known to us
constexpr int kMaxSide = 4096;               // pixels
constexpr std::array<const char*, 5> kRequired{"name", "classes", "input_size", "mean", "std"};

/// The value as it may stand in a message: cut, so that a hostile file cannot flood the window.
std::string shown(const json& value) {
  constexpr std::size_t kLongest = 80;
  if (value.is_structured() && value.size() > 8) {
    return std::string(value.is_array() ? "a list of " : "an object of ") + std::to_string(value.size()) + " values";
  }
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "…";
  return text;
}

/// One metadata object under examination; every failure names the same subject and the key.
class Reader {
 public:
  Reader(const json& object, std::string subject) : object_(object), subject_(std::move(subject)) {}

  bool has(const char* key) const { return object_.contains(key) && !object_[key].is_null(); }
  const json& at(const char* key) const { return object_[key]; }
  [[noreturn]] void fail(const std::string& rule, const std::string& observed) const {
    failInput(subject_, kMetadataFile + std::string(": ") + rule, observed,
              "Correct the value, or replace it with --model-meta FILE.json");
  }
  void require(bool holds, const std::string& rule, const json& value) const {
    if (!holds) fail(rule, shown(value));
  }

  std::string text(const char* key, bool mayBeEmpty) const {
    if (!has(key)) return {};
    const json& value = at(key);
    require(value.is_string(), std::string(key) + " must be a text", value);
    checkText(value, key, mayBeEmpty);
    return value.get<std::string>();
  }
  std::string choice(const char* key, std::initializer_list<const char*> allowed, std::string otherwise) const {
    if (!has(key)) return otherwise;
    std::string rule = std::string(key) + " must be one of";
    for (const char* name : allowed) {
      if (at(key) == name) return name;
      rule += *name ? std::string(" ") + name : std::string(" (empty)");
    }
    fail(rule, shown(at(key)));
  }
  std::vector<std::string> names(const char* key) const {
    if (!has(key)) return {};
    const json& value = at(key);
    require(value.is_array(), std::string(key) + " must be a list of texts", value);
    require(value.size() <= kMaxClasses,
            std::string(key) + " must have at most " + std::to_string(kMaxClasses) + " entries", value);
    std::vector<std::string> result;
    for (const json& entry : value) {
      require(entry.is_string(), std::string(key) + " must hold texts only", entry);
      checkText(entry, key, false);
      result.push_back(entry.get<std::string>());
    }
    return result;
  }
  double number(const json& value, const std::string& rule) const {
    require(value.is_number() && std::isfinite(value.get<double>()), rule, value);
    return value.get<double>();
  }
  std::vector<double> perChannel(const char* key, int channels) const {
    const json& value = at(key);
    const std::string rule = std::string(key) + " must be a list of " + std::to_string(channels) +
                             " finite numbers, one per channel of input_size";
    require(value.is_array() && value.size() == static_cast<std::size_t>(channels), rule, value);
    std::vector<double> result;
    for (const json& entry : value) result.push_back(number(entry, rule));
    return result;
  }

 private:
  void checkText(const json& value, const char* key, bool mayBeEmpty) const {
    const auto& text = value.get_ref<const std::string&>();
    require(mayBeEmpty || !text.empty(), std::string(key) + " must not hold an empty text", value);
    require(text.size() <= kMaxText, std::string(key) + " must not hold a text over 1000 bytes", value);
    const bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    require(!control, std::string(key) + " must not hold control characters", value);
  }

  const json& object_;
  std::string subject_;
};

json parseObject(const std::string& text, const std::string& subject) {
  const auto fail = [&](const std::string& rule, const std::string& observed) {
    failInput(subject, kMetadataFile + std::string(": ") + rule, observed,
              "Write the metadata again, or save the model without it and pass --model-meta FILE.json");
  };
  if (text.size() > kMaxBytes) {
    fail("must be at most " + std::to_string(kMaxBytes) + " bytes", std::to_string(text.size()) + " bytes");
  }
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return json::object();
  json object;
  try {
    object = json::parse(text, [&](int depth, json::parse_event_t, json&) {
      if (depth > kMaxDepth) fail("must nest at most " + std::to_string(kMaxDepth) + " levels", "a deeper one");
      return true;
    });
  } catch (const json::exception& error) {
    fail("must be JSON", std::string(error.what()).substr(0, 200));
  }
  if (!object.is_object()) fail("must be a JSON object", shown(object));
  return object;
}

void readInput(const Reader& reader, ModelMetadata& result) {
  const json& size = reader.at("input_size");
  const std::string rule = "input_size must be [channels, height, width], three whole numbers from 1 to 4096";
  reader.require(size.is_array() && size.size() == 3, rule, size);
  for (std::size_t i = 0; i < 3; ++i) {
    reader.require(size[i].is_number_integer(), rule, size);
    const bool fits = size[i] >= 1 && size[i] <= kMaxSide;
    reader.require(fits, rule, size);
    result.inputSize[i] = size[i].get<int>();
  }
  const int channels = result.inputSize[0];
  reader.require(channels == 1 || channels == 3, "input_size must begin with 1 (grey) or 3 (colour) channels", size);
  result.mean = reader.perChannel("mean", channels);
  result.std = reader.perChannel("std", channels);
  for (const double value : result.std) reader.require(value > 0, "std must be above 0", reader.at("std"));
  result.interpolation = reader.choice("interpolation", {"bilinear", "bicubic"}, result.interpolation);
  result.cropMode = reader.choice("crop_mode", {"center", "squash", "border"}, result.cropMode);
  if (reader.has("crop_pct")) {
    const std::string range = "crop_pct must be above 0 and at most 2";
    result.cropPct = reader.number(reader.at("crop_pct"), range);
    reader.require(result.cropPct > 0 && result.cropPct <= kLargestCropPct, range, reader.at("crop_pct"));
  }
}

void readClasses(const Reader& reader, ModelMetadata& result) {
  result.classes = reader.names("classes");
  reader.require(result.classes.size() >= 2, "classes must name at least two classes", reader.at("classes"));
  std::set<std::string_view> seen;
  for (const std::string& name : result.classes) {
    reader.require(seen.insert(name).second, "classes must differ from each other", name);
  }
  result.wnids = reader.names("wnids");
  if (!result.wnids.empty() && result.wnids.size() != result.classes.size()) {
    reader.fail("wnids must have one entry per class (" + std::to_string(result.classes.size()) + ")",
                std::to_string(result.wnids.size()) + " entries");
  }
}

void readReference(const Reader& reader, const std::string& subject, ModelMetadata& result) {
  if (!reader.has("reference_accuracy")) return;
  const json& value = reader.at("reference_accuracy");
  const std::string rule = "reference_accuracy must be {\"data\": text, \"value\": share from 0 to 1}";
  reader.require(value.is_object() && value.contains("value"), rule, value);
  ModelMetadata::Reference reference{Reader(value, subject).text("data", true), reader.number(value["value"], rule)};
  reader.require(reference.value >= 0 && reference.value <= 1, rule, value);
  result.referenceAccuracy = std::move(reference);
}

json merged(const std::string& text, const json& overrides, const std::string& subject) {
  json object = parseObject(text, subject);
  if (overrides.is_null()) return object;
  if (!overrides.is_object()) failInput("--model-meta", "must hold a JSON object", shown(overrides));
  object.update(overrides);
  return object;
}

std::vector<std::string> missingIn(const json& object) {
  std::vector<std::string> missing;
  for (const char* key : kRequired) {
    if (!object.contains(key) || object[key].is_null()) missing.emplace_back(key);
  }
  return missing;
}

}  // namespace

std::vector<std::string> missingMetadataKeys(const std::string& text, const json& overrides,
                                             const std::string& subject) {
  return missingIn(merged(text, overrides, subject));
}

ModelMetadata parseMetadata(const std::string& text, const json& overrides, const std::string& subject) {
  const json object = merged(text, overrides, subject);
  if (const auto missing = missingIn(object); !missing.empty()) {
    std::string list;
    for (const std::string& key : missing) list += (list.empty() ? "" : ", ") + key;
    failInput(subject, "the metadata must have name, classes, input_size, mean and std", "no " + list,
              "Give the missing keys in a JSON file: --model-meta FILE.json");
  }
  const Reader reader(object, subject);
  ModelMetadata result;
  result.name = reader.text("name", false);
  result.family = reader.choice("family", {"Trafo", "CNN", "MLP", ""}, "");
  result.source = reader.text("source", true);
  result.licence = reader.text("licence", true);
  readClasses(reader, result);
  readInput(reader, result);
  readReference(reader, subject, result);
  return result;
}

nlohmann::ordered_json toJson(const ModelMetadata& metadata) {
  nlohmann::ordered_json object{{"name", metadata.name},
                                {"family", metadata.family},
                                {"source", metadata.source},
                                {"classes", metadata.classes},
                                {"input_size", metadata.inputSize},
                                {"mean", metadata.mean},
                                {"std", metadata.std},
                                {"interpolation", metadata.interpolation},
                                {"crop_pct", metadata.cropPct},
                                {"crop_mode", metadata.cropMode}};
  if (!metadata.wnids.empty()) object["wnids"] = metadata.wnids;
  if (metadata.referenceAccuracy) {
    object["reference_accuracy"] = {{"data", metadata.referenceAccuracy->data},
                                    {"value", metadata.referenceAccuracy->value}};
  }
  if (!metadata.licence.empty()) object["licence"] = metadata.licence;
  return object;
}

}  // namespace gf
