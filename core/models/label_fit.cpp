// SPDX-License-Identifier: Apache-2.0
#include "models/label_fit.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"

namespace gf {
namespace {

std::string plain(std::string name) {
  for (char& letter : name)
    letter = letter == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  const auto first = name.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return name.substr(first, name.find_last_not_of(" \t\r") - first + 1);
}

std::string counted(const NamedClasses& classes) {
  return classes.owner + " has " + std::to_string(classes.names.size());
}

}  // namespace

std::vector<std::string> labelMismatches(const NamedClasses& one, const NamedClasses& other, std::size_t most) {
  if (one.names.size() != other.names.size()) return {counted(one) + " classes, " + counted(other)};
  std::vector<std::string> lines;
  std::size_t different = 0;
  for (std::size_t k = 0; k < one.names.size(); ++k) {
    if (plain(one.names[k]) == plain(other.names[k])) continue;
    if (++different > most) continue;
    lines.push_back("Class " + std::to_string(k) + " is \"" + one.names[k] + "\" for " + one.owner + " and \"" +
                    other.names[k] + "\" for " + other.owner);
  }
  if (different > most) lines.push_back(std::to_string(different - most) + " more classes differ");
  return lines;
}

void requireSameLabels(const std::string& subject, const NamedClasses& one, const NamedClasses& other) {
  const auto lines = labelMismatches(one, other, 1);
  if (!lines.empty()) {
    failInput(subject, "its classes must be those of " + other.owner + ", in the same order", lines.front(),
              "Choose models and data that share their labels");
  }
}

}  // namespace gf
