// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/pair_statistics.h"

#include <cmath>

#include "knowledge/statistics.h"
#include "ui/compare/compare_page.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

constexpr std::uint64_t kSeed = 0;  // the interval of a pair is always the same
constexpr double kSignificant = 0.05;

QString chanceText(double p) {
  if (p < 0.001) return QStringLiteral("p < 0.001");
  return QStringLiteral("p = ") + numberText(p, p < 0.1 ? 3 : 2);
}

}  // namespace

QString pairStatistics(const OutcomeCounts& counts, const QString& what) {
  const auto tr = [](const char* text) { return ComparePage::tr(text); };
  const QString images = counts.samples == 1 ? tr("1 image") : tr("%1 images").arg(countText(counts.samples));
  const QString where = what.isEmpty() ? images : tr("%1, %2").arg(what, images);
  if (counts.samples == 0) return tr("%1: nothing to compare.").arg(where);
  if (counts.onlyTeacher + counts.onlyStudent == 0) {
    return tr("%1: both models are right on the same ones.").arg(where);
  }
  const Interval interval = bootstrapDelta(counts.onlyTeacher, counts.onlyStudent, counts.samples, kSeed);
  const double p = mcnemar(counts.onlyTeacher, counts.onlyStudent);
  const double points = 100 * counts.deltaAccuracy();
  QString difference = tr("no difference");
  if (points > 0) difference = tr("teacher ahead by %1 points").arg(numberText(points, 2));
  if (points < 0) difference = tr("teacher behind by %1 points").arg(numberText(-points, 2));
  return tr("%1: %2 (95 % interval %3 to %4; exact McNemar %5, %6).")
      .arg(where, difference, signedText(100 * interval.low, 2), signedText(100 * interval.high, 2), chanceText(p),
           p < kSignificant ? tr("hardly chance") : tr("may be chance"));
}

}  // namespace gf
