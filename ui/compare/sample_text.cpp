// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_text.h"

#include <QCoreApplication>
#include <QStringList>

#include "ui/style/numbers.h"

namespace gf {

namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("gf::ComparePage", text);
}

QString nameOf(const Inspection& model) {
  return model.metadata ? QString::fromStdString(model.metadata->name)
                        : QString::fromStdString(model.path.stem().string());
}

}  // namespace

QString className(const Comparison& comparison, std::int32_t index) {
  const auto& names = comparison.data.eval->classNames();
  return index >= 0 && static_cast<std::size_t>(index) < names.size()
             ? QString::fromStdString(names[static_cast<std::size_t>(index)])
             : QString::number(index);
}

QString teacherName(const Comparison& comparison) {
  return nameOf(comparison.teachers.at(kTeacher));
}
QString studentName(const Comparison& comparison) {
  return nameOf(comparison.student);
}

QString outcomeText(Outcome outcome) {
  switch (outcome) {
    case Outcome::BothRight:
      return tr("Both right");
    case Outcome::OnlyTeacher:
      return tr("Only the teacher right");
    case Outcome::OnlyStudent:
      return tr("Only the student right");
    case Outcome::BothWrong:
      break;
  }
  return tr("Both wrong");
}

Answer answerOf(const Comparison& comparison, const Predictions& predictions, std::size_t sample) {
  const std::int32_t predicted = predictions.predicted[sample];
  return {predicted, predictions.confidence(sample), predicted == comparison.data.eval->labels()[sample]};
}

QString selectionText(const Comparison& comparison, const Selection& selection) {
  constexpr std::size_t kNamed = 2;
  QStringList parts;
  if (selection.classes.size() > kNamed) {
    parts << tr("%1 classes").arg(countText(static_cast<qint64>(selection.classes.size())));
  } else if (!selection.classes.empty()) {
    QStringList names;
    for (const int index : selection.classes) names << className(comparison, index);
    parts << names.join(QStringLiteral(", "));
  }
  if (selection.outcome) parts << outcomeText(*selection.outcome);
  return parts.join(QStringLiteral(" · "));
}

}  // namespace gf
