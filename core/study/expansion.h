// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "study/plan.h"

namespace gf {

/// A checkpoint of the shelf that a plan is expanded over.
struct PlanModel {
  std::filesystem::path path;
  std::string name, family, sha256;
  std::int64_t parameters = 0, fileBytes = 0;
  bool canLearn = true;  ///< False for traced modules.
};

/// One transfer of a study.
struct PlannedCell {
  std::string id;    ///< 64 hexadecimal digits: the hash of what decides the result (models, data, options).
  std::string name;  ///< Of its folder: "kl-dp-all-mlp-from-tops-resnet-s0-<first 12 of the id>".
  std::size_t student = 0;
  std::vector<std::size_t> teachers;  ///< Positions among the models.
  TransferOptions options;            ///< With its seed.
};

/// What a plan amounts to on a shelf and data.
struct StudyExpansion {
  std::vector<PlannedCell> cells;      ///< By setting, student, teacher, seed; teams behind. No two have the same id.
  std::vector<std::string> selfPairs;  ///< "a → a": flagged and left out.
  std::vector<std::string> notes;      ///< A line each: selectors that fit no model, students that cannot learn.
};

/// A pure function of its arguments. Throws Error(Usage) when there is no cell, naming why.
StudyExpansion expandPlan(const StudyPlan& plan, std::span<const PlanModel> models, const std::string& dataIdentity);

/// Whether `selector` means this model.
bool selects(const ModelSelector& selector, const PlanModel& model);

}  // namespace gf
