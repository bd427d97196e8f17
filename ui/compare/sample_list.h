// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <span>
#include <string>

#include "jobs/compare_job.h"

namespace gf {

struct SampleScores;

/// The images as CSV (RFC 4180, C locale, one header row), in the order given: index into the evaluation set, name,
/// truth, outcome (both_right, only_teacher, only_student, both_wrong), both predictions, both confidences, both
/// probabilities of the truth and their difference; shares 0–1, written so that they read back exactly.
std::string sampleListCsv(const Comparison& comparison, const SampleScores& scores,
                          std::span<const std::uint32_t> samples);

/// What the pair's list is called until the user says otherwise.
QString sampleListName(const Comparison& comparison);

}  // namespace gf
