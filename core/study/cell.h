// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "options/transfer_options.h"
#include "transfer/record.h"

namespace gf {

/// A model as a study knows it. What makes it the same model elsewhere is its hash.
struct StudyModel {
  std::string name, family, sha256;
  std::int64_t parameters = 0;
  double accuracy = 0;  ///< On the evaluation set, before any transfer, 0–1.
};

/// How much of the teacher's knowledge arrived in the classes that hold `percent` % of the positive flips (Fig. 5a).
struct SetRate {
  int percent = 0;
  std::optional<double> paper, strict;  ///< See TransferRate; nothing without flips.
};

/// One finished transfer as plain numbers; shares 0–1.
struct StudyCell {
  std::string from;  ///< The folder it was read from, for messages.
  std::string data;  ///< Name and hash of what it was evaluated on: cells of one study share it.
  StudyModel student;
  std::vector<StudyModel> teachers;  ///< In the order they were given.
  TransferOptions options;
  double gain = 0, loss = 0, delta = 0;  ///< Δtransf = gain − loss.
  /// Change of the flips against the teacher (any of several).
  double deltaPositive = 0, deltaNegative = 0;
  std::vector<SetRate> rates;                            ///< Of rising percentages, the last 100.
  std::optional<double> routedPositive, routedNegative;  ///< Shares of the flips that went to a teacher.
  /// Of several teachers one after the other (Fig. 11): whom each stage learnt from, and the evaluations, without their
  /// classes. Empty for other cells, and where nothing was recorded.
  std::vector<std::string> stages;
  std::vector<EvaluationRecord> course;
};

/// What two transfers must share to be runs of one setting: the options that act on the method's result, without seed,
/// place and pace of the work, and without what several teachers are to a student.
TransferOptions settingOf(const TransferOptions& options);
/// Names that tell settings apart: the method's, with the options in which settings of one method differ ("KL+DP, lr
/// 0.001").
std::vector<std::string> settingNames(const std::vector<TransferOptions>& settings);

/// Whether a model teaches itself: the paper's 400 pairs hold one. Such cells enter no aggregate.
bool isSelfPair(const StudyCell& cell);
/// "tops-resnet → all-mlp".
std::string pairName(const StudyCell& cell);

}  // namespace gf
