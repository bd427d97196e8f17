// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/control.h"
#include "data/dataset.h"
#include "models/classifier.h"
#include "transfer/record.h"

namespace gf {

/// One transfer from a teacher to a student. Knows nothing of threads or windows. The frozen student is a copy made
/// here; teacher and frozen student stay in eval mode; the last epoch's student counts.
class TransferRun {
 public:
  /// `teacherBefore`, `studentBefore`: predictions on the evaluation split, made beforehand. Throws Error when the
  /// models do not fit each other or the data (classes, trainability) and when there is no training split.
  TransferRun(TransferOptions options, Classifier teacher, Classifier student, DataSource data,
              Predictions teacherBefore, Predictions studentBefore);
  ~TransferRun();

  /// Runs to the end, or until a stop is asked for: then it returns with finished = false after evaluating the student
  /// so far. A non-finite objective throws Error(Run) naming the step.
  TransferOutcome run(const Control& control, RunObserver& observer);

  Classifier& student();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Before training: how a rule would partition the transfer set, split by outcome against the student. One evaluation
/// of each model on the transfer set, in eval mode and without augmentation.
struct PartitionPreview {
  std::size_t samples = 0;
  Routing supervised, unsupervised;
  std::vector<Routing> supervisedByClass, unsupervisedByClass;
  std::int64_t ties = 0;  ///< Samples on which both are equally sure of the label.
};
PartitionPreview previewPartition(Classifier& teacher, Classifier& student, const DataSource& data,
                                  const TransferOptions& options, const Control& control);

}  // namespace gf
