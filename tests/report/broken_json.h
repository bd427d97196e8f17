// SPDX-License-Identifier: Apache-2.0
#pragma once

// What breaks a JSON document piece by piece.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gf::test {

/// The pointers of all values below `json`.
inline void collect(const nlohmann::ordered_json& json, const std::string& at, std::vector<std::string>& pointers) {
  for (auto each = json.begin(); each != json.end(); ++each) {
    pointers.push_back(at + "/" + (json.is_object() ? each.key() : std::to_string(each - json.begin())));
    if (each->is_structured()) collect(*each, pointers.back(), pointers);
  }
}
inline std::vector<std::string> pointersOf(const nlohmann::ordered_json& json) {
  std::vector<std::string> pointers;
  collect(json, "", pointers);
  return pointers;
}

/// The same without the value at `pointer`.
inline nlohmann::ordered_json without(const nlohmann::ordered_json& json, const std::string& pointer) {
  const nlohmann::ordered_json::json_pointer at(pointer);
  nlohmann::ordered_json copy = json;
  nlohmann::ordered_json& holder = copy[at.parent_pointer()];
  if (holder.is_array()) {
    holder.erase(std::stoul(at.back()));
  } else {
    holder.erase(at.back());
  }
  return copy;
}

}  // namespace gf::test
