// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/objective_text.h"

#include <QCoreApplication>

#include "options/option_table.h"

namespace gf {
namespace {

QString number(double value) {
  return QString::fromStdString(valueText(OptionValue(value)));
}

QString tr(const char* text) {
  return QCoreApplication::translate("objective", text);
}

/// σ(z_who/T), without the division at T = 1.
QString softened(const QString& who, double temperature) {
  const QString logits = QStringLiteral("z<sub>%1</sub>").arg(who);
  return temperature == 1 ? QStringLiteral("σ(%1)").arg(logits)
                          : QStringLiteral("σ(%1&thinsp;/&thinsp;%2)").arg(logits, number(temperature));
}

QString divergence(const TransferOptions& options, const QString& target) {
  const QString t = softened(target, options.temperature), s = softened(QStringLiteral("s"), options.temperature);
  const bool usual = options.direction == Direction::TargetStudent;
  const QString scale =
      options.temperature == 1 ? QString() : number(options.temperature * options.temperature) + QStringLiteral(" · ");
  return scale + QStringLiteral("KL(%1 ‖ %2)").arg(usual ? t : s, usual ? s : t);
}

}  // namespace

QString objectiveFormula(const TransferOptions& options) {
  const double lambda = lambdaOf(options);
  QString text;
  if (usesPartition(options.method)) {
    text = QStringLiteral("m<sub>t</sub> · %1 + m<sub>st</sub> · %2")
               .arg(divergence(options, QStringLiteral("t")), divergence(options, QStringLiteral("st")));
    if (lambda < 1) text = QStringLiteral("%1 · [%2]").arg(number(lambda), text);
  } else {
    text = divergence(options, QStringLiteral("t"));
    if (lambda < 1) text = QStringLiteral("%1 · %2").arg(number(lambda), text);
  }
  if (lambda < 1) text += QStringLiteral(" + %1 · XE(z<sub>s</sub>, y)").arg(number(1 - lambda));
  return text;
}

QString objectiveSentence(const TransferOptions& options) {
  switch (options.method) {
    case Method::Kl:
      return tr("Every sample follows the teacher t.");
    case Method::XeKl:
      return tr("Every sample follows the teacher t, with cross-entropy (XE) against its label y beside it.");
    case Method::KlDp:
      return tr(
          "A sample follows the teacher t where t is surer of its label than the frozen student st (mask m), else st.");
    case Method::KlDpUnsup:
      break;
  }
  return tr(
      "A sample follows the teacher t where t is surer of its own answer than the frozen student st (mask m), else "
      "st.");
}

}  // namespace gf
