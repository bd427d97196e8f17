// SPDX-License-Identifier: Apache-2.0
#include "semantics/tokenizer.h"

#include <charconv>

#include "base/error.h"
#include "semantics/unicode.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t kMostTokens = 10'000'000;

Settings settingsIn(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {nlohmann::json::object(), file.string()};
  return {readStrictObject(file), file.string()};
}

AddedToken addedToken(const Settings& one, std::int64_t id) {
  AddedToken token{one.text("content", ""), id, one.boolean("normalized", false)};
  if (token.content.empty()) one.fail("content", "must be text", "nothing");
  return token;
}

std::int64_t idOf(const std::string& text, const Settings& where) {
  std::int64_t id = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id < 0 || id > kMostTokens) {
    where.fail(text, "must be the number of a token", shortJson(text));
  }
  return id;
}

}  // namespace

TokenizerFiles::TokenizerFiles(const fs::path& where)
    : folder(where),
      config(settingsIn(where / "tokenizer_config.json")),
      tokenizer(settingsIn(where / "tokenizer.json")),
      specialMap_(settingsIn(where / "special_tokens_map.json")) {}

std::string TokenizerFiles::special(const char* key, const std::string& absent) const {
  for (const Settings* from : {&config, &specialMap_}) {
    if (!from->has(key)) continue;
    if (from->json().at(key).is_object()) return from->object(key).text("content", absent);
    return from->text(key, absent);
  }
  return absent;
}

std::vector<AddedToken> TokenizerFiles::added() const {
  std::vector<AddedToken> tokens;
  if (config.has("added_tokens_decoder")) {
    const Settings all = config.object("added_tokens_decoder");
    for (const auto& [id, unused] : all.json().items()) {
      tokens.push_back(addedToken(all.object(id.c_str()), idOf(id, all)));
    }
  } else if (tokenizer.has("added_tokens")) {
    const auto& list = tokenizer.json().at("added_tokens");
    if (!list.is_array()) tokenizer.fail("added_tokens", "must be a list", shortJson(list));
    for (const auto& item : list) {
      if (!item.is_object()) tokenizer.fail("added_tokens", "must hold objects", shortJson(item));
      const Settings one(item, tokenizer.file(), "added_tokens.");
      if (!one.has("id")) one.fail("id", "must be there", "nothing");
      tokens.push_back(addedToken(one, one.whole("id", 0, 0, kMostTokens)));
    }
  }
  return tokens;
}

Vocabulary vocabularyOf(const nlohmann::json& object, const std::string& file) {
  if (!object.is_object() || object.empty()) {
    failInput(file, "a vocabulary must be an object of tokens and their numbers", shortJson(object));
  }
  Vocabulary vocabulary;
  vocabulary.reserve(object.size());
  for (const auto& [token, id] : object.items()) {
    if (!id.is_number_unsigned() || id.get<std::uint64_t>() > static_cast<std::uint64_t>(kMostTokens)) {
      failInput(file, "token " + shortJson(token) + " must have a whole number from 0", shortJson(id));
    }
    vocabulary.emplace(token, id.get<std::int64_t>());
  }
  return vocabulary;
}

std::vector<TextPiece> cutAtAdded(const std::string& text, const std::vector<AddedToken>& added, bool normalized) {
  std::vector<TextPiece> pieces;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const AddedToken* longest = nullptr;
    for (const auto& token : added) {
      if (token.normalized != normalized || text.compare(at, token.content.size(), token.content) != 0) continue;
      if (!longest || token.content.size() > longest->content.size()) longest = &token;
    }
    if (!longest) {
      ++at;
      continue;
    }
    if (at > begin) pieces.push_back({text.substr(begin, at - begin), -1});
    pieces.push_back({longest->content, longest->id});
    at += longest->content.size();
    begin = at;
  }
  if (begin < text.size()) pieces.push_back({text.substr(begin), -1});
  return pieces;
}

TokenIds encodeText(const std::string& text, const std::vector<AddedToken>& added, std::int64_t begin, std::int64_t end,
                    std::size_t longest, const TextRules& rules) {
  unicode::decode(text, shortJson(text));
  TokenIds ids{begin};
  for (const TextPiece& given : cutAtAdded(text, added, false)) {
    if (given.id >= 0) {
      ids.push_back(given.id);
      continue;
    }
    for (const TextPiece& piece : cutAtAdded(unicode::encode(rules.normalise(given.text)), added, true)) {
      if (piece.id >= 0) {
        ids.push_back(piece.id);
      } else {
        rules.encodePiece(piece.text, ids);
      }
    }
  }
  if (ids.size() + 1 > longest) ids.resize(longest - 1);
  ids.push_back(end);
  return ids;
}

}  // namespace gf
