// SPDX-License-Identifier: Apache-2.0
#include "options/option_text.h"

#include <charconv>
#include <cmath>

namespace gf {

bool readReal(std::string_view text, double& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

bool readSubset(std::string_view text, SubsetRule& rule) {
  constexpr std::string_view kSuffix = "perclass";
  const bool perClass = text.ends_with(kSuffix);
  if (perClass) text.remove_suffix(kSuffix.size());
  double amount = 0;
  if (!readReal(text, amount) || amount <= 0) return false;
  if (perClass ? amount != std::floor(amount) || amount > 1e9 : amount > 1) return false;
  rule = {perClass, amount};
  return true;
}

bool isDevice(std::string_view text) {
  if (text == "auto" || text == "cpu" || text == "cuda") return true;
  if (!text.starts_with("cuda:")) return false;
  text.remove_prefix(5);
  return !text.empty() && text.size() < 4 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace gf
