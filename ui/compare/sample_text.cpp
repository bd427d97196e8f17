// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_text.h"

#include <QStringList>

#include "ui/compare/compare_page.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

QString nameOf(const Inspection& model) {
  return model.metadata ? QString::fromStdString(model.metadata->name)
                        : QString::fromStdString(model.path.stem().string());
}

/// As the outcome bar names its parts.
QString shortText(Outcome outcome) {
  switch (outcome) {
    case Outcome::OnlyTeacher:
      return ComparePage::tr("Only the teacher");
    case Outcome::OnlyStudent:
      return ComparePage::tr("Only the student");
    case Outcome::BothRight:
    case Outcome::BothWrong:
      break;
  }
  return outcomeText(outcome);
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
      return ComparePage::tr("Both right");
    case Outcome::OnlyTeacher:
      return ComparePage::tr("Only the teacher right");
    case Outcome::OnlyStudent:
      return ComparePage::tr("Only the student right");
    case Outcome::BothWrong:
      break;
  }
  return ComparePage::tr("Both wrong");
}

Answer answerOf(const Comparison& comparison, const Predictions& predictions, std::size_t sample) {
  const std::int32_t predicted = predictions.predicted[sample];
  return {predicted, predictions.confidence(sample), predicted == comparison.data.eval->labels()[sample]};
}

QString selectionText(const Comparison& comparison, const Selection& selection, const std::optional<Said>& said) {
  constexpr std::size_t kNamed = 2;
  QStringList parts;
  if (selection.classes.size() > kNamed) {
    parts << ComparePage::tr("%1 classes").arg(countText(static_cast<qint64>(selection.classes.size())));
  } else if (!selection.classes.empty()) {
    QStringList names;
    for (const int index : selection.classes) names << className(comparison, index);
    parts << names.join(QStringLiteral(", "));
  }
  // Beside the class that it was said of: where room is short, the end goes first.
  const QString answer = said ? QStringLiteral("→ ") + className(comparison, said->predicted) : QString();
  if (said && parts.isEmpty())
    parts << answer;
  else if (said)
    parts.back() += QStringLiteral(" ") + answer;
  if (selection.outcome) parts << shortText(*selection.outcome);
  return parts.join(QStringLiteral(" · "));
}

}  // namespace gf
