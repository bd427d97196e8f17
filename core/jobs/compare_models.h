// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "jobs/compare_job.h"
#include "models/classifier.h"
#include "models/label_fit.h"

namespace gf {

/// Why `file` cannot be used, which was inspected; nothing when it can.
std::optional<Error> problemOf(const std::filesystem::path& file, const Inspection& inspection);

/// Inspects in a child process and answers only what can be used. Throws Error(Input) with the file's rule, value and
/// remedy.
Inspection requireUsable(const ModelChoice& choice, const Control& control);

Classifier loadModel(const ModelChoice& choice, c10::Device device);
/// The same, answering for `classes` in their order; what that takes is logged. Throws Error(Input).
Classifier loadModelFor(const ModelChoice& choice, const NamedClasses& classes, c10::Device device);

ReportModel reportModelOf(const Inspection& inspection);

/// What CompareJob does, for jobs that begin with a comparison.
std::shared_ptr<Comparison> compareModels(const CompareRequest& request, const Control& control);

}  // namespace gf
