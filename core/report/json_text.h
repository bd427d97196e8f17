// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace gf {

/// Parses JSON that anyone may have written. Throws Error(Input) naming `subject` when it is not JSON (NaN, not UTF-8,
/// a number too large), nests deeper than 32 levels, or holds more than four million values or 1,000 keys in
/// one object.
nlohmann::ordered_json parseJson(std::string_view text, const std::string& subject);

/// The same for a file of at most `maxBytes`.
nlohmann::ordered_json parseJsonFile(const std::filesystem::path& file, std::size_t maxBytes);

/// JSON as our files hold it: indented by one, a list without further lists or objects in it on one line, what is no
/// UTF-8 replaced, a line break at the end.
std::string fileText(const nlohmann::ordered_json& json);

/// A value in a message: its JSON text, cut after 60 bytes.
std::string shortText(const nlohmann::ordered_json& value);

/// Reads one object strictly, with the path of each key in its messages: `"before.teachers[0].positive_flips" must be a
/// number from 0 to 1; found "x"`. Every function throws Error(Input) when its rule is broken.
class JsonReader {
 public:
  /// Keeps a reference to `object`.
  JsonReader(const nlohmann::ordered_json& object, std::string subject, std::string path = {});
  JsonReader(nlohmann::ordered_json&&, std::string, std::string = {}) = delete;

  bool has(const char* key) const { return object_.contains(key); }
  bool isNull(const char* key) const;
  const nlohmann::ordered_json& at(const char* key) const;
  double number(const char* key, double minimum, double maximum) const;
  /// The same, or null with "<key>_reason" beside it; true when there is a number.
  bool numberOrReason(const char* key, double minimum, double maximum) const;
  std::int64_t whole(const char* key, std::int64_t minimum, std::int64_t maximum) const;
  std::string text(const char* key) const;
  bool boolean(const char* key) const;
  JsonReader object(const char* key) const;
  const nlohmann::ordered_json& array(const char* key) const;
  /// Element `i` of the array `key`, which must be an object.
  JsonReader element(const char* key, std::size_t i) const;
  /// An array with exactly `length` elements.
  const nlohmann::ordered_json& array(const char* key, std::size_t length) const;
  [[noreturn]] void fail(const std::string& key, const std::string& rule, const std::string& observed) const;
  const nlohmann::ordered_json& json() const { return object_; }

 private:
  std::string pathOf(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }

  const nlohmann::ordered_json& object_;
  std::string subject_, path_;
};

}  // namespace gf
