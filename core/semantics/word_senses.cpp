// SPDX-License-Identifier: Apache-2.0
#include "semantics/word_senses.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "base/error.h"
#include "semantics/json_file.h"

namespace gf {
namespace {

using Synset = WordNet::Synset;

bool isDigit(char letter) {
  return letter >= '0' && letter <= '9';
}

/// As the index writes words: lower case, one underscore between words, none around.
std::string wordForm(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    const bool gap = letter == '_' || std::isspace(static_cast<unsigned char>(letter));
    if (gap && (result.empty() || result.back() == '_')) continue;
    result += gap ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  if (!result.empty() && result.back() == '_') result.pop_back();
  return result;
}

std::string replaced(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}
std::vector<std::string> split(const std::string& text, const char* separators) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

bool endsWith(const std::string& text, std::string_view ending) {
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

/// The base of one word by its ending; empty when there is none.
std::string detached(const WordNet& net, const std::string& word) {
  static constexpr std::pair<std::string_view, std::string_view> kEndings[] = {
      {"s", ""},      {"ses", "s"},   {"xes", "x"},   {"zes", "z"},
      {"ches", "ch"}, {"shes", "sh"}, {"men", "man"}, {"ies", "y"}};
  const bool measure = endsWith(word, "ful");  // boxesful → boxful
  const std::string stem = measure ? word.substr(0, word.size() - 3) : word;
  if (!measure && (endsWith(word, "ss") || word.size() <= 2)) return {};
  for (const auto& [ending, base] : kEndings) {
    if (!endsWith(stem, ending) || stem.size() == ending.size()) continue;
    std::string candidate = stem.substr(0, stem.size() - ending.size()) + std::string(base);
    if (!net.senses(candidate).empty()) return measure ? candidate + "ful" : candidate;
  }
  return {};
}

/// Each word of a name in its base form, with what stood between them: "heads_of_state" → "head_of_state".
std::string wordByWord(const WordNet& net, const std::string& name) {
  std::string result;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find_first_of("_-", at), name.size());
    const std::string word = name.substr(at, end - at);
    const auto& irregular = net.exceptionsOf(word);
    const std::string base = irregular.empty() ? detached(net, word) : irregular.front();
    result += base.empty() ? word : base;
    if (end < name.size()) result += name[end];
    at = end + 1;
  }
  return result;
}

/// The word of the index that a name stands for: as it is, with other signs between its words, or in a base form.
std::string indexWord(const WordNet& net, const std::string& name) {
  const std::string word = wordForm(name);
  const auto spelt = [&](const std::string& text) { return net.senses(text).empty() ? net.wordSpeltLike(text) : text; };
  if (std::string found = spelt(word); !found.empty()) return found;
  for (const std::string& base : nounBaseForms(net, word)) {
    if (std::string found = spelt(base); !found.empty()) return found;
  }
  return {};
}

std::optional<std::uint32_t> offsetOf(const std::string& text) {
  std::uint32_t offset = 0;
  if (text.size() != 9 || text[0] != 'n') return std::nullopt;
  const auto [end, problem] = std::from_chars(text.data() + 1, text.data() + text.size(), offset);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return offset;
}

/// A class name taken apart: names for the thing, and words in brackets that say which is meant.
struct NameParts {
  std::vector<std::string> names, hints;
};

NameParts partsOf(const WordNet& net, std::string name) {
  NameParts parts;
  if (!indexWord(net, name).empty()) return {{name}, {}};
  for (std::size_t open; (open = name.find('(')) != std::string::npos;) {
    const std::size_t close = std::min(name.find(')', open), name.size());
    parts.hints.push_back(name.substr(open + 1, close - open - 1));
    const std::string rest = close < name.size() ? name.substr(close + 1) : std::string();
    name.resize(open);
    name += ' ';
    name += rest;
  }
  // Folders of some data sets are numbered: "001.Black_footed_Albatross".
  std::size_t number = 0;
  while (number < name.size() && isDigit(name[number])) ++number;
  const std::size_t start = name.find_first_not_of("._- ", number);
  if (number > 0 && start != std::string::npos && start > number) name.erase(0, start);
  if (!indexWord(net, name).empty()) {
    parts.names.push_back(name);
  } else {
    parts.names = split(name, ",;/");
  }
  return parts;
}

/// Whether one of the words of `synset`, or of something above it, is `word`.
bool speaksFor(const WordNet& net, Synset synset, const std::string& word) {
  for (const auto& above : net.ancestors(synset)) {
    for (const std::string& other : net.entry(above.synset).words) {
      if (wordForm(other) == word) return true;
    }
  }
  return false;
}

/// Words beside names[own] that may tell which sense is meant, as the index has them.
std::vector<std::string> evidenceIn(const WordNet& net, const NameParts& parts, std::size_t own) {
  std::vector<std::string> evidence = parts.hints;
  for (std::size_t i = 0; i < parts.names.size(); ++i) {
    if (i != own) evidence.push_back(parts.names[i]);
  }
  for (std::string& text : evidence) {
    std::string found = indexWord(net, text);
    text = found.empty() ? wordForm(text) : found;
  }
  return evidence;
}

/// Of the senses of names[own] the one that most of the other names and hints speak for; among equals the first that is
/// a kind of thing, not one individual.
ClassSense amongSenses(const WordNet& net, const std::string& word, const NameParts& parts, std::size_t own) {
  const auto evidence = evidenceIn(net, parts, own);
  const auto& senses = net.senses(word);
  std::size_t best = 0;
  std::pair<std::ptrdiff_t, bool> most{-1, false};
  for (std::size_t i = 0; i < senses.size(); ++i) {
    const auto votes = std::count_if(evidence.begin(), evidence.end(),
                                     [&](const std::string& other) { return speaksFor(net, senses[i], other); });
    const std::pair<std::ptrdiff_t, bool> rank{votes, net.entry(senses[i]).instanceHypernyms.empty()};
    if (rank > most) {
      most = rank;
      best = i;
    }
  }
  std::string chosen = "sense " + std::to_string(best + 1) + " of " + std::to_string(senses.size());
  return {senses[best], std::move(chosen), senses.size(), false};
}

/// The longest ending of a name of several words that is known, years and other numbers at its end apart: "ankle_boot"
/// → "boot", "acura_rl_sedan_2012" → "sedan". Empty when none is.
std::string knownEnding(const WordNet& net, const std::string& name) {
  std::string rest = replaced(wordForm(name), '-', '_');
  for (std::size_t gap; (gap = rest.rfind('_')) != std::string::npos;) {
    if (gap + 1 < rest.size() &&
        !std::all_of(rest.begin() + static_cast<std::ptrdiff_t>(gap) + 1, rest.end(), isDigit)) {
      break;
    }
    rest.erase(gap);
  }
  for (std::size_t gap; (gap = rest.find('_')) != std::string::npos;) {
    rest.erase(0, gap + 1);
    if (rest.size() < 3) return {};  // a letter or two say nothing about the thing ("model_s")
    if (std::string found = indexWord(net, rest); !found.empty()) return found;
  }
  return {};
}

ClassSense senseOfName(const WordNet& net, const std::string& name) {
  const NameParts parts = partsOf(net, name);
  for (std::size_t i = 0; i < parts.names.size(); ++i) {
    const std::string word = indexWord(net, parts.names[i]);
    if (!word.empty()) return amongSenses(net, word, parts, i);
  }
  for (std::size_t i = 0; i < parts.names.size(); ++i) {
    const std::string word = knownEnding(net, parts.names[i]);
    if (word.empty()) continue;
    ClassSense sense = amongSenses(net, word, parts, i);
    sense.chosen = "by \"" + replaced(word, '_', ' ') + "\", " + sense.chosen;
    sense.byEnding = true;
    return sense;
  }
  return {};
}

}  // namespace

