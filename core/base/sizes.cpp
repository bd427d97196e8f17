// SPDX-License-Identifier: Apache-2.0
#include "base/sizes.h"

#include <array>
#include <charconv>
#include <cmath>
#include <regex>

#include "base/error.h"

namespace gf {
namespace {

constexpr double kThousand = 1000;

}  // namespace

std::string bytesText(double value) {
  constexpr std::array<const char*, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  // What rounds to 1000 is one of the next unit.
  constexpr double kWhole = 999.5, kTenths = 999.95;
  while (unit + 1 < kUnits.size() && value >= (unit == 0 ? kWhole : kTenths)) {
    value /= kThousand;
    ++unit;
  }
  std::array<char, 320> digits{};  // not by printf, which heeds the user's locale
  const auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed, unit == 0 ? 0 : 1).ptr;
  return std::string(digits.begin(), end) + " " + kUnits[unit];
}

std::uint64_t parseBytes(const std::string& subject, const std::string& text) {
  static const std::regex kSize(R"(\s*(\d{1,15}(?:\.\d{1,9})?)\s*([kKMGT]?)B?\s*)");
  constexpr std::size_t kLongest = 40;
  std::smatch parts;
  if (text.size() > kLongest || !std::regex_match(text, parts, kSize)) {
    failUsage(subject, "must be a size such as 500MB, 20GB or a number of bytes", text);
  }
  const std::string unit = parts[2];
  const std::size_t thousands = unit.empty() ? 0 : std::string("kMGT").find(unit == "K" ? "k" : unit) + 1;
  double value = 0;
  const std::string number = parts[1];
  std::from_chars(number.data(), number.data() + number.size(), value);
  const double bytes = value * std::pow(kThousand, static_cast<double>(thousands));
  constexpr double kMost = 1e18;
  if (!(bytes <= kMost)) failUsage(subject, "must be a size that a disk can have", text);
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace gf
