// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <optional>

#include "jobs/compare_job.h"
#include "ui/workspace/workspace.h"

namespace gf {

/// The pair that the page shows; the window compares with one teacher at a time.
inline constexpr std::size_t kTeacher = 0;

QString className(const Comparison& comparison, std::int32_t index);
QString teacherName(const Comparison& comparison);
QString studentName(const Comparison& comparison);
QString outcomeText(Outcome outcome);  ///< "Only the teacher right".

/// One model's answer to one image.
struct Answer {
  std::int32_t predicted = 0;
  double confidence = 0;  ///< Probability of the predicted class, 0–1.
  bool right = false;
};
Answer answerOf(const Comparison& comparison, const Predictions& predictions, std::size_t sample);

/// An answer to look for: one model's predicted class.
struct Said {
  Slot by = Slot::Student;
  std::int32_t predicted = 0;
  bool operator==(const Said&) const = default;
};

/// What is being looked at in words: "Shirt → Bag · Only the teacher"; empty when everything is.
QString selectionText(const Comparison& comparison, const Selection& selection, const std::optional<Said>& said = {});

}  // namespace gf