std::vector<std::string> nounBaseForms(const WordNet& net, const std::string& word) {
  if (const auto& irregular = net.exceptionsOf(word); !irregular.empty()) return irregular;
  std::vector<std::string> bases;
  if (std::string base = detached(net, word); !base.empty()) bases.push_back(std::move(base));
  if (word.find_first_of("_-") != std::string::npos) {
    std::string base = wordByWord(net, word);
    if (base != word && std::find(bases.begin(), bases.end(), base) == bases.end()) bases.push_back(std::move(base));
  }
  return bases;
}

std::vector<Synset> nounSenses(const WordNet& net, const std::string& name) {
  return net.senses(indexWord(net, name));
}

std::optional<Synset> synsetNamed(const WordNet& net, const std::string& text) {
  if (const auto offset = offsetOf(text)) {
    if (const auto synset = net.atOffset(*offset)) return synset;
  }
  const std::size_t dot = text.rfind(".n."), hash = text.rfind('#');
  const std::size_t end = dot != std::string::npos ? dot : hash;
  if (end == std::string::npos) return std::nullopt;
  const std::string digits = text.substr(end + (dot != std::string::npos ? 3 : 1));
  std::size_t number = 0;
  const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const auto& senses = net.senses(wordForm(text.substr(0, end)));
  if (problem != std::errc() || stop != digits.data() + digits.size() || number == 0 || number > senses.size()) {
    return std::nullopt;
  }
  return senses[number - 1];
}

WordNetSettings readWordNetSettings(const std::filesystem::path& path) {
  const std::string subject = path.string();
  const nlohmann::json json = readStrictObject(path);
  WordNetSettings settings;
  for (const auto& [key, value] : json.items()) {
    if (key == "measure") {
      const auto kind = value.is_string() ? measureNamed(value.get<std::string>()) : std::nullopt;
      if (!kind) failInput(subject, "\"measure\" must be \"wu-palmer\", \"path\" or \"lin\"", shortJson(value));
      settings.measure = *kind;
    } else if (key == "senses") {
      if (!value.is_object()) failInput(subject, "\"senses\" must map class names to senses", value.type_name());
      for (const auto& [name, sense] : value.items()) {
        if (!sense.is_string()) failInput(subject, "the sense of \"" + name + "\" must be a text", shortJson(sense));
        settings.senses[name] = sense.get<std::string>();
      }
    } else {
      failInput(subject, "settings of WordNet have the keys \"measure\" and \"senses\"", "\"" + key + "\"");
    }
  }
  return settings;
}

WordNetSettings wordNetSettings(const SemanticsSpec& spec) {
  return spec.path.empty() ? WordNetSettings{} : readWordNetSettings(spec.path);
}

ClassSense classSense(const WordNet& net, const std::string& name, const std::string& wnid, const std::string& hand) {
  if (!hand.empty()) {
    const auto synset = synsetNamed(net, hand);
    if (!synset) {
      failUsage("the sense of \"" + name + "\"", "must be a noun sense of WordNet such as crane.n.04 or n02012849",
                hand);
    }
    return {synset, "by hand", 0, false};
  }
  if (net.version() == "3.0") {
    // Folders of ImageNet are named by the id itself.
    for (const std::string& id : {wnid, name}) {
      const auto offset = offsetOf(id);
      const auto synset = offset ? net.atOffset(*offset) : std::nullopt;
      if (synset) return {synset, "by its ImageNet id", 0, false};
    }
  }
  return senseOfName(net, name);
}

}  // namespace gf
