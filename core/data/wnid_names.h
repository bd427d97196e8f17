// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gf {

/// Whether a text is an ImageNet id: "n" and eight digits, the byte offset of a noun synset in WordNet 3.0's data.noun
/// (n01440764: tench).
bool isWnid(std::string_view text);

/// The 1,000 classes of ILSVRC 2012, ascending: the order that every published ImageNet-1k classifier answers in.
const std::vector<std::string>& imageNet1kWnids();

/// The words of each synset as WordNet 3.0 has them ("tench", "Tinca tinca"), blanks for underscores; of an id that it
/// does not have, and of every id where this machine has no WordNet 3.0, none. What was read is remembered.
/// Thread-safe; never throws for files that are not there or not sound.
std::vector<std::vector<std::string>> wnidWords(const std::vector<std::string>& wnids);

/// Names for people, no two of which read alike, whatever their letter case.
struct WnidNames {
  std::vector<std::string> names;
  std::string note;  ///< Why ids stand for names, and what to do; empty when none does.
};
/// A class is called by its first word. Classes whose names read alike get further words, one by one, until they differ
/// ("maillot" and "maillot, tank suit"); those that have no more get the first word of what they are a kind of
/// ("crane (wading bird)", "crane (lifting device)"), and if that is no help their id. A class that WordNet does not
/// have is called by its id. `wnids` must differ.
WnidNames wnidNames(const std::vector<std::string>& wnids);

}  // namespace gf
