// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gf {

/// Numbers as the program's sentences show them, independent of the locale: a comma between thousands, a point before
/// decimals, U+2212 as minus.
std::string groupedText(std::int64_t count);                ///< "10,000"
std::string fixedText(double value, int decimals);          ///< "−0.4"; never "−0.0"
std::string shortNumber(double value, int decimals);        ///< At most so many decimals: "3", "2.5", "0.33"
std::string signedString(double value, int decimals);       ///< "+1.67", "−0.40", "0.00"
std::string percentString(double share, int decimals = 1);  ///< Of a share 0–1: "9.7 %"
/// "1 image", "271 images".
std::string countedText(std::int64_t count, const std::string& one, const std::string& many);
/// "12 s", "3 min 05 s", "2 h 07 min".
std::string durationText(double seconds);
/// "A", "A and B", "A, B and C".
std::string listText(const std::vector<std::string>& names);
/// Now, in UTC, as reports say when they were made: "2026-11-23T21:05:00Z".
std::string utcNowText();
/// A name as part of a file name: letters, digits, '.', '_' and '-' stay, anything else becomes '-'; at most 60 bytes.
std::string fileNameText(const std::string& name);

}  // namespace gf
