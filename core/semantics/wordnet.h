// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/wordnet_files.h"

namespace gf {

/// WordNet's nouns: meanings (synsets) and what each is a kind of. A synset is named by its position in the order of
/// offsets. "Hypernym" covers instance hypernyms too (Paris is an instance of a city), as in NLTK.
class WordNet {
 public:
  using Synset = std::size_t;
  struct SourceFile {
    std::filesystem::path path;
    std::string sha256;
  };

  /// findWordNet().
  static std::filesystem::path findFolder();
  /// Reads data.noun, index.noun and noun.exc of a folder. Throws Error(Input).
  static WordNet open(const std::filesystem::path& folder);
  /// Of parsed files; `subject` names them in errors. Throws Error(Input) when an offset leads nowhere, the index and
  /// the synsets disagree, hypernyms form a cycle, or a synset has more than kMostHypernyms above it.
  WordNet(NounData data, NounIndex index, NounExceptions exceptions, const std::string& subject);

  static constexpr std::size_t kMostHypernyms = 1000;  ///< In 3.0 nobody has more than some thirty.

  std::size_t size() const { return data_.synsets.size(); }
  const std::string& version() const { return data_.version; }
  const std::vector<SourceFile>& files() const { return files_; }

  const NounSynset& entry(Synset synset) const { return data_.synsets[synset]; }
  /// "crane.n.04": the first word and which of its senses this is, as NLTK names synsets.
  const std::string& name(Synset synset) const { return names_[synset]; }
  std::string label(Synset synset) const;  ///< For people: "crane".
  std::string wnid(Synset synset) const;   ///< "n02012849".
  std::optional<Synset> atOffset(std::uint32_t offset) const;
  /// Senses of a word exactly as the index has it (lower case, underscores), the most frequent first; empty when it
  /// knows none.
  const std::vector<Synset>& senses(const std::string& word) const;
  /// The word of the index that has the same letters and digits, whatever blanks, hyphens, full stops and apostrophes
  /// stand between them; of several the first in the alphabet; empty when there is none.
  std::string wordSpeltLike(const std::string& word) const;
  /// Base forms of an irregular plural; empty when it is none.
  const std::vector<std::string>& exceptionsOf(const std::string& word) const;

  const std::vector<Synset>& hypernyms(Synset synset) const { return parents_[synset]; }
  /// Steps to the top on the shortest and on the longest way; 0 for a synset without hypernyms.
  int minDepth(Synset synset) const { return minDepth_[synset]; }
  int maxDepth(Synset synset) const { return maxDepth_[synset]; }
  /// Intrinsic information content of Seco, Veale and Hayes (2004): 1 − ln(h + 1) / ln(n), with h different synsets
  /// below this one and n synsets in all. 0 at the top, 1 for a synset with none below.
  double informationContent(Synset synset) const { return content_[synset]; }

  struct Ancestor {
    Synset synset = 0;
    int distance = 0;
  };
  /// The synset itself (distance 0) and everything above it with the length of the shortest way; by ascending synset.
  std::vector<Ancestor> ancestors(Synset synset) const;

 private:
  void linkHypernyms(const std::string& subject);
  void linkIndex(const NounIndex& index, const std::string& subject);
  void findDepths(const std::string& subject);
  void findContent(const std::string& subject);

  NounData data_;
  NounExceptions exceptions_;
  std::unordered_map<std::string, std::vector<Synset>> senses_;
  std::unordered_map<std::string, std::string> spelling_;  ///< Bare letters → word of the index.
  std::vector<std::vector<Synset>> parents_;
  std::vector<std::string> names_;
  std::vector<int> minDepth_, maxDepth_;
  std::vector<double> content_;
  std::vector<SourceFile> files_;
};

/// How alike two synsets are.
enum class WordNetMeasureKind {
  WuPalmer,  ///< 2·depth(s) / (depth through s of a + that of b), s the lowest common hypernym; NLTK's wup_similarity.
  Path,      ///< 1 / (1 + steps of the shortest way between them); NLTK's path_similarity.
  Lin,       ///< 2·IC(s) / (IC(a) + IC(b)), s the common hypernym with most information, IC intrinsic.
};
/// "wu-palmer", "path", "lin".
std::string nameOf(WordNetMeasureKind kind);
/// Nothing for a name that is none.
std::optional<WordNetMeasureKind> measureNamed(const std::string& name);

/// Computes similarities, each in [0, 1]; 0 where two synsets have nothing in common. Keeps the hypernyms of what it
/// was asked about, so a matrix of many classes is fast; one per thread. `net` must outlive it.
class WordNetMeasure {
 public:
  explicit WordNetMeasure(const WordNet& net) : net_(net) {}
  using Synset = WordNet::Synset;

  double path(Synset a, Synset b);
  /// NLTK's numbers, with its rules: the common hypernym with the greatest minDepth (`a` itself before others, else the
  /// first by name), its maxDepth, shortest ways. So in rare cases the two orders of a pair differ.
  double wuPalmer(Synset a, Synset b);
  double lin(Synset a, Synset b);
  /// Symmetric: for Wu–Palmer the larger of the two orders.
  double between(WordNetMeasureKind kind, Synset a, Synset b);

 private:
  using Ancestors = std::vector<WordNet::Ancestor>;
  const Ancestors& above(Synset synset);
  /// Steps of the shortest way over a common hypernym; -1 when there is none.
  int distance(Synset a, Synset b);
  std::optional<Synset> lowestCommon(Synset a, Synset b);

  const WordNet& net_;
  std::unordered_map<Synset, Ancestors> above_;
};

}  // namespace gf
