// SPDX-License-Identifier: Apache-2.0
// A pair of models in a report, checked.
#include <algorithm>
#include <cmath>

#include "report/read_parts.h"
#include "report/report_parts.h"

namespace gf {

using Json = nlohmann::ordered_json;

/// The four outcome counts, which must sum to `samples`.
void checkCounts(const JsonReader& holder, const char* key, std::int64_t samples) {
  const auto counts = holder.object(key);
  std::int64_t sum = 0;
  for (const char* part : {"both_right", "only_teacher", "only_student", "both_wrong"}) {
    sum += counts.whole(part, 0, samples);
  }
  if (sum != samples) {
    holder.fail(key, "must sum to " + std::to_string(samples), std::to_string(sum));
  }
}

/// `left` must equal `right` but for rounding.
void checkEqual(const JsonReader& holder, const char* key, const char* rule, double left, double right) {
  constexpr double kRounding = 1e-9;
  if (std::abs(left - right) <= kRounding) return;
  holder.fail(key, rule, shortText(Json(left)) + " instead of " + shortText(Json(right)));
}

void checkInterval(const JsonReader& holder, const char* key) {
  const auto& interval = holder.array(key, 2);
  for (const auto& bound : interval) {
    if (!bound.is_number() || std::abs(bound.get<double>()) > 1) {
      holder.fail(key, "must hold numbers from -1 to 1", shortText(bound));
    }
  }
  if (interval[0].get<double>() > interval[1].get<double>()) {
    holder.fail(key, "must go from low to high", shortText(interval[0]) + " to " + shortText(interval[1]));
  }
}

void checkLeftOut(const JsonReader& holder) {
  if (!holder.has("left_out")) return;
  const auto leftOut = holder.object("left_out");
  const auto images = static_cast<std::size_t>(leftOut.whole("images", 1, kAnyCount));
  for (const auto& line : leftOut.array("named", std::min(images, kLeftOutNamed))) {
    if (!line.is_string()) leftOut.fail("named", "must hold text", shortText(line));
  }
}

namespace {

/// What was said instead on flips of one kind, of which there are `flips`.
void checkConfusion(const JsonReader& confusion, std::int64_t flips, const ReportSizes& sizes) {
  const auto classes = static_cast<std::int64_t>(sizes.classes);
  if (const auto said = confusion.whole("flips", 0, sizes.samples); said != flips) {
    confusion.fail("flips", "must be the pair's (" + std::to_string(flips) + ")", std::to_string(said));
  }
  const std::int64_t pairs = confusion.whole("pairs", 0, flips);
  const std::size_t largest = confusion.array("largest").size();
  if (static_cast<std::int64_t>(largest) > pairs || (largest == 0) != (flips == 0)) {
    confusion.fail("largest", "must hold some of the " + std::to_string(pairs) + " pairs", std::to_string(largest));
  }
  std::int64_t sum = 0, last = flips;
  for (std::size_t i = 0; i < largest; ++i) {
    const auto pair = confusion.element("largest", i);
    if (pair.whole("truth", 0, classes - 1) == pair.whole("said", 0, classes - 1)) {
      pair.fail("said", "must be another class than the truth", shortText(pair.at("said")));
    }
    last = pair.whole("samples", 1, last);  // the largest first
    sum += last;
  }
  if (sum > flips) confusion.fail("largest", "must hold at most all flips", std::to_string(sum) + " samples");
}

void checkSaidInstead(const JsonReader& entry, const ReportSizes& sizes) {
  if (entry.isNull("said_instead")) {
    entry.text("said_instead_reason");
    return;
  }
  const auto counts = entry.object("counts"), said = entry.object("said_instead");
  checkConfusion(said.object("positive"), counts.whole("only_teacher", 0, sizes.samples), sizes);
  checkConfusion(said.object("negative"), counts.whole("only_student", 0, sizes.samples), sizes);
}

/// An array of whole numbers below `end`; `ascending`: each above the one before.
void checkIndices(const JsonReader& holder, const char* key, std::size_t length, std::int64_t end, bool ascending) {
  std::int64_t last = -1;
  for (const auto& value : holder.array(key, length)) {
    const bool whole =
        value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() < INT64_MAX);
    const std::int64_t number = whole ? value.get<std::int64_t>() : -1;
    if (number < 0 || number >= end || (ascending && number <= last)) {
      holder.fail(key,
                  std::string("must hold ") + (ascending ? "ascending " : "") + "whole numbers from 0 to " +
                      std::to_string(end - 1),
                  shortText(value));
    }
    last = number;
  }
}

void checkPartition(const JsonReader& entry, const ReportSizes& sizes) {
  if (entry.isNull("partition")) {
    entry.text("partition_reason");
    return;
  }
  const auto partition = entry.object("partition");
  const std::size_t shown = partition.array("index").size();
  if (shown == 0 || shown > kPartitionSamples) {
    partition.fail("index", "must hold 1 to " + std::to_string(kPartitionSamples) + " samples", std::to_string(shown));
  }
  checkIndices(partition, "index", shown, sizes.samples, true);
  checkIndices(partition, "label", shown, static_cast<std::int64_t>(sizes.classes), false);
  for (const char* model : {"teacher", "student"}) {
    const auto columns = partition.object(model);
    for (const char* key : {"label", "own"}) {
      for (const auto& value : columns.array(key, shown)) {
        if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= 1)) {
          columns.fail(key, "must hold probabilities from 0 to 1", shortText(value));
        }
      }
    }
  }
}

}  // namespace

void checkMoment(const JsonReader& moment, const ReportSizes& sizes, bool detailed) {
  moment.number("accuracy", 0, 1);
  moment.array("teachers", sizes.teachers);
  for (std::size_t t = 0; t < sizes.teachers; ++t) {
    const auto entry = moment.element("teachers", t);
    entry.text("name");
    const double positive = entry.number("positive_flips", 0, 1), negative = entry.number("negative_flips", 0, 1);
    checkEqual(entry, "delta_accuracy", "must be positive_flips − negative_flips",
               entry.number("delta_accuracy", -1, 1), positive - negative);
    entry.numberOrReason("flip_entropy", 0, kAnyNumber);
    entry.number("flip_entropy_limit", 0, kAnyNumber);
    checkCounts(entry, "counts", sizes.samples);
    checkInterval(entry, "delta_accuracy_ci95");
    entry.number("mcnemar_p", 0, 1);
    if (!detailed) continue;
    checkSaidInstead(entry, sizes);
    checkPartition(entry, sizes);
  }
}

}  // namespace gf
