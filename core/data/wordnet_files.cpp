// SPDX-License-Identifier: Apache-2.0
#include "data/wordnet_files.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <system_error>

#include "base/error.h"
#include "data/text_lines.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// One line of a file, taken apart from left to right; fields are separated by one blank.
class Line {
 public:
  Line(std::string_view text, const std::string& file, std::size_t number)
      : rest_(text), file_(file), number_(number) {}

  [[noreturn]] void fail(const std::string& rule, std::string_view seen) const {
    failInput(file_ + ", line " + std::to_string(number_), rule, shown(seen), "Take the file from WordNet as it came");
  }
  bool atEnd() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::string_view field(const char* what) {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view result = rest_.substr(0, end);
    if (result.empty()) fail(std::string(what) + " must come here", rest_);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return result;
  }
  /// A number of exactly `digits` digits, or of any (up to nine) where `digits` is 0.
  std::uint32_t number(const char* what, std::size_t digits, int base = 10) {
    const std::string_view text = field(what);
    std::uint32_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    const bool whole = problem == std::errc() && end == text.data() + text.size();
    if (!whole || (digits ? text.size() != digits : text.size() > 9)) {
      const std::string size = digits ? std::to_string(digits) + " " : "";
      fail(std::string(what) + " must be a number of " + size + (base == 16 ? "hexadecimal digits" : "digits"), text);
    }
    return value;
  }
  void expect(const char* what, std::string_view wanted) {
    const std::string_view text = field(what);
    if (text != wanted) fail(std::string(what) + " must be \"" + std::string(wanted) + "\"", text);
  }

 private:
  std::string_view rest_;
  const std::string& file_;
  std::size_t number_;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Calls `see` for each line that is no part of the licence (those begin with two blanks) and not empty.
template <class Licence, class See>
void forLines(std::string_view bytes, const std::string& file, Licence licence, See see) {
  // Glosses go into reports, so they must be UTF-8.
  const bool ascii = std::all_of(bytes.begin(), bytes.end(), [](unsigned char byte) { return byte < 128; });
  if (!ascii && !isUtf8(bytes)) failInput(file, "must be UTF-8", "bytes that are none", kWordNetRemedy);
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view text = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (std::count(text.begin(), text.end(), '\0') > 0) Line(text, file, number).fail("it must be text", text);
    if (text.substr(0, 2) == "  ") {
      licence(text);
      continue;
    }
    text = trimmed(text);
    if (!text.empty()) see(Line(text, file, number));
  }
}

/// "3.0" out of "WordNet 3.0 Copyright 2006 by Princeton University".
std::string versionIn(std::string_view licence) {
  constexpr std::string_view kName = "WordNet ", kAfter = " Copyright";
  const std::size_t name = licence.find(kName), after = licence.find(kAfter);
  if (name == std::string_view::npos || after == std::string_view::npos || after < name + kName.size()) return {};
  const std::string_view version = licence.substr(name + kName.size(), after - name - kName.size());
  const bool plain = version.find_first_not_of("0123456789.") == std::string_view::npos;
  return plain && version.size() <= 8 ? std::string(version) : std::string();
}

void readPointer(Line& line, NounSynset& synset) {
  const std::string_view symbol = line.field("the symbol of a pointer");
  if (symbol.size() > 2) line.fail("the symbol of a pointer has one or two letters", symbol);
  const std::uint32_t target = line.number("the offset of a pointer", 8);
  const std::string_view part = line.field("the part of speech of a pointer");
  if (part.size() != 1 || std::string_view("nvasr").find(part) == std::string_view::npos) {
    line.fail("the part of speech of a pointer must be n, v, a, s or r", part);
  }
  const std::uint32_t words = line.number("the words of a pointer", 4, 16);
  if (symbol != "@" && symbol != "@i") return;
  if (part != "n" || words != 0) line.fail("a hypernym must be a noun synset as a whole", symbol);
  auto& list = symbol == "@" ? synset.hypernyms : synset.instanceHypernyms;
  if (target == synset.offset) line.fail("a synset must not be its own hypernym", symbol);
  if (std::find(list.begin(), list.end(), target) != list.end()) {
    line.fail("a hypernym must be named once", std::to_string(target));
  }
  list.push_back(target);
}

