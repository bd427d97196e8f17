// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gf {
class DataSet;
struct ModelMetadata;

/// A list of class names in order, and whose it is ("the data", "tops-resnet").
struct NamedClasses {
  std::string owner;
  std::vector<std::string> names;
  std::vector<std::string>
      wnids{};  ///< Empty, or of each class its ImageNet id: where both lists have them, they count.
};

/// The classes of the data, called "the data", and of a model, called by its name.
NamedClasses classesOf(const DataSet& data);
NamedClasses classesOf(const ModelMetadata& metadata);

/// How classes are matched. Where both lists have ImageNet ids, these count and names do not. A list has ids when it
/// says them, when its names are ids, or when it is that of the published ImageNet-1k classifiers: 1,000 names, at
/// least 950 of which are words that WordNet has for the class of that place, and none of the others a word of another
/// class. Else names count, without letter case, surrounding blanks and underscores for blanks. Where one list alone
/// has ids, a name without a counterpart is looked up among WordNet's words: "tench, Tinca tinca" matches the class
/// that has all of these words, if it is the only one among the list's and ImageNet-1k's classes, and no other name
/// does.

/// Where two lists of classes disagree, in words, one line each, at most `most` and then a count; empty when they name
/// the same classes in the same order.
std::vector<std::string> labelMismatches(const NamedClasses& one, const NamedClasses& other, std::size_t most = 5);

/// Why a model with the classes `own` cannot answer for `wanted` in their order, in one sentence without its end; empty
/// when it can: the order may be another and further classes are left out. With `mayMiss` it may lack classes too, as
/// long as one is shared.
std::string labelObstacle(const NamedClasses& own, const NamedClasses& wanted, bool mayMiss);
/// Throws Error(Input) where there is an obstacle; `subject` is the file of `own`.
void requireLabels(const std::string& subject, const NamedClasses& own, const NamedClasses& wanted, bool mayMiss);
/// What fitting `own` to `wanted` does, in words: another order, classes left out, classes missing. Empty when nothing
/// has to be done. Only where there is no obstacle.
std::string labelNote(const NamedClasses& own, const NamedClasses& wanted);

/// Throws Error(Input) with the first mismatch; `subject` is the file of `one`.
void requireSameLabels(const std::string& subject, const NamedClasses& one, const NamedClasses& other);

/// For each class of `wanted` its position in `own`; where several names read alike ("Cardigan" the dog, "cardigan" the
/// garment) by their exact spelling; -1 where there is none. Throws Error(Input) when a list has the same name or id
/// twice, unless both lists are equal anyway. `subject`: the file of `own`.
std::vector<std::int64_t> columnsFor(const std::string& subject, const NamedClasses& own, const NamedClasses& wanted);

/// The same, but empty where `own` stands in the order of `wanted` and has no further names: nothing is to be moved.
std::vector<std::int64_t> arrangementFor(const std::string& subject, const NamedClasses& own,
                                         const NamedClasses& wanted);

}  // namespace gf
