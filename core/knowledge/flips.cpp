// SPDX-License-Identifier: Apache-2.0
#include "knowledge/flips.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/error.h"

namespace gf {
namespace {

void requireSameLength(const char* what, Labels truth, Labels predicted) {
  if (truth.size() == predicted.size()) return;
  failInput(what, "must have one prediction per sample (" + std::to_string(truth.size()) + ")",
            std::to_string(predicted.size()));
}

std::size_t classOf(Labels truth, std::size_t sample, int classes) {
  const std::int32_t label = truth[sample];
  if (label < 0 || label >= classes) {
    failInput("label of sample " + std::to_string(sample),
              "must be a class index from 0 to " + std::to_string(classes - 1), std::to_string(label));
  }
  return static_cast<std::size_t>(label);
}

Outcome outcomeOf(bool teacherRight, bool studentRight) {
  if (teacherRight) return studentRight ? Outcome::BothRight : Outcome::OnlyTeacher;
  return studentRight ? Outcome::OnlyStudent : Outcome::BothWrong;
}

void count(OutcomeCounts& counts, Outcome outcome) {
  ++counts.samples;
  switch (outcome) {
    case Outcome::BothRight:
      ++counts.bothRight;
      break;
    case Outcome::OnlyTeacher:
      ++counts.onlyTeacher;
      break;
    case Outcome::OnlyStudent:
      ++counts.onlyStudent;
      break;
    case Outcome::BothWrong:
      ++counts.bothWrong;
      break;
  }
}

/// Compares two shares as fractions of whole numbers, so that equal ones tie exactly.
bool hasLargerShare(const OutcomeCounts& a, const OutcomeCounts& b) {
  return a.onlyTeacher * std::max<std::int64_t>(b.samples, 1) > b.onlyTeacher * std::max<std::int64_t>(a.samples, 1);
}

}  // namespace

std::optional<double> PairKnowledge::flipEntropy() const {
  if (all.onlyTeacher == 0) return std::nullopt;
  double entropy = 0;
  for (const auto& each : classes) {
    if (each.onlyTeacher == 0) continue;
    const double q = static_cast<double>(each.onlyTeacher) / static_cast<double>(all.onlyTeacher);
    entropy -= q * std::log(q);
  }
  return std::max(entropy, 0.0);  // −1·log 1 is −0
}

std::vector<std::int32_t> PairKnowledge::rankedClasses() const {
  std::vector<std::int32_t> ranked(classes.size());
  std::iota(ranked.begin(), ranked.end(), 0);
  std::stable_sort(ranked.begin(), ranked.end(), [&](std::int32_t a, std::int32_t b) {
    return hasLargerShare(classes[static_cast<std::size_t>(a)], classes[static_cast<std::size_t>(b)]);
  });
  return ranked;
}

std::vector<std::int32_t> PairKnowledge::topClasses(double percent) const {
  if (!(percent > 0 && percent <= 100)) {
    failUsage("top classes", "the percentage must be above 0 and at most 100", std::to_string(percent));
  }
  std::vector<std::int32_t> top;
  if (all.onlyTeacher == 0) return top;
  std::int64_t held = 0;
  for (const std::int32_t each : rankedClasses()) {
    top.push_back(each);
    held += classes[static_cast<std::size_t>(each)].onlyTeacher;
    if (100.0 * static_cast<double>(held) >= percent * static_cast<double>(all.onlyTeacher)) break;
  }
  return top;
}

PairKnowledge comparePredictions(Labels truth, Labels teacher, Labels student, int classes) {
  requireSameLength("teacher", truth, teacher);
  requireSameLength("student", truth, student);
  PairKnowledge knowledge;
  knowledge.classes.resize(static_cast<std::size_t>(std::max(classes, 0)));
  knowledge.outcomes.reserve(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const std::size_t k = classOf(truth, i, classes);
    const Outcome outcome = outcomeOf(teacher[i] == truth[i], student[i] == truth[i]);
    knowledge.outcomes.push_back(outcome);
    count(knowledge.classes[k], outcome);
    count(knowledge.all, outcome);
  }
  return knowledge;
}

std::vector<std::int32_t> anyTeacher(Labels truth, std::span<const Labels> teachers) {
  if (teachers.empty()) failInput("teachers", "must be at least one", "none");
  for (const auto& each : teachers) requireSameLength("teacher", truth, each);
  std::vector<std::int32_t> predicted(teachers.front().begin(), teachers.front().end());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const bool right = std::any_of(teachers.begin(), teachers.end(), [&](Labels t) { return t[i] == truth[i]; });
    if (right) predicted[i] = truth[i];
  }
  return predicted;
}

Change changeBetween(Labels truth, Labels before, Labels after, int classes) {
  requireSameLength("student before", truth, before);
  requireSameLength("student after", truth, after);
  Change change;
  change.samples = static_cast<std::int64_t>(truth.size());
  const auto size = static_cast<std::size_t>(std::max(classes, 0));
  change.classGained.resize(size);
  change.classLost.resize(size);
  change.classSamples.resize(size);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const std::size_t k = classOf(truth, i, classes);
    const bool was = before[i] == truth[i], is = after[i] == truth[i];
    ++change.classSamples[k];
    change.classGained[k] += !was && is;
    change.classLost[k] += was && !is;
    change.gained += !was && is;
    change.lost += was && !is;
  }
  return change;
}

std::optional<double> TransferRate::paper() const {
  if (positiveFlips == 0) return std::nullopt;
  return static_cast<double>(gained) / static_cast<double>(positiveFlips);
}

std::optional<double> TransferRate::strict() const {
  if (positiveFlips == 0) return std::nullopt;
  return static_cast<double>(arrived) / static_cast<double>(positiveFlips);
}

TransferRate transferRate(Labels truth, Labels teacher, Labels before, Labels after,
                          std::span<const std::int32_t> classes) {
  requireSameLength("teacher", truth, teacher);
  requireSameLength("student before", truth, before);
  requireSameLength("student after", truth, after);
  std::vector<std::int32_t> chosen(classes.begin(), classes.end());
  std::sort(chosen.begin(), chosen.end());
  TransferRate rate;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!chosen.empty() && !std::binary_search(chosen.begin(), chosen.end(), truth[i])) continue;
    if (before[i] == truth[i]) continue;
    const bool flip = teacher[i] == truth[i], right = after[i] == truth[i];
    rate.positiveFlips += flip;
    rate.gained += right;
    rate.arrived += flip && right;
  }
  return rate;
}

}  // namespace gf
