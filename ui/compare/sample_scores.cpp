// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_scores.h"

#include <cmath>

#include "ui/compare/sample_text.h"

namespace gf {

namespace {

/// The same sums as Predictions::probability, both answers from one pass.
bool score(const Predictions& predictions, Labels labels, std::vector<double>& confidence, std::vector<double>& ofTruth,
           const std::atomic<bool>& stop) {
  confidence.reserve(predictions.samples);
  ofTruth.reserve(predictions.samples);
  for (std::size_t i = 0; i < predictions.samples; ++i) {
    if (stop) return false;
    const auto row = predictions.row(i);
    const double highest = row[static_cast<std::size_t>(predictions.predicted[i])];
    double sum = 0;
    for (const float value : row) sum += std::exp(value - highest);
    confidence.push_back(1 / sum);
    ofTruth.push_back(std::exp(row[static_cast<std::size_t>(labels[i])] - highest) / sum);
  }
  return true;
}

}  // namespace

std::shared_ptr<const SampleScores> scoresOf(const Comparison& comparison, const std::atomic<bool>& stop) {
  auto scores = std::make_shared<SampleScores>();
  const Labels labels = comparison.data.eval->labels();
  const bool whole =
      score(comparison.teacherPredictions[kTeacher], labels, scores->teacherConfidence, scores->teacherOfTruth, stop) &&
      score(comparison.studentPredictions, labels, scores->studentConfidence, scores->studentOfTruth, stop);
  return whole ? scores : nullptr;
}

ScoreKeeper::ScoreKeeper(QObject* parent) : QObject(parent) {
  pool_.setMaxThreadCount(1);
}

ScoreKeeper::~ScoreKeeper() {
  // The task refers to this object; told to stop, it ends within one image.
  if (stop_) *stop_ = true;
  pool_.waitForDone();
}

void ScoreKeeper::setComparison(std::shared_ptr<const Comparison> comparison) {
  if (stop_) *stop_ = true;
  scores_.reset();
  stop_.reset();
  if (!comparison) return;
  stop_ = std::make_shared<std::atomic<bool>>(false);
  pool_.start([this, comparison = std::move(comparison), stop = stop_] {
    auto scores = scoresOf(*comparison, *stop);
    if (!scores) return;
    QMetaObject::invokeMethod(
        this,
        [this, stop, scores] {
          if (*stop) return;
          scores_ = scores;
          emit ready();
        },
        Qt::QueuedConnection);
  });
}

}  // namespace gf
