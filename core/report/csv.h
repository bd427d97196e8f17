// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace gf {

/// Text as a cell of a CSV file (RFC 4180): quoted when it holds a comma, a quote or a line break. A leading '=', '+',
/// '-' or '@' would be run as a formula by spreadsheets and gets an apostrophe; only text comes here, never numbers.
inline std::string csvCell(std::string text) {
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace gf
