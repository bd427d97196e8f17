// SPDX-License-Identifier: Apache-2.0
#include "semantics/json_file.h"

#include <cmath>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace gf {
namespace {

constexpr std::size_t kLargest = std::size_t{256} << 20;  // bytes
constexpr int kDeepest = 32;
constexpr std::size_t kMostValues = 4'000'000;

}  // namespace

nlohmann::json parseStrictObject(std::string_view text, const std::string& subject) {
  using Event = nlohmann::json::parse_event_t;
  std::vector<std::set<std::string>> keys;
  std::size_t values = 0;
  const auto watch = [&](int depth, Event event, nlohmann::json& value) {
    if (depth > kDeepest) failInput(subject, "may nest at most 32 levels", "more");
    if (event == Event::value && ++values > kMostValues)
      failInput(subject, "may hold at most four million values", "more");
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(value.get<std::string>()).second) {
      failInput(subject, "a key may occur only once in an object", shortJson(value));
    }
    return true;
  };
  nlohmann::json object;
  try {
    object = nlohmann::json::parse(text, watch);
  } catch (const nlohmann::json::exception& error) {
    failInput(subject, "must be JSON", error.what());
  }
  if (!object.is_object()) failInput(subject, "must be a JSON object", shortJson(object));
  return object;
}

nlohmann::json readStrictObject(const std::filesystem::path& file) {
  return parseStrictObject(readFile(file, kLargest), file.string());
}

std::string shortJson(const nlohmann::json& value) {
  std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 60) + " …";
  return text;
}

Settings::Settings(nlohmann::json object, std::string file, std::string prefix)
    : object_(std::move(object)), file_(std::move(file)), prefix_(std::move(prefix)) {}

bool Settings::has(const char* key) const {
  const auto found = object_.find(key);
  return found != object_.end() && !found->is_null();
}

void Settings::fail(const std::string& key, const std::string& rule, const std::string& observed) const {
  failInput(file_, "\"" + prefix_ + key + "\" " + rule, observed);
}

std::int64_t Settings::whole(const char* key, std::int64_t absent, std::int64_t minimum, std::int64_t maximum) const {
  if (!has(key)) return absent;
  const auto& value = object_.at(key);
  const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(maximum)
                                               : value.is_number_integer();
  if (!fits || value.get<std::int64_t>() < minimum || value.get<std::int64_t>() > maximum) {
    fail(key, "must be a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum),
         shortJson(value));
  }
  return value.get<std::int64_t>();
}

double Settings::number(const char* key, double absent, double minimum, double maximum) const {
  if (!has(key)) return absent;
  const auto& value = object_.at(key);
  if (!value.is_number() || value.get<double>() < minimum || value.get<double>() > maximum) {
    fail(key, "must be a number from " + shortJson(minimum) + " to " + shortJson(maximum), shortJson(value));
  }
  return value.get<double>();
}

std::string Settings::text(const char* key, const std::string& absent) const {
  if (!has(key)) return absent;
  const auto& value = object_.at(key);
  if (!value.is_string()) fail(key, "must be text", shortJson(value));
  return value.get<std::string>();
}

bool Settings::boolean(const char* key, bool absent) const {
  if (!has(key)) return absent;
  const auto& value = object_.at(key);
  if (!value.is_boolean()) fail(key, "must be true or false", shortJson(value));
  return value.get<bool>();
}

Settings Settings::object(const char* key) const {
  if (!has(key)) return {nlohmann::json::object(), file_, prefix_ + key + "."};
  const auto& value = object_.at(key);
  if (!value.is_object()) fail(key, "must be an object", shortJson(value));
  return {value, file_, prefix_ + key + "."};
}

}  // namespace gf
