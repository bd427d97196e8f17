// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "semantics/json_file.h"

namespace gf {

/// Ids of one text, begin and end marks included.
using TokenIds = std::vector<std::int64_t>;
using Vocabulary = std::unordered_map<std::string, std::int64_t>;

/// A token that is cut out of the text before it is taken apart, such as <|endoftext|>.
struct AddedToken {
  std::string content;
  std::int64_t id = 0;
  bool normalized = false;  ///< Looked for in the normalised text instead of the given one.
};

/// What the tokenizer files of a Hugging Face folder say, whichever of them are there.
struct TokenizerFiles {
  std::filesystem::path folder;
  Settings config;     ///< tokenizer_config.json; empty when it is not there.
  Settings tokenizer;  ///< tokenizer.json; empty when it is not there.

  /// Throws Error(Input) when one of them is there and is no JSON object.
  explicit TokenizerFiles(const std::filesystem::path& folder);
  /// The content of a named special token ("eos_token") in tokenizer_config.json, else special_tokens_map.json.
  std::string special(const char* key, const std::string& absent) const;
  /// From tokenizer_config.json's added_tokens_decoder, else tokenizer.json's added_tokens.
  std::vector<AddedToken> added() const;

 private:
  Settings specialMap_;
};

/// Ids by token out of a JSON object {"token": id}. Throws Error(Input) naming `file` and the token.
Vocabulary vocabularyOf(const nlohmann::json& object, const std::string& file);

/// Text in pieces: what lies between added tokens, and the added tokens themselves (id ≥ 0).
struct TextPiece {
  std::string text;
  std::int64_t id = -1;
};
/// Cuts at the added tokens of one kind, from the left, the longest first.
std::vector<TextPiece> cutAtAdded(const std::string& text, const std::vector<AddedToken>& added, bool normalized);

/// What the two tokenizers do differently.
struct TextRules {
  std::function<std::u32string(const std::string&)> normalise;
  std::function<void(const std::string&, TokenIds&)> encodePiece;  ///< Appends the ids of text between added tokens.
};
/// Ids of a text between `begin` and `end`, at most `longest` with these; added tokens are ids as they are. Throws
/// Error(Input) when the text is not UTF-8.
TokenIds encodeText(const std::string& text, const std::vector<AddedToken>& added, std::int64_t begin, std::int64_t end,
                    std::size_t longest, const TextRules& rules);

}  // namespace gf
