// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <memory>
#include <vector>

#include "jobs/compare_job.h"

namespace gf {

/// How sure both models are of every image, by sample; probabilities 0–1.
struct SampleScores {
  std::vector<double> teacherConfidence, studentConfidence;  ///< Of what the model says.
  std::vector<double> teacherOfTruth, studentOfTruth;        ///< Of the image's own class.
  double gap(std::size_t sample) const { return teacherOfTruth[sample] - studentOfTruth[sample]; }
};

/// One pass over both models' logits; null when `stop` was set meanwhile.
std::shared_ptr<const SampleScores> scoresOf(const Comparison& comparison, const std::atomic<bool>& stop);

/// Computes the scores of a comparison in the background: with 1,000 classes that takes seconds, not milliseconds.
class ScoreKeeper final : public QObject {
  Q_OBJECT
 public:
  explicit ScoreKeeper(QObject* parent = nullptr);
  ~ScoreKeeper() override;
  /// Forgets what was; ready() follows unless `comparison` is null or another one comes first.
  void setComparison(std::shared_ptr<const Comparison> comparison);
  const std::shared_ptr<const SampleScores>& scores() const { return scores_; }

 signals:
  void ready();

 private:
  std::shared_ptr<const SampleScores> scores_;
  std::shared_ptr<std::atomic<bool>> stop_;
  QThreadPool pool_;
};

}  // namespace gf
