// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/control.h"
#include "data/crop_cache.h"
#include "data/dataset.h"
#include "models/classifier.h"
#include "transfer/frozen_cache.h"
#include "transfer/record.h"

namespace gf {

/// What a transfer is made from. Predictions are of the evaluation split, made beforehand.
struct TransferInput {
  TransferOptions options;
  std::vector<Classifier> teachers;  ///< None: supervised training, which XE-KL at λ = 0 is.
  Classifier student;
  DataSource data;
  std::vector<Predictions> teachersBefore;  ///< One per teacher.
  Predictions studentBefore;
  std::vector<std::uint32_t> leftOut{};  ///< Of the training split; not to be read.
  bool headOnly = false;               ///< Only the classifier head trains; the student stays in eval mode throughout.
  std::optional<FrozenCache> cache{};  ///< Where answers of frozen models are kept; without it all models run.
  std::optional<CropCache> crops{};    ///< Where decoded images are kept; without it every pass decodes.
};

/// A transfer from one or several teachers to a student: one stage, or several (sequential, soup); without a teacher a
/// supervised training, of which gain and loss are against the model before it. Knows nothing of
/// threads or windows. Frozen students are copies made here; teachers and frozen students stay in eval mode; the last
/// epoch's student counts. Every stage is the transfer it would be alone: it begins with its own optimiser and the same
/// seed.
class TransferRun {
 public:
  /// Throws Error when the models do not fit each other, the data or the method, when there is no training split, and
  /// when options do not go together.
  explicit TransferRun(TransferInput input);
  ~TransferRun();

  /// From now on states are saved in `folder`, every `saveEvery` epochs and when a stop is asked for.
  void keepStatesIn(const std::filesystem::path& folder);
  /// Takes up the newest state of that folder that can be read; false when there is none. Throws Error(Input) when it
  /// is of another run.
  bool resume();

  /// Runs to the end, or until a stop is asked for: then it returns with finished = false after evaluating the student
  /// so far. A non-finite objective throws Error(Run) naming the step and its samples; weights and the last saved state
  /// are then those before it, and failed-batch.json beside the states lists the samples.
  TransferOutcome run(const Control& control, RunObserver& observer);

  /// The student that counts: of MCL the slow weights, of a soup the mean.
  Classifier& student();
  /// MCL: the fast weights; else null.
  Classifier* fastStudent();
  /// Soup: the students of the finished branches, in the order of the teachers.
  const std::vector<Classifier>& branches() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The teachers' positions in the order in which a run takes them: sequential ones by ascending accuracy unless the
/// order is given (ties: as given), others as given.
std::vector<std::size_t> teacherOrder(const TransferOptions& options, const std::vector<double>& accuracies);

/// Before training: how a rule would partition the transfer set, split by outcome against the student. One evaluation
/// of each model on the transfer set, in eval mode and without augmentation. Of several teachers in parallel all
/// compete; of sequential ones and of a soup each is looked at alone, against the student as it now is. `leftOut` as
/// TransferInput's.
struct PartitionPreview {
  std::size_t samples = 0;
  Routing supervised, unsupervised;  ///< To any teacher in parallel, else to the first one that would teach.
  std::vector<Routing> supervisedByClass, unsupervisedByClass;
  std::vector<Routing> supervisedByTeacher, unsupervisedByTeacher;  ///< In the order given.
  std::int64_t ties = 0;  ///< Samples on which no teacher is surer of the label than the student and one is as sure.
  std::vector<std::int64_t> tiesByClass;
};
PartitionPreview previewPartition(std::vector<Classifier>& teachers, Classifier& student, const DataSource& data,
                                  const TransferOptions& options, const std::vector<double>& accuracies,
                                  const Control& control, const std::vector<std::uint32_t>& leftOut = {});

}  // namespace gf
