// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_model.h"

#include <algorithm>

#include "ui/compare/sample_scores.h"
#include "ui/compare/sample_text.h"
#include "ui/style/numbers.h"

namespace gf {

void SampleModel::show(std::shared_ptr<const Comparison> comparison, const Selection& selection,
                       std::optional<Said> said) {
  beginResetModel();
  if (comparison != comparison_) scores_.reset();
  comparison_ = std::move(comparison);
  samples_.clear();
  if (comparison_) {
    const auto labels = comparison_->data.eval->labels();
    const std::vector<Outcome>& outcomes = comparison_->knowledge[kTeacher].outcomes;
    const Predictions& speaker =
        said && said->by == Slot::Teacher ? comparison_->teacherPredictions[kTeacher] : comparison_->studentPredictions;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (selection.outcome && outcomes[i] != *selection.outcome) continue;
      if (!selection.classes.empty() && !selection.classes.contains(labels[i])) continue;
      if (said && speaker.predicted[i] != said->predicted) continue;
      samples_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  sort();
  endResetModel();
}

void SampleModel::setScores(std::shared_ptr<const SampleScores> scores) {
  scores_ = std::move(scores);
  if (order_ == SampleOrder::Data) return;
  beginResetModel();
  sort();
  endResetModel();
}

void SampleModel::setOrder(SampleOrder order, bool reversed) {
  if (order == order_ && reversed == reversed_) return;
  beginResetModel();
  order_ = order;
  reversed_ = reversed;
  sort();
  endResetModel();
}

void SampleModel::sort() {
  std::sort(samples_.begin(), samples_.end());
  if (order_ == SampleOrder::Data || !scores_) {
    if (order_ == SampleOrder::Data && reversed_) std::reverse(samples_.begin(), samples_.end());
  } else {
    const auto value = [this](std::uint32_t at) {
      if (order_ == SampleOrder::Gap) return scores_->gap(at);
      return order_ == SampleOrder::TeacherConfidence ? scores_->teacherConfidence[at] : scores_->studentConfidence[at];
    };
    std::stable_sort(samples_.begin(), samples_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return reversed_ ? value(a) < value(b) : value(a) > value(b);
    });
  }
  rows_.assign(total(), -1);
  for (std::size_t row = 0; row < samples_.size(); ++row) rows_[samples_[row]] = static_cast<std::int32_t>(row);
}

std::size_t SampleModel::total() const {
  return comparison_ ? comparison_->knowledge[kTeacher].outcomes.size() : 0;
}

std::optional<int> SampleModel::rowOf(std::size_t sample) const {
  return sample < rows_.size() && rows_[sample] >= 0 ? std::optional<int>(rows_[sample]) : std::nullopt;
}

void SampleModel::imageChanged(std::size_t sample) {
  const std::optional<int> row = rowOf(sample);
  if (!row) return;
  const QModelIndex changed = index(*row);
  emit dataChanged(changed, changed, {Qt::DecorationRole});
}

int SampleModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(samples_.size());
}

QVariant SampleModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !comparison_) return {};
  const std::size_t at = sample(index.row());
  if (role == SampleRole) return static_cast<qulonglong>(at);
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole) return {};
  const QString truth = className(*comparison_, comparison_->data.eval->labels()[at]);
  if (role == Qt::DisplayRole) return truth;
  const auto line = [&](const QString& who, const Predictions& predictions) {
    const Answer answer = answerOf(*comparison_, predictions, at);
    return tr("%1 says %2 (%3), %4")
        .arg(who, className(*comparison_, answer.predicted), percentText(answer.confidence, 0),
             answer.right ? tr("right") : tr("wrong"));
  };
  QStringList lines{tr("%1: %2").arg(QString::fromStdString(comparison_->data.eval->sampleName(at)), truth),
                    line(teacherName(*comparison_), comparison_->teacherPredictions[kTeacher]),
                    line(studentName(*comparison_), comparison_->studentPredictions)};
  if (role == Qt::ToolTipRole) lines << tr("Double click or Enter shows it large.");
  return lines.join(role == Qt::ToolTipRole ? QStringLiteral("\n") : QStringLiteral("; "));
}

}  // namespace gf
