// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gf {

bool isUtf8(std::string_view text);

/// What of a class name counts when names are compared: lower case (ASCII), blanks for underscores, none around it.
std::string plainName(std::string name);

/// A piece of a foreign file as a message can show it: in quotes, short, without what a terminal would obey.
std::string shown(std::string_view text);

/// The lines of a text file without their ends ("\n" or "\r\n"); empty lines at the end are dropped. Throws
/// Error(Input) when it cannot be read or is larger than 64 MiB.
std::vector<std::string> readLines(const std::filesystem::path& path);

/// Class names, one per line, checked by checkClassNames().
std::vector<std::string> readClassNames(const std::filesystem::path& path);

/// "17 value": a line of CUB-200-2011's tables.
struct NumberedLine {
  std::uint32_t number = 0;
  std::string value;
  std::size_t line = 0;  ///< From 1.
};

/// Every line is a number, a blank and something more; no number comes twice. Throws Error(Input) naming the line.
std::vector<NumberedLine> readNumberedLines(const std::filesystem::path& path);

/// A whole number, nothing else; false when `text` is none or above 2^32 − 1.
bool parseNumber(std::string_view text, std::uint32_t& number);

}  // namespace gf
