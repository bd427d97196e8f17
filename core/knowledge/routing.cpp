// SPDX-License-Identifier: Apache-2.0
#include "knowledge/routing.h"

#include <string>

#include "base/error.h"

namespace gf {
namespace {

void requireOnePerSample(const char* what, std::size_t samples, std::size_t given) {
  if (samples == given) return;
  failInput(what, "must have one value per sample (" + std::to_string(samples) + ")", std::to_string(given));
}

std::optional<double> shareOf(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

void count(OutcomeCounts& counts, Outcome outcome) {
  ++counts.samples;
  counts.bothRight += outcome == Outcome::BothRight;
  counts.onlyTeacher += outcome == Outcome::OnlyTeacher;
  counts.onlyStudent += outcome == Outcome::OnlyStudent;
  counts.bothWrong += outcome == Outcome::BothWrong;
}

}  // namespace

std::vector<std::uint8_t> partitionByConfidence(std::span<const double> teacher,
                                                std::span<const double> frozenStudent) {
  requireOnePerSample("the frozen student's confidences", teacher.size(), frozenStudent.size());
  std::vector<std::uint8_t> mask(teacher.size());
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = teacher[i] > frozenStudent[i] ? 1 : 0;
  return mask;
}

std::optional<double> Routing::positive() const {
  return shareOf(toTeacher.onlyTeacher, total.onlyTeacher);
}

std::optional<double> Routing::negative() const {
  return shareOf(toTeacher.onlyStudent, total.onlyStudent);
}

double Routing::overall() const {
  return shareOf(toTeacher.samples, total.samples).value_or(0);
}

Routing routingOf(std::span<const Outcome> outcomes, std::span<const std::uint8_t> toTeacher) {
  requireOnePerSample("the partition", outcomes.size(), toTeacher.size());
  Routing routing;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    count(routing.total, outcomes[i]);
    if (toTeacher[i]) count(routing.toTeacher, outcomes[i]);
  }
  return routing;
}

}  // namespace gf
