// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "semantics/hypernym_groups.h"
#include "semantics/semantics.h"
#include "semantics/wordnet.h"

namespace gf {

/// Base forms of a noun by WordNet's own rules (morphy, 7WN): the list of irregular plurals, else the first plural
/// ending that detaches into a word it knows; a name of several words as a whole, then word by word. `word`: lower
/// case, underscores. Empty when there is none.
std::vector<std::string> nounBaseForms(const WordNet& net, const std::string& word);

/// Senses of a name as people write it, the most frequent first: any case, blanks, hyphens or underscores between
/// words, plural or singular. Empty when WordNet has none.
std::vector<WordNet::Synset> nounSenses(const WordNet& net, const std::string& name);

/// The synset that a text names exactly: "n02012849" (an offset of these files), "crane.n.04" or "crane#4". Nothing
/// when it names none.
std::optional<WordNet::Synset> synsetNamed(const WordNet& net, const std::string& text);

struct WordNetSettings {
  WordNetMeasureKind measure = WordNetMeasureKind::WuPalmer;
  /// Class name → sense by hand, as synsetNamed() reads it: for the class of that spelling, else for the only one whose
  /// name reads alike.
  std::map<std::string, std::string> senses;
};
/// Reads {"measure": "lin", "senses": {"crane": "crane.n.04"}}; both keys may be missing. Throws Error(Input) naming
/// the file, the key and the value.
WordNetSettings readWordNetSettings(const std::filesystem::path& path);
/// Of "wordnet" or "wordnet:SENSES.json".
WordNetSettings wordNetSettings(const SemanticsSpec& spec);

/// What a class name was taken to mean, and why.
struct ClassSense {
  std::optional<WordNet::Synset> synset;  ///< Nothing: WordNet does not know the name.
  std::string chosen;          ///< "by hand", "by its ImageNet id", "sense 1 of 5", "by \"boot\", sense 1 of 8".
  std::size_t candidates = 0;  ///< Senses that the name has; 0 where it was not asked.
  bool byEnding = false;       ///< Only the end of the name is known ("ankle boot" → boot).
};
/// By hand before the ImageNet id before the name. Of a name's senses the first
/// that is a kind of thing is taken (a class is no individual: "crane" is not the writer of that name), unless what
/// stands beside it speaks for a later one: further names after a comma or slash, or words in brackets, that are words
/// of the sense or of something above it ("crane (bird)"). A leading number ("001.") is passed over; of a name that is
/// not known the longest known ending counts. `wnid`: "n########" or empty; `hand` empty: none. ImageNet ids count with
/// WordNet 3.0 only. Throws Error(Usage) when `hand` names no synset.
ClassSense classSense(const WordNet& net, const std::string& name, const std::string& wnid, const std::string& hand);

/// Similarities of classes by the chosen measure. A class that WordNet does not know is noted and has similarity 0 to
/// all others. `wnids` is empty or has one for each class. Throws Error(Usage) for a sense by hand that is none.
ClassSemantics wordNetSemantics(const WordNet& net, const std::vector<std::string>& names,
                                const std::vector<std::string>& wnids, const WordNetSettings& settings = {});

/// The senses that wordNetSemantics() gives the classes; nothing for a class that WordNet does not know.
std::vector<std::optional<WordNet::Synset>> classSynsets(const WordNet& net, const std::vector<std::string>& names,
                                                         const std::vector<std::string>& wnids,
                                                         const WordNetSettings& settings = {});

/// Groups of classes by what they are, with the senses that wordNetSemantics() gives them. See hypernym_groups.h.
std::vector<HypernymGroup> hypernymGroups(const WordNet& net, const std::vector<std::string>& names,
                                          const std::vector<std::string>& wnids, const HypernymCut& cut,
                                          const WordNetSettings& settings = {});

}  // namespace gf
