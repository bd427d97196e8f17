// SPDX-License-Identifier: Apache-2.0
#include "semantics/unicode.h"

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "semantics/unicode_tables.h"

namespace gf::unicode {
namespace {

// Hangul syllables follow from their number.
constexpr char32_t kSyllables = 0xAC00, kLeads = 0x1100, kVowels = 0x1161, kTails = 0x11A7;
constexpr char32_t kLeadCount = 19, kVowelCount = 21, kTailCount = 28, kSyllableCount = 11172;

/// The row whose range holds `point`; null when there is none.
template <class Row>
const Row* rowOf(const Row* rows, std::size_t count, char32_t point) {
  const Row* next =
      std::upper_bound(rows, rows + count, point, [](char32_t p, const Row& row) { return p < row.first; });
  if (next == rows) return nullptr;
  return point <= next[-1].last ? next - 1 : nullptr;
}

/// Canonical combining class.
int orderOf(char32_t point) {
  if (point < 0x300) return 0;
  const Combining* row = rowOf(kCombining, kCombiningCount, point);
  return row ? row->order : 0;
}

void decomposeInto(std::u32string& out, char32_t point) {
  if (point < 0xC0) {
    out += point;
    return;
  }
  if (point >= kSyllables && point < kSyllables + kSyllableCount) {
    const char32_t index = point - kSyllables;
    out += kLeads + index / (kVowelCount * kTailCount);
    out += kVowels + index % (kVowelCount * kTailCount) / kTailCount;
    if (index % kTailCount) out += kTails + index % kTailCount;
    return;
  }
  const auto* end = kDecompositions + kDecompositionsCount;
  const auto* row =
      std::lower_bound(kDecompositions, end, point, [](const Decomposition& one, char32_t p) { return one.from < p; });
  if (row == end || row->from != point) {
    out += point;
    return;
  }
  decomposeInto(out, row->first);
  if (row->second) decomposeInto(out, row->second);
}

/// Marks between two starters by their class; a stable order.
void orderMarks(std::u32string& text) {
  for (std::size_t i = 0; i < text.size();) {
    if (orderOf(text[i]) == 0) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && orderOf(text[end]) != 0) ++end;
    std::stable_sort(text.begin() + static_cast<std::ptrdiff_t>(i), text.begin() + static_cast<std::ptrdiff_t>(end),
                     [](char32_t a, char32_t b) { return orderOf(a) < orderOf(b); });
    i = end;
  }
}

/// What two characters become together; 0 when they stay two.
char32_t pairOf(char32_t first, char32_t second) {
  if (first >= kLeads && first < kLeads + kLeadCount && second >= kVowels && second < kVowels + kVowelCount) {
    return kSyllables + ((first - kLeads) * kVowelCount + (second - kVowels)) * kTailCount;
  }
  if (first >= kSyllables && first < kSyllables + kSyllableCount && (first - kSyllables) % kTailCount == 0 &&
      second > kTails && second < kTails + kTailCount) {
    return first + (second - kTails);
  }
  const auto* end = kCompositions + kCompositionsCount;
  const auto* row = std::lower_bound(kCompositions, end, Composition{first, second, 0},
                                     [](const Composition& a, const Composition& b) {
                                       return a.first != b.first ? a.first < b.first : a.second < b.second;
                                     });
  return row != end && row->first == first && row->second == second ? row->to : 0;
}

[[noreturn]] void notUtf8(const std::string& subject, std::size_t at) {
  failInput(subject, "must be UTF-8", "byte " + std::to_string(at + 1) + " is not");
}

}  // namespace

std::u32string decode(std::string_view utf8, const std::string& subject) {
  std::u32string text;
  text.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || utf8.size() - i < length) notUtf8(subject, i);
    char32_t point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(utf8[i + k]);
      if ((byte & 0xC0) != 0x80) notUtf8(subject, i);
      point = point << 6 | (byte & 0x3F);
    }
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[length] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) notUtf8(subject, i);
    text += point;
    i += length;
  }
  return text;
}

void append(std::string& utf8, char32_t point) {
  const auto byte = [&](char32_t value) { utf8 += static_cast<char>(static_cast<unsigned char>(value)); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) {
    byte(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      byte(0xE0 | point >> 12);
    } else {
      byte(0xF0 | point >> 18);
      byte(0x80 | (point >> 12 & 0x3F));
    }
    byte(0x80 | (point >> 6 & 0x3F));
  }
  byte(0x80 | (point & 0x3F));
}

std::string encode(std::u32string_view text) {
  std::string utf8;
  utf8.reserve(text.size());
  for (const char32_t point : text) append(utf8, point);
  return utf8;
}

bool isLetter(char32_t point) {
  return rowOf(kLetters, kLettersCount, point) != nullptr;
}
bool isNumber(char32_t point) {
  return rowOf(kNumbers, kNumbersCount, point) != nullptr;
}
bool isSpace(char32_t point) {
  return rowOf(kSpaces, kSpacesCount, point) != nullptr;
}
bool isRemoved(char32_t point) {
  return rowOf(kRemoved, kRemovedCount, point) != nullptr;
}
bool isPunctuation(char32_t point) {
  return rowOf(kPunctuation, kPunctuationCount, point) != nullptr;
}
bool isMark(char32_t point) {
  return rowOf(kMarks, kMarksCount, point) != nullptr;
}

bool isIdeograph(char32_t point) {
  static constexpr Range kBlocks[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},  {0x20000, 0x2A6DF},
                                      {0x2A700, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F}};
  return rowOf(kBlocks, std::size(kBlocks), point) != nullptr;
}

std::u32string lowercase(std::u32string_view text) {
  std::u32string low;
  low.reserve(text.size());
  for (const char32_t point : text) {
    if (point == 0x130) {  // the only letter that becomes two
      low += U"i\u0307";
      continue;
    }
    const LowerRange* row = rowOf(kLower, kLowerCount, point);
    const bool cased = row && (point - row->first) % static_cast<char32_t>(row->step) == 0;
    low += cased ? static_cast<char32_t>(static_cast<std::int32_t>(point) + row->distance) : point;
  }
  return low;
}

std::u32string decompose(std::u32string_view text) {
  std::u32string parts;
  parts.reserve(text.size());
  for (const char32_t point : text) decomposeInto(parts, point);
  orderMarks(parts);
  return parts;
}

std::u32string compose(std::u32string_view text) {
  const std::u32string parts = decompose(text);
  std::u32string whole;
  whole.reserve(parts.size());
  std::size_t starter = std::u32string::npos;
  int last = 0;  // class of the character before, since the starter; 0 right after it
  for (const char32_t point : parts) {
    const int order = orderOf(point);
    const bool adjacent = starter != std::u32string::npos && starter + 1 == whole.size();
    // A mark is blocked by one of the same or a higher class between it and the starter, a starter by any.
    if (starter != std::u32string::npos && (adjacent || (last != 0 && last < order))) {
      if (const char32_t together = pairOf(whole[starter], point)) {
        whole[starter] = together;
        continue;
      }
    }
    if (order == 0) starter = whole.size();
    last = order;
    whole += point;
  }
  return whole;
}

}  // namespace gf::unicode
