// SPDX-License-Identifier: Apache-2.0
#include "semantics/wordnet.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"

namespace gf {
namespace {

std::string lowerCase(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

std::string digits(std::uint32_t number, std::size_t width) {
  const std::string text = std::to_string(number);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

/// A word without what people write in different ways.
std::string bare(const std::string& word) {
  std::string letters;
  for (const char letter : word) {
    if (letter != '_' && letter != '-' && letter != '.' && letter != '\'') letters += letter;
  }
  return letters;
}

/// Calls `see(one, other)` for each pair of entries with the same synset in two lists ordered by synset.
template <class See>
void forCommon(const std::vector<WordNet::Ancestor>& one, const std::vector<WordNet::Ancestor>& other, See see) {
  for (auto a = one.begin(), b = other.begin(); a != one.end() && b != other.end();) {
    if (a->synset < b->synset) {
      ++a;
    } else if (b->synset < a->synset) {
      ++b;
    } else {
      see(*a++, *b++);
    }
  }
}

}  // namespace

std::filesystem::path WordNet::findFolder() {
  return findWordNet();
}

WordNet WordNet::open(const std::filesystem::path& folder) {
  std::vector<SourceFile> files;
  const auto read = [&](const char* name) {
    const std::filesystem::path path = folder / name;
    std::string bytes = readFile(path, kMaxWordNetBytes);
    files.push_back({path, sha256(bytes)});
    return bytes;
  };
  const auto pathOf = [&](const char* name) { return (folder / name).string(); };
  NounData data = parseNounData(read("data.noun"), pathOf("data.noun"));
  NounIndex index = parseNounIndex(read("index.noun"), pathOf("index.noun"));
  NounExceptions exceptions = parseNounExceptions(read("noun.exc"), pathOf("noun.exc"));
  WordNet net(std::move(data), std::move(index), std::move(exceptions), folder.string());
  net.files_ = std::move(files);
  return net;
}

WordNet::WordNet(NounData data, NounIndex index, NounExceptions exceptions, const std::string& subject)
    : data_(std::move(data)), exceptions_(std::move(exceptions)) {
  linkHypernyms(subject);
  linkIndex(index, subject);
  findDepths(subject);
  findContent(subject);
}

void WordNet::linkHypernyms(const std::string& subject) {
  parents_.resize(size());
  for (Synset i = 0; i < size(); ++i) {
    const NounSynset& synset = entry(i);
    for (const auto* offsets : {&synset.hypernyms, &synset.instanceHypernyms}) {
      for (const std::uint32_t offset : *offsets) {
        const auto target = atOffset(offset);
        if (!target) {
          failInput(subject, "a hypernym must be a synset of data.noun",
                    digits(offset, 8) + " of " + digits(synset.offset, 8), kWordNetRemedy);
        }
        auto& parents = parents_[i];
        if (std::find(parents.begin(), parents.end(), *target) == parents.end()) parents.push_back(*target);
      }
    }
  }
}

void WordNet::linkIndex(const NounIndex& index, const std::string& subject) {
  for (const auto& [word, offsets] : index) {
    auto& senses = senses_[word];
    for (const std::uint32_t offset : offsets) {
      const auto synset = atOffset(offset);
      const auto& words = synset ? entry(*synset).words : std::vector<std::string>{};
      if (std::none_of(words.begin(), words.end(), [&](const auto& other) { return lowerCase(other) == word; })) {
        failInput(subject, "each sense of index.noun must be a synset of data.noun with that word",
                  digits(offset, 8) + " of \"" + word + "\"", kWordNetRemedy);
      }
      senses.push_back(*synset);
    }
    const auto [known, isNew] = spelling_.emplace(bare(word), word);
    if (!isNew) known->second = std::min(known->second, word);
  }
  for (Synset i = 0; i < size(); ++i) {
    const std::string first = lowerCase(entry(i).words.front());
    const auto& senses = this->senses(first);
    const auto place = std::find(senses.begin(), senses.end(), i);
    if (place == senses.end()) {
      failInput(subject, "index.noun must lead to each synset", digits(entry(i).offset, 8) + " (" + first + ")",
                kWordNetRemedy);
    }
    names_.push_back(first + ".n." + digits(static_cast<std::uint32_t>(place - senses.begin()) + 1, 2));
  }
}

void WordNet::findDepths(const std::string& subject) {
  // From the top down: a synset's turn comes when all its hypernyms have had theirs.
  std::vector<std::vector<Synset>> children(size());
  std::vector<std::size_t> waiting(size());
  std::vector<Synset> ready;
  for (Synset i = 0; i < size(); ++i) {
    for (const Synset parent : parents_[i]) children[parent].push_back(i);
    waiting[i] = parents_[i].size();
    if (waiting[i] == 0) ready.push_back(i);
  }
  minDepth_.assign(size(), 0);
  maxDepth_.assign(size(), 0);
  for (std::size_t next = 0; next < ready.size(); ++next) {
    const Synset parent = ready[next];
    for (const Synset child : children[parent]) {
      const int least = minDepth_[parent] + 1, most = maxDepth_[parent] + 1;
      const bool first = waiting[child] == parents_[child].size();
      minDepth_[child] = first ? least : std::min(minDepth_[child], least);
      maxDepth_[child] = std::max(maxDepth_[child], most);
      if (--waiting[child] == 0) ready.push_back(child);
    }
  }
  if (ready.size() == size()) return;
  const auto stuck = std::find_if(waiting.begin(), waiting.end(), [](std::size_t count) { return count > 0; });
  failInput(subject, "hypernyms must not lead round in a circle",
            digits(entry(static_cast<Synset>(stuck - waiting.begin())).offset, 8) + " never reaches the top",
            kWordNetRemedy);
}

void WordNet::findContent(const std::string& subject) {
  std::vector<std::size_t> below(size(), 0), lastSeenBy(size(), size());
  std::vector<Synset> todo;
  for (Synset i = 0; i < size(); ++i) {
    todo = parents_[i];
    std::size_t count = 0;
    while (!todo.empty()) {
      const Synset at = todo.back();
      todo.pop_back();
      if (lastSeenBy[at] == i) continue;
      lastSeenBy[at] = i;
      ++below[at];
      if (++count > kMostHypernyms) {
        failInput(subject, "a synset has at most " + std::to_string(kMostHypernyms) + " hypernyms above it",
                  "more above " + digits(entry(i).offset, 8), kWordNetRemedy);
      }
      todo.insert(todo.end(), parents_[at].begin(), parents_[at].end());
    }
  }
  const double all = std::log(static_cast<double>(std::max<std::size_t>(size(), 2)));
  for (const std::size_t count : below) content_.push_back(1.0 - std::log(static_cast<double>(count) + 1.0) / all);
}

std::string WordNet::label(Synset synset) const {
  std::string text = entry(synset).words.front();
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string WordNet::wnid(Synset synset) const {
  std::string text("n");
  text += digits(entry(synset).offset, 8);
  return text;
}

std::optional<WordNet::Synset> WordNet::atOffset(std::uint32_t offset) const {
  const auto& all = data_.synsets;
  const auto found =
      std::lower_bound(all.begin(), all.end(), offset,
                       [](const NounSynset& synset, std::uint32_t wanted) { return synset.offset < wanted; });
  if (found == all.end() || found->offset != offset) return std::nullopt;
  return static_cast<Synset>(found - all.begin());
}

const std::vector<WordNet::Synset>& WordNet::senses(const std::string& word) const {
  static const std::vector<Synset> kNone;
  const auto found = senses_.find(word);
  return found == senses_.end() ? kNone : found->second;
}

std::string WordNet::wordSpeltLike(const std::string& word) const {
  const std::string letters = bare(word);
  const auto found = spelling_.find(letters);
  return letters.empty() || found == spelling_.end() ? std::string() : found->second;
}

const std::vector<std::string>& WordNet::exceptionsOf(const std::string& word) const {
  static const std::vector<std::string> kNone;
  const auto found = exceptions_.find(word);
  return found == exceptions_.end() ? kNone : found->second;
}

std::vector<WordNet::Ancestor> WordNet::ancestors(Synset synset) const {
  // Breadth first, so the first time a synset is met is by a shortest way.
  std::vector<Ancestor> found{{synset, 0}};
  for (std::size_t next = 0; next < found.size(); ++next) {
    const Ancestor from = found[next];
    for (const Synset parent : parents_[from.synset]) {
      const bool known =
          std::any_of(found.begin(), found.end(), [&](const Ancestor& other) { return other.synset == parent; });
      if (!known) found.push_back({parent, from.distance + 1});
    }
  }
  std::sort(found.begin(), found.end(), [](const Ancestor& a, const Ancestor& b) { return a.synset < b.synset; });
  return found;
}

std::string nameOf(WordNetMeasureKind kind) {
  if (kind == WordNetMeasureKind::Path) return "path";
  return kind == WordNetMeasureKind::Lin ? "lin" : "wu-palmer";
}

std::optional<WordNetMeasureKind> measureNamed(const std::string& name) {
  for (const auto kind : {WordNetMeasureKind::WuPalmer, WordNetMeasureKind::Path, WordNetMeasureKind::Lin}) {
    if (name == nameOf(kind)) return kind;
  }
  return std::nullopt;
}

const WordNetMeasure::Ancestors& WordNetMeasure::above(Synset synset) {
  const auto known = above_.find(synset);
  return known != above_.end() ? known->second : above_[synset] = net_.ancestors(synset);
}

int WordNetMeasure::distance(Synset a, Synset b) {
  int least = -1;
  forCommon(above(a), above(b), [&](const WordNet::Ancestor& one, const WordNet::Ancestor& other) {
    const int steps = one.distance + other.distance;
    if (least < 0 || steps < least) least = steps;
  });
  return least;
}

std::optional<WordNet::Synset> WordNetMeasure::lowestCommon(Synset a, Synset b) {
  std::optional<Synset> best;
  forCommon(above(a), above(b), [&](const WordNet::Ancestor& one, const WordNet::Ancestor&) {
    const Synset at = one.synset;
    const int more = best ? net_.minDepth(at) - net_.minDepth(*best) : 1;
    if (more > 0 || (more == 0 && *best != a && (at == a || net_.name(at) < net_.name(*best)))) best = at;
  });
  return best;
}

double WordNetMeasure::path(Synset a, Synset b) {
  const int steps = distance(a, b);
  return steps < 0 ? 0.0 : 1.0 / (steps + 1);
}

double WordNetMeasure::wuPalmer(Synset a, Synset b) {
  const auto subsumer = lowestCommon(a, b);
  if (!subsumer) return 0;
  const int depth = net_.maxDepth(*subsumer) + 1;
  const int through = (distance(a, *subsumer) + depth) + (distance(b, *subsumer) + depth);
  return 2.0 * depth / through;
}

double WordNetMeasure::lin(Synset a, Synset b) {
  if (a == b) return 1;
  double most = -1;
  forCommon(above(a), above(b), [&](const WordNet::Ancestor& one, const WordNet::Ancestor&) {
    most = std::max(most, net_.informationContent(one.synset));
  });
  const double both = net_.informationContent(a) + net_.informationContent(b);
  return most <= 0 || both <= 0 ? 0.0 : 2.0 * most / both;
}

double WordNetMeasure::between(WordNetMeasureKind kind, Synset a, Synset b) {
  if (kind == WordNetMeasureKind::Path) return path(a, b);
  if (kind == WordNetMeasureKind::Lin) return lin(a, b);
  return std::max(wuPalmer(a, b), wuPalmer(b, a));
}

}  // namespace gf
