// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gf {

/// The largest of WordNet's files that is read; data.noun of 3.0 and 3.1 has 15 MB.
inline constexpr std::size_t kMaxWordNetBytes = std::size_t{64} << 20;

inline constexpr const char* kWordNetRemedy =
    "Install Debian's wordnet-base, or set GAINFINDER_WORDNET to a folder with data.noun";

/// The folder with WordNet's noun files: $GAINFINDER_WORDNET, else $WNSEARCHDIR, else where packages put it. Throws
/// Error(Input) when there is none.
std::filesystem::path findWordNet();

/// A noun synset as its line in data.noun has it: words for one meaning, and what it is a kind or an instance of.
struct NounSynset {
  std::uint32_t offset = 0;              ///< Its number in the file; ImageNet's n######## are those of WordNet 3.0.
  std::vector<std::string> words;        ///< As written, underscores for blanks; at least one.
  std::vector<std::uint32_t> hypernyms;  ///< Offsets, in the file's order ("@").
  std::vector<std::uint32_t> instanceHypernyms;  ///< Offsets, in the file's order ("@i").
  std::string gloss;                             ///< Definition and examples.
};

struct NounData {
  std::string version;              ///< "3.0", out of the licence above the synsets; empty where it does not say.
  std::vector<NounSynset> synsets;  ///< By ascending offset.
};
/// Offsets of the senses of each word (lower case, underscores), the most frequent sense first.
using NounIndex = std::unordered_map<std::string, std::vector<std::uint32_t>>;
/// Irregular plural → its base forms.
using NounExceptions = std::unordered_map<std::string, std::vector<std::string>>;

/// Readers of WordNet's noun files as wndb(5WN) describes them, 3.0 or 3.1. Bytes in, content out, no side effects.
/// `subject` names the file in errors. They throw Error(Input) with the line, the rule and what was seen. What
/// only several files together can tell (offsets that lead nowhere, cycles) is for WordNet to check.
NounData parseNounData(std::string_view bytes, const std::string& subject);
NounIndex parseNounIndex(std::string_view bytes, const std::string& subject);
NounExceptions parseNounExceptions(std::string_view bytes, const std::string& subject);

}  // namespace gf
