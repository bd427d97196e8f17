// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/objective_text.h"

#include <QCoreApplication>
#include <QStringList>
#include <cmath>

#include "options/option_table.h"
#include "ui/style/numbers.h"

namespace gf {
namespace {

QString number(double value) {
  return QString::fromStdString(valueText(OptionValue(value)));
}

/// 1 − value without the rounding of binary fractions: 0.3, not 0.30000000000000004.
QString rest(double value) {
  return number(std::round((1 - value) * 1e12) / 1e12);
}

QString tr(const char* text) {
  return QCoreApplication::translate("objective", text);
}

bool atOnce(const TransferOptions& options, std::size_t teachers) {
  return teachers > 1 && options.teachers == TeacherMode::Parallel && usesPartition(options.method);
}

/// σ(z_who/T), without the division at T = 1; over the top k classes σ_k.
QString softened(const QString& who, const TransferOptions& options) {
  const QString logits = QStringLiteral("z<sub>%1</sub>").arg(who);
  const QString softmax = options.topK > 0 ? QStringLiteral("σ<sub>%1</sub>").arg(options.topK) : QStringLiteral("σ");
  if (options.temperature == 1) return QStringLiteral("%1(%2)").arg(softmax, logits);
  return QStringLiteral("%1(%2&thinsp;/&thinsp;%3)").arg(softmax, logits, number(options.temperature));
}

/// The term that compares the student's distribution with a target's.
QString divergence(const TransferOptions& options, const QString& target) {
  const QString t = softened(target, options), s = softened(QStringLiteral("s"), options);
  const QString scale =
      options.temperature == 1 ? QString() : number(options.temperature * options.temperature) + QStringLiteral(" · ");
  if (options.method == Method::Ce) return scale + QStringLiteral("XE(%2, %1)").arg(t, s);
  const bool usual = options.direction == Direction::TargetStudent;
  return scale + QStringLiteral("KL(%1 ‖ %2)").arg(usual ? t : s, usual ? s : t);
}

QString partition(const TransferOptions& options, bool several) {
  const QString st = QStringLiteral("m<sub>st</sub> · ") + divergence(options, QStringLiteral("st"));
  if (!several) return QStringLiteral("m<sub>t</sub> · %1 + %2").arg(divergence(options, QStringLiteral("t")), st);
  return QStringLiteral("Σ<sub>j</sub> m<sub>t<sub>j</sub></sub> · %1 + %2")
      .arg(divergence(options, QStringLiteral("t<sub>j</sub>")), st);
}

QString labelTerm(const TransferOptions& options) {
  return options.labelSmoothing > 0 ? QStringLiteral("XE(z<sub>s</sub>, y<sub>ε</sub>)")
                                    : QStringLiteral("XE(z<sub>s</sub>, y)");
}

/// What is done to the weights beside the objective: Eq. 3.
QString slowWeights(const TransferOptions& options) {
  return QStringLiteral("<br>θ<sub>slow</sub> ← %1 · θ<sub>slow</sub> + %2 · θ<sub>fast</sub>")
      .arg(number(options.mclTau), rest(options.mclTau));
}

QString whomSamplesFollow(const TransferOptions& options, bool several) {
  switch (options.method) {
    case Method::Kl:
      return tr("Every sample follows the teacher t.");
    case Method::XeKl:
      return tr("Every sample follows the teacher t, with cross-entropy (XE) against its label y beside it.");
    case Method::XeKlMcl:
      return tr("The fast weights train with it: every sample follows the teacher t, with cross-entropy (XE) against "
                "its label y. The slow weights follow them every %1 steps; they are the student.")
          .arg(countText(options.mclEvery));
    case Method::KlDp:
      return several ? tr("A sample follows whoever is surest of its label (mask m): the frozen student st or one of "
                          "the teachers.")
                     : tr("A sample follows the teacher t where t is surer of its label than the frozen student st "
                          "(mask m), else st.");
    case Method::KlDpUnsup:
      return several ? tr("A sample follows whoever is surest of its own answer (mask m): the frozen student st or one "
                          "of the teachers.")
                     : tr("A sample follows the teacher t where t is surer of its own answer than the frozen student "
                          "st (mask m), else st.");
    case Method::Ce:
      return tr("Every sample follows the teacher t: cross-entropy (XE) with its soft labels.");
    case Method::Cd:
      return tr(
          "S holds the cosine similarities of the batch's penultimate features, sample by sample: images that look "
          "alike to the teacher t shall look alike to the student.");
    case Method::Crd:
      break;
  }
  return tr("h is a sample's penultimate features in a shared space of 128 dimensions: close to the teacher's of the "
            "same image, far from up to %1 images of other classes. Both heads train along.")
      .arg(countText(options.crdNegatives));
}

QString severalTeachers(const TransferOptions& options, std::size_t teachers) {
  const QString count = countText(static_cast<qint64>(teachers));
  switch (options.teachers) {
    case TeacherMode::Parallel:
      return tr("One transfer from %1 teachers at once.").arg(count);
    case TeacherMode::Soup:
      return tr("%1 transfers from the same student; their weights are averaged.").arg(count);
    case TeacherMode::Sequential:
      break;
  }
  return options.teacherOrder == TeacherOrder::Ascending
             ? tr("%1 transfers one after the other, the least accurate teacher first; each starts from the last one's "
                  "student.")
                   .arg(count)
             : tr("%1 transfers one after the other, in the order of the list; each starts from the last one's "
                  "student.")
                   .arg(count);
}

}  // namespace

QString objectiveFormula(const TransferOptions& options, std::size_t teachers) {
  if (options.method == Method::Crd) {
    return QStringLiteral("%1 + %2 · CRD(h<sub>t</sub>, h<sub>s</sub>)")
        .arg(labelTerm(options), number(options.crdWeight));
  }
  const double lambda = lambdaOf(options);
  QString text;
  if (usesPartition(options.method)) {
    text = partition(options, atOnce(options, teachers));
    if (lambda < 1) text = QStringLiteral("%1 · [%2]").arg(number(lambda), text);
  } else {
    text = options.method == Method::Cd ? QStringLiteral("KL(σ(S<sub>t</sub>) ‖ σ(S<sub>s</sub>))")
                                        : divergence(options, QStringLiteral("t"));
    if (lambda < 1) text = QStringLiteral("%1 · %2").arg(number(lambda), text);
  }
  if (lambda < 1) text += QStringLiteral(" + %1 · %2").arg(rest(lambda), labelTerm(options));
  if (options.method == Method::XeKlMcl) text += slowWeights(options);
  return text;
}

QString objectiveSentence(const TransferOptions& options, std::size_t teachers) {
  QStringList sentences{whomSamplesFollow(options, atOnce(options, teachers))};
  const bool comparesLogits = !usesFeatures(options.method);
  if (comparesLogits && options.topK > 0) {
    sentences << tr("σ is taken over the %1 classes that the target ranks highest.").arg(countText(options.topK));
  }
  const bool hasLabels = options.method == Method::Crd || lambdaOf(options) < 1;
  if (hasLabels && options.labelSmoothing > 0) {
    sentences << tr("Labels are smoothed: a share of %1 of each is spread over all classes.")
                     .arg(number(options.labelSmoothing));
  }
  if (options.warmupLinearEpochs > 0) {
    sentences << (options.warmupLinearEpochs == 1 ? tr("Before that, the classifier head trains alone for one epoch.")
                                                  : tr("Before that, the classifier head trains alone for %1 epochs.")
                                                        .arg(countText(options.warmupLinearEpochs)));
  }
  if (teachers > 1) sentences << severalTeachers(options, teachers);
  return sentences.join(QLatin1Char(' '));
}

}  // namespace gf
