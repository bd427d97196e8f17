// SPDX-License-Identifier: Apache-2.0
#include "report/json_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

/// Depth and number of values, before anything is built from the text.
void checkSize(std::string_view text, const std::string& subject) {
  constexpr int kDeepest = 32;
  constexpr std::size_t kMostValues = 4'000'000;
  constexpr int kMostKeys = 1000;  // ordered objects look keys up one by one
  int depth = 0;
  std::array<int, kDeepest + 1> keys{};
  std::size_t separators = 0;
  bool inString = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inString) {
      if (c == '\\') ++i;
      if (c == '"') inString = false;
      continue;
    }
    if (c == '"') inString = true;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') depth = std::max(depth - 1, 0);
    separators += c == ',';
    if (depth > kDeepest) {
      failInput(subject, "may nest at most " + std::to_string(kDeepest) + " levels deep", "a deeper level");
    }
    int& keysHere = keys[static_cast<std::size_t>(depth)];
    if (c == '{') keysHere = 0;
    if (c == ':' && ++keysHere > kMostKeys) {
      failInput(subject, "may hold at most " + groupedText(kMostKeys) + " keys in one object", "more keys");
    }
    if (separators > kMostValues) {
      failInput(subject, "may hold at most " + groupedText(kMostValues) + " values", "more values");
    }
  }
}

std::string numberText(double value) {
  return Json(value).dump();
}

std::string lineText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append(std::string& text, const Json& json, std::size_t indent) {
  const bool nested = json.is_object() ||
                      std::any_of(json.begin(), json.end(), [](const Json& value) { return value.is_structured(); });
  if (!json.is_structured() || !nested || json.empty()) {
    text += lineText(json);
    return;
  }
  text += json.is_object() ? "{" : "[";
  for (auto each = json.begin(); each != json.end(); ++each) {
    text += (each == json.begin() ? "\n" : ",\n") + std::string(indent + 1, ' ');
    if (json.is_object()) text += lineText(Json(each.key())) + ": ";
    append(text, *each, indent + 1);
  }
  text += "\n" + std::string(indent, ' ') + (json.is_object() ? "}" : "]");
}

std::string rangeText(double minimum, double maximum) {
  if (std::isinf(minimum) && std::isinf(maximum)) return "must be a number";
  if (std::isinf(maximum)) return "must be a number of at least " + numberText(minimum);
  return "must be a number from " + numberText(minimum) + " to " + numberText(maximum);
}

}  // namespace

Json parseJson(std::string_view text, const std::string& subject) {
  checkSize(text, subject);
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    failInput(subject, "must be JSON in UTF-8", "an error at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::exception&) {
    failInput(subject, "must be JSON whose numbers fit", "a number that is too large");
  }
}

Json parseJsonFile(const std::filesystem::path& file, std::size_t maxBytes) {
  return parseJson(readFile(file, maxBytes), file.string());
}

std::string fileText(const Json& json) {
  std::string text;
  append(text, json, 0);
  return text + "\n";
}

std::string shortText(const Json& value) {
  constexpr std::size_t kLongest = 60;
  if (value.is_structured()) {
    return std::string(value.is_array() ? "an array" : "an object") + " of " + std::to_string(value.size());
  }
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "…";
  return text;
}

JsonReader::JsonReader(const Json& object, std::string subject, std::string path)
    : object_(object), subject_(std::move(subject)), path_(std::move(path)) {
  if (object_.is_object()) return;
  failInput(subject_, (path_.empty() ? "the content" : "\"" + path_ + "\"") + std::string(" must be an object"),
            shortText(object_));
}

void JsonReader::fail(const std::string& key, const std::string& rule, const std::string& observed) const {
  failInput(subject_, "\"" + pathOf(key) + "\" " + rule, observed);
}

bool JsonReader::isNull(const char* key) const {
  return at(key).is_null();
}

const Json& JsonReader::at(const char* key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) fail(key, "must be there", "no such key");
  return *found;
}

double JsonReader::number(const char* key, double minimum, double maximum) const {
  const Json& value = at(key);
  if (value.is_number()) {
    const double number = value.get<double>();
    if (number >= minimum && number <= maximum) return number;
  }
  fail(key, rangeText(minimum, maximum), shortText(value));
}

bool JsonReader::numberOrReason(const char* key, double minimum, double maximum) const {
  if (!isNull(key)) {
    number(key, minimum, maximum);
    return true;
  }
  const std::string reason = std::string(key) + "_reason";
  const auto found = object_.find(reason);
  if (found == object_.end() || !found->is_string()) {
    fail(reason, "must say why \"" + std::string(key) + "\" is null",
         found == object_.end() ? "no such key" : "no text");
  }
  return false;
}

std::int64_t JsonReader::whole(const char* key, std::int64_t minimum, std::int64_t maximum) const {
  const Json& value = at(key);
  const bool fits =
      value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
  if (fits && value.get<std::int64_t>() >= minimum && value.get<std::int64_t>() <= maximum) {
    return value.get<std::int64_t>();
  }
  fail(key, "must be a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum),
       shortText(value));
}

std::string JsonReader::text(const char* key) const {
  const Json& value = at(key);
  if (!value.is_string()) fail(key, "must be text", shortText(value));
  return value.get<std::string>();
}

bool JsonReader::boolean(const char* key) const {
  const Json& value = at(key);
  if (!value.is_boolean()) fail(key, "must be true or false", shortText(value));
  return value.get<bool>();
}

JsonReader JsonReader::object(const char* key) const {
  return {at(key), subject_, pathOf(key)};
}

const Json& JsonReader::array(const char* key) const {
  const Json& value = at(key);
  if (!value.is_array()) fail(key, "must be an array", shortText(value));
  return value;
}

const Json& JsonReader::array(const char* key, std::size_t length) const {
  const Json& value = array(key);
  if (value.size() != length) {
    fail(key, "must have " + std::to_string(length) + " elements", std::to_string(value.size()) + " elements");
  }
  return value;
}

JsonReader JsonReader::element(const char* key, std::size_t i) const {
  return {array(key).at(i), subject_, pathOf(key) + "[" + std::to_string(i) + "]"};
}

}  // namespace gf
