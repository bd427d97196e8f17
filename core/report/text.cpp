// SPDX-License-Identifier: Apache-2.0
#include "report/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

namespace gf {
namespace {

constexpr const char* kMinus = "\u2212";

/// Digits of |value|, rounded to `decimals`.
std::string digitsOf(double value, int decimals) {
  std::array<char, 400> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value), std::chars_format::fixed, decimals)
          .ptr;
  return {buffer.data(), end};
}

bool roundsToZero(const std::string& digits) {
  return digits.find_first_not_of("0.") == std::string::npos;
}

}  // namespace

std::string groupedText(std::int64_t count) {
  std::string digits = std::to_string(count < 0 ? -count : count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return count < 0 ? kMinus + digits : digits;
}

std::string fixedText(double value, int decimals) {
  const std::string digits = digitsOf(value, decimals);
  return value < 0 && !roundsToZero(digits) ? kMinus + digits : digits;
}

std::string shortNumber(double value, int decimals) {
  std::string text = fixedText(value, decimals);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string signedString(double value, int decimals) {
  const std::string digits = digitsOf(value, decimals);
  if (roundsToZero(digits)) return digits;
  return (value < 0 ? kMinus : "+") + digits;
}

std::string percentString(double share, int decimals) {
  return fixedText(100 * share, decimals) + " %";
}

std::string countedText(std::int64_t count, const std::string& one, const std::string& many) {
  return groupedText(count) + " " + (count == 1 ? one : many);
}

std::string listText(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    list += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  }
  return list;
}

std::string utcNowText() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

std::string fileNameText(const std::string& name) {
  constexpr std::size_t kLongest = 60;
  std::string text;
  for (const char c : name.substr(0, kLongest)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    if (plain) {
      text += c;
    } else if (text.empty() || text.back() != '-') {
      text += '-';
    }
  }
  return text.empty() ? "model" : text;
}

std::string durationText(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  if (whole < 60) return std::to_string(whole) + " s";
  const std::string rest = std::to_string(whole % 60);
  if (whole < 3600) return std::to_string(whole / 60) + " min " + (rest.size() < 2 ? "0" : "") + rest + " s";
  const std::string minutes = std::to_string(whole / 60 % 60);
  return std::to_string(whole / 3600) + " h " + (minutes.size() < 2 ? "0" : "") + minutes + " min";
}

}  // namespace gf