NounSynset readSynset(Line& line) {
  NounSynset synset;
  synset.offset = line.number("the synset's offset", 8);
  line.number("the lexicographer's file", 2);
  line.expect("the part of speech", "n");
  const std::uint32_t words = line.number("the number of words", 2, 16);
  if (words == 0) line.fail("a synset has at least one word", "00");
  for (std::uint32_t i = 0; i < words; ++i) {
    synset.words.emplace_back(line.field("a word"));
    line.number("the number behind a word", 1, 16);
  }
  const std::uint32_t pointers = line.number("the number of pointers", 3);
  for (std::uint32_t i = 0; i < pointers; ++i) readPointer(line, synset);
  line.expect("what follows the pointers", "|");
  synset.gloss = trimmed(line.rest());
  return synset;
}

std::vector<std::uint32_t> readSenses(Line& line) {
  line.expect("the part of speech", "n");
  const std::uint32_t count = line.number("the number of synsets", 0);
  const std::uint32_t symbols = line.number("the number of pointer symbols", 0);
  for (std::uint32_t i = 0; i < symbols; ++i) line.field("a pointer symbol");
  const std::uint32_t senses = line.number("the number of senses", 0);
  if (count == 0 || senses != count) {
    line.fail("a word has as many senses as synsets, one at least", std::to_string(senses));
  }
  if (line.number("the number of tagged senses", 0) > count)
    line.fail("no more senses are tagged than there are", line.rest());
  std::vector<std::uint32_t> offsets;
  for (std::uint32_t i = 0; i < count; ++i) {
    offsets.push_back(line.number("the offset of a sense", 8));
    if (std::count(offsets.begin(), offsets.end(), offsets.back()) > 1) {
      line.fail("a sense must be named once", std::to_string(offsets.back()));
    }
  }
  if (!line.atEnd()) line.fail("nothing may follow the last sense", line.rest());
  return offsets;
}

}  // namespace

NounData parseNounData(std::string_view bytes, const std::string& subject) {
  NounData data;
  const auto licence = [&](std::string_view text) {
    if (data.version.empty()) data.version = versionIn(text);
  };
  forLines(bytes, subject, licence, [&](Line line) {
    NounSynset synset = readSynset(line);
    if (!data.synsets.empty() && synset.offset <= data.synsets.back().offset) {
      line.fail("offsets must grow from line to line", std::to_string(synset.offset));
    }
    data.synsets.push_back(std::move(synset));
  });
  if (data.synsets.empty()) failInput(subject, "it must hold noun synsets", "none", "Install WordNet's noun files");
  return data;
}

NounIndex parseNounIndex(std::string_view bytes, const std::string& subject) {
  NounIndex index;
  forLines(
      bytes, subject, [](std::string_view) {},
      [&](Line line) {
        const std::string word(line.field("a word"));
        const bool isNew = index.emplace(word, readSenses(line)).second;
        if (!isNew) line.fail("a word must have one line", word);
      });
  if (index.empty()) failInput(subject, "it must hold words", "none", "Install WordNet's noun files");
  return index;
}

NounExceptions parseNounExceptions(std::string_view bytes, const std::string& subject) {
  NounExceptions exceptions;
  forLines(
      bytes, subject, [](std::string_view) {},
      [&](Line line) {
        auto& bases = exceptions[std::string(line.field("an irregular plural"))];
        do {
          std::string base(line.field("a base form"));
          if (std::find(bases.begin(), bases.end(), base) == bases.end()) bases.push_back(std::move(base));
        } while (!line.atEnd());
      });
  return exceptions;
}

fs::path findWordNet() {
  std::error_code ignored;
  for (const char* variable : {"GAINFINDER_WORDNET", "WNSEARCHDIR"}) {
    // A folder that was asked for is not swapped for another.
    if (const char* folder = std::getenv(variable); folder && *folder) {
      if (fs::exists(fs::path(folder) / "data.noun", ignored)) return folder;
      failInput(folder, std::string(variable) + " must name a folder with WordNet's data.noun", "none there",
                kWordNetRemedy);
    }
  }
  for (const char* folder : {"/usr/share/wordnet", "/usr/local/share/wordnet", "/usr/local/WordNet-3.0/dict",
                             "/usr/share/wordnet/dict", "/usr/share/wordnet-3.0/dict"}) {
    if (fs::exists(fs::path(folder) / "data.noun", ignored)) return folder;
  }
  failInput("WordNet", "its noun files must be on this machine", "no data.noun in the usual folders", kWordNetRemedy);
}

}  // namespace gf
