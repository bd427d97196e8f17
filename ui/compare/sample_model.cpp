// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_model.h"

#include <algorithm>

#include "ui/compare/sample_text.h"
#include "ui/style/numbers.h"

namespace gf {

void SampleModel::show(std::shared_ptr<const Comparison> comparison, const Selection& selection) {
  beginResetModel();
  comparison_ = std::move(comparison);
  samples_.clear();
  if (comparison_) {
    const auto labels = comparison_->data.eval->labels();
    const std::vector<Outcome>& outcomes = comparison_->knowledge[kTeacher].outcomes;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (selection.outcome && outcomes[i] != *selection.outcome) continue;
      if (!selection.classes.empty() && !selection.classes.contains(labels[i])) continue;
      samples_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  endResetModel();
}

std::size_t SampleModel::total() const {
  return comparison_ ? comparison_->knowledge[kTeacher].outcomes.size() : 0;
}

void SampleModel::imageChanged(std::size_t sample) {
  const auto found = std::lower_bound(samples_.begin(), samples_.end(), sample);
  if (found == samples_.end() || *found != sample) return;
  const QModelIndex changed = index(static_cast<int>(found - samples_.begin()));
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
  const QStringList lines{tr("%1: %2").arg(QString::fromStdString(comparison_->data.eval->sampleName(at)), truth),
                          line(teacherName(*comparison_), comparison_->teacherPredictions[kTeacher]),
                          line(studentName(*comparison_), comparison_->studentPredictions)};
  return lines.join(role == Qt::ToolTipRole ? QStringLiteral("\n") : QStringLiteral("; "));
}

}  // namespace gf
