// SPDX-License-Identifier: Apache-2.0
#include "data/wnid_names.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <mutex>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "data/text_lines.h"
#include "data/wordnet_files.h"

namespace gf {
namespace {

constexpr const char* kVersion = "3.0";

std::uint32_t offsetOf(const std::string& wnid) {
  std::uint32_t offset = 0;
  std::from_chars(wnid.data() + 1, wnid.data() + wnid.size(), offset);
  return offset;
}

/// data.noun of WordNet 3.0, in which a synset stands at the byte that is its number.
class NounFile {
 public:
  /// Throws Error(Input) when there is none.
  NounFile() : path_((findWordNet() / "data.noun").string()), bytes_(readFile(path_, kMaxWordNetBytes)) {
    std::size_t end = 0;
    while (bytes_.compare(end, 2, "  ") == 0 && end < bytes_.size()) end = endOfLine(end);
    const std::string version = parseNounData(std::string_view(bytes_).substr(0, endOfLine(end)), path_).version;
    if (version != kVersion) {
      failInput(path_, "ImageNet's ids are of WordNet 3.0", version.empty() ? "no version" : "version " + version);
    }
  }

  std::optional<NounSynset> at(std::uint32_t offset) const {
    if (offset >= bytes_.size() || (offset > 0 && bytes_[offset - 1] != '\n')) return std::nullopt;
    const std::string_view line = std::string_view(bytes_).substr(offset, endOfLine(offset) - offset);
    try {
      NounData data = parseNounData(line, path_);
      if (data.synsets.front().offset != offset) return std::nullopt;
      return std::move(data.synsets.front());
    } catch (const Error&) {
      return std::nullopt;  // A line of the licence, or damaged: no synset either way.
    }
  }

 private:
  std::size_t endOfLine(std::size_t from) const { return std::min(bytes_.find('\n', from), bytes_.size() - 1) + 1; }

  std::string path_, bytes_;
};

struct Synsets {
  std::vector<std::optional<NounSynset>> found;
  std::string problem;  ///< Why there is no WordNet 3.0; empty when there is.
};

/// What was asked for before is not read again, as label maps ask many times.
Synsets synsetsAt(const std::vector<std::uint32_t>& offsets) {
  static std::mutex mutex;
  static std::map<std::uint32_t, std::optional<NounSynset>> known;
  static std::filesystem::path folder;
  const std::lock_guard lock(mutex);
  Synsets result;
  try {
    if (const auto now = findWordNet(); now != folder) {
      known.clear();
      folder = now;
    }
    std::optional<NounFile> file;
    for (const std::uint32_t offset : offsets) {
      auto at = known.find(offset);
      if (at == known.end()) {
        if (!file) file.emplace();
        at = known.emplace(offset, file->at(offset)).first;
      }
      result.found.push_back(at->second);
    }
  } catch (const Error& failure) {
    result.problem = failure.what();
    result.found.resize(offsets.size());
  }
  return result;
}

Synsets synsetsOf(const std::vector<std::string>& wnids) {
  std::vector<std::uint32_t> offsets(wnids.size());
  std::transform(wnids.begin(), wnids.end(), offsets.begin(), offsetOf);
  return synsetsAt(offsets);
}

std::string withBlanks(std::string word) {
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

std::string firstWords(const NounSynset& synset, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + withBlanks(synset.words[i]);
  return text;
}

/// Positions of names that read alike, two or more in each group.
std::vector<std::vector<std::size_t>> alike(const std::vector<std::string>& names) {
  std::map<std::string, std::vector<std::size_t>> places;
  for (std::size_t k = 0; k < names.size(); ++k) places[plainName(names[k])].push_back(k);
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [name, group] : places) {
    if (group.size() > 1) groups.push_back(std::move(group));
  }
  return groups;
}

/// " (wading bird)": the first word of the first hypernym, if there is one.
std::string kindOf(const NounSynset& synset) {
  const auto& above = synset.hypernyms.empty() ? synset.instanceHypernyms : synset.hypernyms;
  if (above.empty()) return {};
  const auto hypernym = synsetsAt({above.front()}).found.front();
  return hypernym ? " (" + firstWords(*hypernym, 1) + ")" : std::string();
}

void tellApart(std::vector<std::string>& names, const std::vector<std::optional<NounSynset>>& synsets,
               const std::vector<std::string>& wnids) {
  std::vector<std::size_t> used(names.size(), 1);
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& group : alike(names)) {
      for (const std::size_t k : group) {
        if (!synsets[k] || used[k] == synsets[k]->words.size()) continue;
        names[k] = firstWords(*synsets[k], ++used[k]);
        grown = true;
      }
    }
  }
  for (const auto& group : alike(names)) {
    for (const std::size_t k : group) names[k] += synsets[k] ? kindOf(*synsets[k]) : "";
  }
  for (const auto& group : alike(names)) {
    for (const std::size_t k : group) names[k] += " (" + wnids[k] + ")";
  }
}

std::string noteOn(const Synsets& synsets, const std::vector<std::string>& wnids) {
  if (!synsets.problem.empty()) {
    return "Classes are called by their ImageNet ids, because WordNet 3.0 cannot be read: " + synsets.problem;
  }
  std::size_t unknown = 0;
  std::string first;
  for (std::size_t k = 0; k < wnids.size(); ++k) {
    if (!synsets.found[k] && unknown++ == 0) first = wnids[k];
  }
  if (unknown == 0) return {};
  return std::to_string(unknown) + " of " + std::to_string(wnids.size()) +
         " classes are called by their ImageNet ids, which WordNet 3.0 does not have (the first is " + first + ")";
}

}  // namespace

bool isWnid(std::string_view text) {
  return text.size() == 9 && text[0] == 'n' &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char letter) { return std::isdigit(letter); });
}

std::vector<std::vector<std::string>> wnidWords(const std::vector<std::string>& wnids) {
  std::vector<std::vector<std::string>> words(wnids.size());
  const Synsets synsets = synsetsOf(wnids);
  for (std::size_t k = 0; k < wnids.size(); ++k) {
    if (!synsets.found[k]) continue;
    for (const auto& word : synsets.found[k]->words) words[k].push_back(withBlanks(word));
  }
  return words;
}

WnidNames wnidNames(const std::vector<std::string>& wnids) {
  const Synsets synsets = synsetsOf(wnids);
  WnidNames result{{}, noteOn(synsets, wnids)};
  for (std::size_t k = 0; k < wnids.size(); ++k) {
    result.names.push_back(synsets.found[k] ? firstWords(*synsets.found[k], 1) : wnids[k]);
  }
  tellApart(result.names, synsets.found, wnids);
  return result;
}

}  // namespace gf
