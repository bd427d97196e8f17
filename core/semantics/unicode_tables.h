// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tables behind unicode.h, sorted by their first member. unicode_tables.cpp is written by make_unicode_tables.py.
#include <cstddef>
#include <cstdint>

namespace gf::unicode {

struct Range {
  char32_t first, last;
};
struct LowerRange {
  char32_t first, last;
  std::int32_t step, distance;
};
struct Combining {
  char32_t first, last;
  std::uint8_t order;
};
struct Decomposition {
  char32_t from, first, second;
};
struct Composition {
  char32_t first, second, to;
};

extern const Range kLetters[], kNumbers[], kSpaces[], kRemoved[], kPunctuation[], kMarks[];
extern const LowerRange kLower[];
extern const Combining kCombining[];
extern const Decomposition kDecompositions[];
extern const Composition kCompositions[];
extern const std::size_t kLettersCount, kNumbersCount, kSpacesCount, kRemovedCount, kPunctuationCount, kMarksCount,
    kLowerCount, kCombiningCount, kDecompositionsCount, kCompositionsCount;

}  // namespace gf::unicode
