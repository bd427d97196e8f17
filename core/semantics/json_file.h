// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace gf {

/// JSON out of a model folder, which anyone may have written. Throws Error(Input) naming `subject` when it is no JSON
/// object, repeats a key, or nests deeper than 32 levels. Vocabularies have a hundred thousand keys: lookups are
/// logarithmic, the order of the file is not kept.
nlohmann::json parseStrictObject(std::string_view text, const std::string& subject);
/// The same for a file of at most 256 MB.
nlohmann::json readStrictObject(const std::filesystem::path& file);

/// A value in a message: its JSON text, cut after 60 bytes.
std::string shortJson(const nlohmann::json& value);

/// The settings of one JSON object, each with the value that is meant when it is absent or null. Every function throws
/// Error(Input) naming the file, the key, the rule and the value.
class Settings {
 public:
  Settings(nlohmann::json object, std::string file, std::string prefix = {});

  bool has(const char* key) const;
  std::int64_t whole(const char* key, std::int64_t absent, std::int64_t minimum, std::int64_t maximum) const;
  double number(const char* key, double absent, double minimum, double maximum) const;
  std::string text(const char* key, const std::string& absent) const;
  bool boolean(const char* key, bool absent) const;
  /// An empty one when it is absent.
  Settings object(const char* key) const;
  const nlohmann::json& json() const { return object_; }
  const std::string& file() const { return file_; }
  [[noreturn]] void fail(const std::string& key, const std::string& rule, const std::string& observed) const;

 private:
  nlohmann::json object_;
  std::string file_, prefix_;
};

}  // namespace gf
