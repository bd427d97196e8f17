// SPDX-License-Identifier: Apache-2.0
#include "semantics/byte_pair.h"

#include <algorithm>
#include <array>
#include <functional>
#include <queue>

#include "base/error.h"
#include "base/files.h"
#include "semantics/unicode.h"

namespace gf {
namespace {
namespace fs = std::filesystem;
using unicode::isLetter;
using unicode::isNumber;
using unicode::isSpace;

constexpr std::size_t kLargest = std::size_t{256} << 20;  // bytes
constexpr const char* kBeginMark = "<|startoftext|>";
constexpr const char* kEndMark = "<|endoftext|>";
constexpr const char* kWordEnd = "</w>";

/// A printable character for each byte, as GPT-2 chose them: printable Latin-1 stands for itself, the others follow
/// from U+0100 on.
const std::array<std::string, 256>& byteLetters() {
  static const auto letters = [] {
    std::array<std::string, 256> result;
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < 256; ++byte) {
      const bool itself = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
      unicode::append(result[byte], itself ? byte : next++);
    }
    return result;
  }();
  return letters;
}

bool isSymbol(char32_t point) {
  return !isSpace(point) && !isLetter(point) && !isNumber(point);
}

bool beginsWith(std::u32string_view text, std::size_t at, std::u32string_view what) {
  return text.substr(at, what.size()) == what;
}

/// The word that begins at `at`, by the pattern
/// marks|'s|'t|'re|'ve|'m|'ll|'d|letters|one digit|symbols, the first alternative that fits; 0 at white space.
std::size_t wordLength(std::u32string_view text, std::size_t at, bool marks) {
  if (marks) {
    for (const std::u32string_view mark : {U"<|startoftext|>", U"<|endoftext|>"}) {
      if (beginsWith(text, at, mark)) return mark.size();
    }
  }
  for (const std::u32string_view ending : {U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"}) {
    if (beginsWith(text, at, ending)) return ending.size();
  }
  if (isSpace(text[at])) return 0;
  if (isNumber(text[at])) return 1;
  const auto kind = isLetter(text[at]) ? isLetter : isSymbol;
  std::size_t end = at;
  while (end < text.size() && kind(text[end])) ++end;
  return end - at;
}

void eachWord(std::u32string_view text, bool marks, const std::function<void(std::u32string_view)>& use) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = wordLength(text, at, marks);
    if (length > 0) use(text.substr(at, length));
    at += std::max<std::size_t>(length, 1);
  }
}

std::u32string normalised(const std::string& text) {
  std::u32string result;
  for (const char32_t point : unicode::compose(unicode::decode(text, shortJson(text)))) {
    const bool space = isSpace(point);
    if (space && !result.empty() && result.back() == U' ') continue;
    result += space ? U' ' : point;
  }
  return unicode::lowercase(result);
}

std::vector<std::pair<std::string, std::string>> mergesInText(const fs::path& file) {
  const std::string text = readFile(file, kLargest);
  std::vector<std::pair<std::string, std::string>> merges;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.starts_with("#version")) continue;
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos || blank == 0 || blank + 1 == line.size() ||
        line.find(' ', blank + 1) != std::string::npos) {
      failInput(file.string(), "each line must hold two tokens with one blank between them", shortJson(line));
    }
    merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
  }
  return merges;
}

/// tokenizer.json writes a merge as ["a", "b"], older ones as "a b".
std::vector<std::pair<std::string, std::string>> mergesInJson(const Settings& model) {
  const auto list = model.has("merges") ? model.json().at("merges") : nlohmann::json();
  if (!list.is_array()) model.fail("merges", "must be a list", shortJson(list));
  std::vector<std::pair<std::string, std::string>> merges;
  for (const auto& item : list) {
    if (item.is_array() && item.size() == 2 && item[0].is_string() && item[1].is_string()) {
      merges.emplace_back(item[0].get<std::string>(), item[1].get<std::string>());
      continue;
    }
    const std::string line = item.is_string() ? item.get<std::string>() : "";
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos) model.fail("merges", "must hold pairs of tokens", shortJson(item));
    merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
  }
  return merges;
}

}  // namespace

BytePairTokenizer::BytePairTokenizer(const fs::path& folder) {
  const TokenizerFiles files(folder);
  std::error_code ignored;
  const fs::path vocab = folder / "vocab.json", merges = folder / "merges.txt";
  if (fs::exists(vocab, ignored) || fs::exists(merges, ignored) || files.tokenizer.json().empty()) {
    vocabulary_ = vocabularyOf(readStrictObject(vocab), vocab.string());
    addMerges(mergesInText(merges), merges.string());
  } else {
    const Settings model = files.tokenizer.object("model");
    if (model.text("type", "BPE") != "BPE") model.fail("type", "must be BPE", model.text("type", ""));
    if (!model.has("vocab")) model.fail("vocab", "must be there", "nothing");
    vocabulary_ = vocabularyOf(model.json().at("vocab"), files.tokenizer.file());
    addMerges(mergesInJson(model), files.tokenizer.file());
  }
  readMarks(files);
}

