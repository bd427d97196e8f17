// SPDX-License-Identifier: Apache-2.0
#include "semantics/word_piece.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "semantics/unicode.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kLargest = std::size_t{64} << 20;  // bytes
constexpr std::int64_t kLongestText = 1'000'000;         // ids; what transformers writes for "no limit" is far above

/// A token a line, numbered from 0; of a token that occurs twice the later number counts, as in transformers.
Vocabulary vocabularyInText(const fs::path& file) {
  const std::string text = readFile(file, kLargest);
  Vocabulary vocabulary;
  std::int64_t id = 0;
  for (std::size_t at = 0; at < text.size(); ++id) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string token = text.substr(at, end - at);
    if (!token.empty() && token.back() == '\r') token.pop_back();
    vocabulary[token] = id;
    at = end + 1;
  }
  if (vocabulary.empty()) failInput(file.string(), "a vocabulary must hold a token a line", "no line");
  return vocabulary;
}

}  // namespace

WordPieceTokenizer::WordPieceTokenizer(const fs::path& folder) {
  const TokenizerFiles files(folder);
  std::error_code ignored;
  const fs::path vocab = folder / "vocab.txt";
  if (fs::exists(vocab, ignored) || files.tokenizer.json().empty()) {
    vocabulary_ = vocabularyInText(vocab);
  } else {
    const Settings model = files.tokenizer.object("model");
    if (model.text("type", "WordPiece") != "WordPiece") model.fail("type", "must be WordPiece", model.text("type", ""));
    if (!model.has("vocab")) model.fail("vocab", "must be there", "nothing");
    vocabulary_ = vocabularyOf(model.json().at("vocab"), files.tokenizer.file());
    continuing_ = model.text("continuing_subword_prefix", continuing_);
    longestWord_ = static_cast<std::size_t>(model.whole("max_input_chars_per_word", 100, 1, 100000));
  }
  readOptions(files);
  readMarks(files);
}

void WordPieceTokenizer::readOptions(const TokenizerFiles& files) {
  const Settings normalizer = files.tokenizer.object("normalizer");
  if (const std::string type = normalizer.text("type", "BertNormalizer"); type != "BertNormalizer") {
    normalizer.fail("type", "must be BertNormalizer", type);
  }
  const Settings& config = files.config;
  lower_ = config.boolean("do_lower_case", normalizer.boolean("lowercase", true));
  ideographs_ = config.boolean("tokenize_chinese_chars", normalizer.boolean("handle_chinese_chars", true));
  // Where nothing is said, accents go with the capitals.
  strip_ = config.boolean("strip_accents", normalizer.boolean("strip_accents", lower_));
  if (config.has("model_max_length")) {
    const double longest = config.number("model_max_length", 0, 1, 1e300);
    longest_ = longest > static_cast<double>(kLongestText) ? 0 : static_cast<std::int64_t>(longest);
  }
}

void WordPieceTokenizer::readMarks(const TokenizerFiles& files) {
  added_ = files.added();
  for (const auto& [token, id] : vocabulary_) size_ = std::max(size_, id + 1);
  for (const auto& token : added_) size_ = std::max(size_, token.id + 1);
  const auto mark = [&](const char* key, const std::string& absent, bool needed) {
    const std::string content = files.special(key, absent);
    const auto known =
        std::find_if(added_.begin(), added_.end(), [&](const auto& one) { return one.content == content; });
    if (known != added_.end()) return known->id;
    const auto found = vocabulary_.find(content);
    if (found == vocabulary_.end()) {
      if (!needed) return std::int64_t{-1};
      failInput(files.folder.string(), std::string(key) + " must be in the vocabulary", shortJson(content));
    }
    added_.push_back({content, found->second, false});
    return found->second;
  };
  unknown_ = mark("unk_token", "[UNK]", true);
  begin_ = mark("cls_token", "[CLS]", true);
  end_ = mark("sep_token", "[SEP]", true);
  mark("pad_token", "[PAD]", false);
  mark("mask_token", "[MASK]", false);
}

std::u32string WordPieceTokenizer::normalised(const std::string& text) const {
  std::u32string clean;
  for (const char32_t point : unicode::decode(text, shortJson(text))) {
    if (unicode::isRemoved(point)) continue;
    const bool apart = ideographs_ && unicode::isIdeograph(point);
    if (apart) clean += U' ';
    clean += unicode::isSpace(point) ? U' ' : point;
    if (apart) clean += U' ';
  }
  if (strip_) {
    clean = unicode::decompose(clean);
    std::erase_if(clean, unicode::isMark);
  }
  return lower_ ? unicode::lowercase(clean) : clean;
}

TokenIds WordPieceTokenizer::encode(const std::string& text, std::size_t longest) const {
  return encodeText(text, added_, begin_, end_, longest,
                    {[this](const std::string& given) { return normalised(given); },
                     [this](const std::string& piece, TokenIds& ids) {
                       encodePiece(unicode::decode(piece, shortJson(piece)), ids);
                     }});
}

void WordPieceTokenizer::encodePiece(const std::u32string& text, TokenIds& ids) const {
  const std::u32string_view points = text;
  std::size_t begin = 0;
  const auto finish = [&](std::size_t end) {
    if (end > begin) encodeWord(points.substr(begin, end - begin), ids);
    begin = end + 1;
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool punctuation = unicode::isPunctuation(points[i]);
    if (!punctuation && !unicode::isSpace(points[i])) continue;
    finish(i);
    if (punctuation) encodeWord(points.substr(i, 1), ids);
  }
  finish(points.size());
}

void WordPieceTokenizer::encodeWord(std::u32string_view word, TokenIds& ids) const {
  TokenIds pieces;
  bool known = word.size() <= longestWord_;
  for (std::size_t at = 0; known && at < word.size();) {
    std::size_t end = word.size();
    for (; end > at; --end) {
      const auto found = vocabulary_.find((at > 0 ? continuing_ : "") + unicode::encode(word.substr(at, end - at)));
      if (found == vocabulary_.end()) continue;
      pieces.push_back(found->second);
      break;
    }
    known = end > at;
    at = end;
  }
  if (!known) pieces = {unknown_};
  ids.insert(ids.end(), pieces.begin(), pieces.end());
}

}  // namespace gf
