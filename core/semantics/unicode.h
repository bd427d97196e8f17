// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// What tokenizers ask of Unicode, as Hugging Face's `tokenizers` answers it (unicode_tables.cpp).
namespace gf::unicode {

/// Strict UTF-8: no overlong forms, no surrogates. Throws Error(Input) naming `subject` and the place of the byte.
std::u32string decode(std::string_view utf8, const std::string& subject);
/// Surrogates and numbers beyond U+10FFFF must not occur.
std::string encode(std::u32string_view text);
void append(std::string& utf8, char32_t point);

bool isLetter(char32_t point);       ///< Categories L*.
bool isNumber(char32_t point);       ///< Categories N*.
bool isSpace(char32_t point);        ///< Property White_Space.
bool isRemoved(char32_t point);      ///< What BERT's cleaning drops.
bool isPunctuation(char32_t point);  ///< What BERT makes a word of its own.
bool isMark(char32_t point);         ///< Category Mn.
bool isIdeograph(char32_t point);    ///< The CJK blocks that BERT puts blanks around.

/// Letter by letter, without regard to neighbours (a final sigma stays an ordinary one).
std::u32string lowercase(std::u32string_view text);
/// Canonical decomposition, marks in canonical order.
std::u32string decompose(std::u32string_view text);
/// Canonical composition (NFC).
std::u32string compose(std::u32string_view text);

}  // namespace gf::unicode
