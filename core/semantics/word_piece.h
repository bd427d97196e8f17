// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "semantics/tokenizer.h"

namespace gf {

/// BERT's tokenizer, as transformers' BertTokenizer (the fast one) does it: control characters dropped, blanks around
/// CJK ideographs, accents stripped and letters lowered where asked; words are parted at white space and punctuation
/// and cut greedily into the longest known pieces ("##" continues a word).
class WordPieceTokenizer {
 public:
  /// From vocab.txt, else from tokenizer.json. Throws Error(Input) naming file, rule and value.
  explicit WordPieceTokenizer(const std::filesystem::path& folder);

  /// At most `longest` ids (2 or more), [CLS] and [SEP] included. Throws Error(Input) when `text` is not UTF-8.
  TokenIds encode(const std::string& text, std::size_t longest) const;
  /// One more than the highest id.
  std::int64_t size() const { return size_; }
  /// The longest text that the folder's tokenizer_config.json allows, in ids; 0 where it says nothing.
  std::int64_t longest() const { return longest_; }

 private:
  void readOptions(const TokenizerFiles& files);
  void readMarks(const TokenizerFiles& files);
  std::u32string normalised(const std::string& text) const;
  void encodePiece(const std::u32string& text, TokenIds& ids) const;
  void encodeWord(std::u32string_view word, TokenIds& ids) const;

  Vocabulary vocabulary_;
  std::vector<AddedToken> added_;
  bool lower_ = true, ideographs_ = true, strip_ = true;
  std::string continuing_ = "##";
  std::size_t longestWord_ = 100;  ///< Characters; a longer word is unknown.
  std::int64_t unknown_ = 0, begin_ = 0, end_ = 0, size_ = 0, longest_ = 0;
};

}  // namespace gf
