// SPDX-License-Identifier: Apache-2.0
// Token ids against transformers (make_golden.py).
#include <doctest/doctest.h>

#include "semantics/byte_pair.h"
#include "semantics/word_piece.h"
#include "texts.h"

namespace {
using namespace gf_test;

/// Texts whose ids differ from those of transformers; all of `name`.hashes are looked at.
template <class Tokenizer>
void compare(const Tokenizer& tokenizer, const std::string& name, std::size_t longest) {
  const Texts texts;
  const nlohmann::json golden = jsonOf(dataFile("golden.json"));
  const auto& shown = golden.at(name + "_ids");
  const auto hashes = numbersIn<std::uint32_t>(name + ".hashes");
  REQUIRE(hashes.size() >= 2000);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const std::string text = texts.text(i);
    const gf::TokenIds ids = tokenizer.encode(text, longest);
    if (i < shown.size()) {
      REQUIRE(text == golden.at("texts")[i].get<std::string>());
      CHECK(ids == shown[i].get<gf::TokenIds>());
    }
    if (hashOf(ids) == hashes[i]) continue;
    if (++wrong <= 5) MESSAGE("text " << i << ": " << nlohmann::json(text).dump(-1, ' ', true));
  }
  CHECK(wrong == 0);
}

TEST_CASE("CLIP's ids equal transformers' on 10,000 texts") {
  compare(gf::BytePairTokenizer(dataFile("clip")), "clip", 77);
}

TEST_CASE("a padding token of its own is cut out of the text") {
  const Scratch scratch;
  compare(gf::BytePairTokenizer(copyOf(scratch, "clip_text")), "clip_text", 20);
}

TEST_CASE("CLIP's tokenizer.json alone says the same, with merges of either kind") {
  const nlohmann::json vocab = jsonOf(dataFile("clip/vocab.json"));
  nlohmann::json pairs = nlohmann::json::array(), lines = nlohmann::json::array();
  std::istringstream merges(bytesOf(dataFile("clip/merges.txt")));
  std::string line;
  std::getline(merges, line);
  while (std::getline(merges, line)) {
    lines.push_back(line);
    pairs.push_back({line.substr(0, line.find(' ')), line.substr(line.find(' ') + 1)});
  }
  for (const auto& list : {pairs, lines}) {
    const Scratch scratch;
    write(scratch / "tokenizer.json",
          nlohmann::json{{"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", list}}}}.dump());
    compare(gf::BytePairTokenizer(scratch.folder()), "clip", 77);
  }
}

TEST_CASE("BERT's ids equal transformers' on 10,000 texts") {
  compare(gf::WordPieceTokenizer(dataFile("bert")), "bert", 48);
}

TEST_CASE("BERT with capitals and accents, from tokenizer.json") {
  nlohmann::json vocab;
  std::istringstream lines(bytesOf(dataFile("bert/vocab.txt")));
  std::int64_t id = 0;
  for (std::string line; std::getline(lines, line); ++id) vocab[line] = id;
  const Scratch scratch;
  write(scratch / "tokenizer.json", nlohmann::json{{"model", {{"type", "WordPiece"}, {"vocab", vocab}}},
                                                   {"normalizer",
                                                    {{"type", "BertNormalizer"},
                                                     {"lowercase", false},
                                                     {"handle_chinese_chars", false},
                                                     {"strip_accents", nullptr}}}}
                                        .dump());
  compare(gf::WordPieceTokenizer(scratch.folder()), "bert_cased", 48);
}

TEST_CASE("tokenizer_config.json says the same and wins") {
  const Scratch scratch;
  write(scratch / "vocab.txt", bytesOf(dataFile("bert/vocab.txt")));
  write(scratch / "tokenizer_config.json", R"({"do_lower_case": false, "tokenize_chinese_chars": false})");
  compare(gf::WordPieceTokenizer(scratch.folder()), "bert_cased", 48);
}

TEST_CASE("texts are cut between their marks") {
  const gf::BytePairTokenizer tokenizer(dataFile("clip"));
  const auto whole = tokenizer.encode("a great white shark", 77), cut = tokenizer.encode("a great white shark", 5);
  REQUIRE(whole.size() > 5);
  CHECK(cut.size() == 5);
  CHECK(cut.front() == whole.front());
  CHECK(cut.back() == tokenizer.endId());
  CHECK(std::equal(cut.begin(), cut.end() - 1, whole.begin()));
  CHECK(tokenizer.encode("", 77).size() == 2);
}

TEST_CASE("text that is not UTF-8 is refused") {
  const gf::BytePairTokenizer clip(dataFile("clip"));
  const gf::WordPieceTokenizer bert(dataFile("bert"));
  for (const char* bad : {"\xff", "caf\xe9", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    CHECK(failureOf([&] { clip.encode(bad, 77); }).rule() == "must be UTF-8");
    CHECK(failureOf([&] { bert.encode(bad, 48); }).rule() == "must be UTF-8");
  }
}

TEST_CASE("a long word costs no square") {
  const gf::BytePairTokenizer tokenizer(dataFile("clip"));
  CHECK(tokenizer.encode(std::string(200000, 'a'), 77).size() == 77);
}

TEST_CASE("normal forms, worked by hand from the Unicode standard") {
  using namespace gf::unicode;
  CHECK(compose(U"A\u030A") == U"\u00C5");
  CHECK(compose(U"\u212B") == U"\u00C5");
  CHECK(compose(U"q\u0307\u0323") == U"q\u0323\u0307");
  CHECK(compose(U"d\u0307\u0323") == U"\u1E0D\u0307");
  CHECK(compose(U"\u0958") == U"\u0915\u093C");
  CHECK(compose(U"\u1112\u1161\u11AB") == U"\uD55C");
  CHECK(decompose(U"\uD55C") == U"\u1112\u1161\u11AB");
  CHECK(decompose(U"\u1E69") == U"s\u0323\u0307");
  CHECK(lowercase(U"ÀΣЖ\U00010400\u0130") == U"àσж\U00010428i\u0307");
  CHECK(encode(decode("aé€😀", "")) == "aé€😀");
}

TEST_CASE("broken tokenizer files are named") {
  const auto failure = [](const std::string& vocab, const std::string& merges) {
    const Scratch scratch;
    write(scratch / "vocab.json", vocab);
    write(scratch / "merges.txt", merges);
    return failureOf([&] { gf::BytePairTokenizer tokenizer(scratch.folder()); });
  };
  const std::string marks = R"("<|startoftext|>": 2, "<|endoftext|>": 3)";
  CHECK(failure("[]", "").rule() == "must be a JSON object");
  CHECK(failure(R"({"a": -1})", "").rule() == R"(token "a" must have a whole number from 0)");
  CHECK(failure(R"({"a": 0, "a": 1})", "").rule() == "a key may occur only once in an object");
  CHECK(failure(R"({"a": 0})", "").rule() == "bos_token must be in the vocabulary");
  CHECK(failure("{\"a\": 0, " + marks + "}", "a b\n").observed() == "\"b\"");
  CHECK(failure("{\"a\": 0, " + marks + "}", "a\n").rule() ==
        "each line must hold two tokens with one blank between them");
}

}  // namespace