void BytePairTokenizer::addMerges(const std::vector<std::pair<std::string, std::string>>& merges,
                                  const std::string& file) {
  const auto idOf = [&](const std::string& token) {
    const auto found = vocabulary_.find(token);
    if (found == vocabulary_.end()) failInput(file, "a merge may name tokens of the vocabulary only", shortJson(token));
    return found->second;
  };
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const auto& [left, right] = merges[rank];
    merges_[{idOf(left), idOf(right)}] = {rank, idOf(left + right)};
  }
}

void BytePairTokenizer::readMarks(const TokenizerFiles& files) {
  added_ = files.added();
  for (const auto& [token, id] : vocabulary_) size_ = std::max(size_, id + 1);
  for (const auto& token : added_) size_ = std::max(size_, token.id + 1);
  const auto mark = [&](const char* key, const std::string& absent) {
    const std::string content = files.special(key, absent);
    const auto known =
        std::find_if(added_.begin(), added_.end(), [&](const auto& one) { return one.content == content; });
    if (known != added_.end()) return known->id;
    const auto found = vocabulary_.find(content);
    if (found == vocabulary_.end()) {
      failInput(files.folder.string(), std::string(key) + " must be in the vocabulary", shortJson(content));
    }
    if (!content.empty()) added_.push_back({content, found->second, false});
    return found->second;
  };
  begin_ = mark("bos_token", kBeginMark);
  end_ = mark("eos_token", kEndMark);
  mark("pad_token", kEndMark);  // some models pad with "!", which is then cut out of every text
  unknown_ = mark("unk_token", kEndMark);
}

TokenIds BytePairTokenizer::encode(const std::string& text, std::size_t longest) const {
  return encodeText(text, added_, begin_, end_, longest,
                    {normalised, [this](const std::string& piece, TokenIds& ids) { encodePiece(piece, ids); }});
}

void BytePairTokenizer::encodePiece(const std::string& text, TokenIds& ids) const {
  const std::u32string points = unicode::decode(text, shortJson(text));
  eachWord(points, true, [&](std::u32string_view word) {
    // transformers takes each word apart once more, now without the marks.
    eachWord(word, false, [&](std::u32string_view part) { encodeWord(unicode::encode(part), ids); });
  });
}

void BytePairTokenizer::encodeWord(std::string_view word, TokenIds& ids) const {
  TokenIds symbols;
  symbols.reserve(word.size());
  for (std::size_t i = 0; i < word.size(); ++i) {
    std::string letter = byteLetters()[static_cast<unsigned char>(word[i])];
    if (i + 1 == word.size()) letter += kWordEnd;
    const auto found = vocabulary_.find(letter);
    symbols.push_back(found == vocabulary_.end() ? unknown_ : found->second);
  }
  const TokenIds merged = mergeAll(symbols);
  ids.insert(ids.end(), merged.begin(), merged.end());
}

/// The pair of the lowest rank first, the leftmost of equals; a heap keeps long words from costing their square.
TokenIds BytePairTokenizer::mergeAll(const TokenIds& symbols) const {
  struct Symbol {
    std::int64_t id;
    std::size_t before, after;
    bool alive;
  };
  struct Candidate {
    std::size_t rank, at;
    std::int64_t id;
    bool operator>(const Candidate& other) const { return rank != other.rank ? rank > other.rank : at > other.at; }
  };
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<Symbol> chain;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
  const auto consider = [&](std::size_t at) {
    if (at == kNone || chain[at].after == kNone) return;
    const auto found = merges_.find({chain[at].id, chain[chain[at].after].id});
    if (found != merges_.end()) queue.push({found->second.rank, at, found->second.id});
  };
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    chain.push_back({symbols[i], i == 0 ? kNone : i - 1, i + 1 == symbols.size() ? kNone : i + 1, true});
  }
  for (std::size_t i = 0; i < chain.size(); ++i) consider(i);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    Symbol& left = chain[best.at];
    if (!left.alive || left.after == kNone) continue;
    Symbol& right = chain[left.after];
    const auto found = merges_.find({left.id, right.id});
    if (found == merges_.end() || found->second.id != best.id) continue;  // one of the two was merged meanwhile
    left.id = best.id;
    right.alive = false;
    left.after = right.after;
    if (left.after != kNone) chain[left.after].before = best.at;
    consider(left.before);
    consider(best.at);
  }
  TokenIds merged;
  for (std::size_t at = chain.empty() ? kNone : 0; at != kNone; at = chain[at].after) merged.push_back(chain[at].id);
  return merged;
}

}  // namespace gf
