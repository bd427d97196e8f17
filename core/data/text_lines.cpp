// SPDX-License-Identifier: Apache-2.0
#include "data/text_lines.h"

#include <cctype>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "data/sources.h"

namespace gf {

bool isUtf8(std::string_view text) {
  try {
    nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

std::string plainName(std::string name) {
  for (char& letter : name)
    letter = letter == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  const auto first = name.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return name.substr(first, name.find_last_not_of(" \t\r") - first + 1);
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 80;
  std::size_t end = std::min(text.size(), kMost);
  // Not in the middle of a character.
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string result(text.substr(0, end));
  const bool readable = isUtf8(result);
  for (char& letter : result) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !readable)) letter = '?';
  }
  return "“" + result + (end < text.size() ? "…" : "") + "”";
}

std::vector<std::string> readLines(const std::filesystem::path& path) {
  std::istringstream stream(readFile(path, std::size_t{64} << 20));
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

std::vector<std::string> readClassNames(const std::filesystem::path& path) {
  auto names = readLines(path);
  checkClassNames(names, path.string());
  return names;
}

bool parseNumber(std::string_view text, std::uint32_t& number) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

std::vector<NumberedLine> readNumberedLines(const std::filesystem::path& path) {
  std::vector<NumberedLine> result;
  std::map<std::uint32_t, std::size_t> lineOf;
  const auto lines = readLines(path);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::string where = "line " + std::to_string(i + 1);
    const std::size_t blank = line.find(' ');
    NumberedLine entry{0, blank == std::string::npos ? "" : line.substr(blank + 1), i + 1};
    if (entry.value.empty() || !parseNumber(std::string_view(line).substr(0, blank), entry.number)) {
      failInput(path.string(), "every line must be a number, a blank and a value", shown(line) + " in " + where);
    }
    const auto [first, fresh] = lineOf.emplace(entry.number, i + 1);
    if (!fresh) {
      failInput(path.string(), "every number must occur once",
                std::to_string(entry.number) + " in lines " + std::to_string(first->second) + " and " +
                    std::to_string(i + 1));
    }
    result.push_back(std::move(entry));
  }
  if (result.empty()) failInput(path.string(), "must hold lines of a number and a value", "no lines");
  return result;
}

}  // namespace gf
