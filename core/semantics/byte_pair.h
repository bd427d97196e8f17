// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>

#include "semantics/tokenizer.h"

namespace gf {

/// CLIP's tokenizer: byte-level byte pairs, as transformers' CLIPTokenizer (the fast one) does it: NFC, runs of white
/// space to one blank, lower case; words are letters, single digits or runs of symbols; each word's UTF-8 bytes are
/// merged by rank, its last one carrying "</w>".
class BytePairTokenizer {
 public:
  /// From vocab.json and merges.txt, else from tokenizer.json. Throws Error(Input) naming file, rule and value.
  explicit BytePairTokenizer(const std::filesystem::path& folder);

  /// At most `longest` ids (2 or more), the marks at both ends included. Throws Error(Input) when `text` is not UTF-8.
  TokenIds encode(const std::string& text, std::size_t longest) const;
  std::int64_t endId() const { return end_; }
  /// One more than the highest id.
  std::int64_t size() const { return size_; }

 private:
  struct Merge {
    std::size_t rank = 0;
    std::int64_t id = 0;
  };
  using Pair = std::pair<std::int64_t, std::int64_t>;

  void addMerges(const std::vector<std::pair<std::string, std::string>>& merges, const std::string& file);
  void readMarks(const TokenizerFiles& files);
  void encodePiece(const std::string& text, TokenIds& ids) const;
  void encodeWord(std::string_view word, TokenIds& ids) const;
  TokenIds mergeAll(const TokenIds& symbols) const;

  Vocabulary vocabulary_;
  std::map<Pair, Merge> merges_;
  std::vector<AddedToken> added_;
  std::int64_t begin_ = 0, end_ = 0, unknown_ = 0, size_ = 0;
};

}  // namespace gf
