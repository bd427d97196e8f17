// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/numbers.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

namespace gf {

namespace {

// Sentences from core/ are English, so the numbers beside them are, too.
const QLocale& locale() {
  static const QLocale english(QLocale::English, QLocale::UnitedStates);
  return english;
}

const QChar kMinus(0x2212);

bool roundsToZero(double value, int decimals) {
  return std::abs(value) < 0.5 * std::pow(10.0, -decimals);
}

}  // namespace

QString countText(qint64 count) {
  return locale().toString(count);
}

QString numberText(double value, int decimals) {
  if (!std::isfinite(value)) return QStringLiteral("–");
  const QString digits = locale().toString(roundsToZero(value, decimals) ? 0.0 : std::abs(value), 'f', decimals);
  return value < 0 && !roundsToZero(value, decimals) ? kMinus + digits : digits;
}

QString percentText(double share, int decimals) {
  return numberText(100 * share, decimals) + QStringLiteral(" %");
}

QString signedText(double value, int decimals) {
  const QString text = numberText(value, decimals);
  return value > 0 && !roundsToZero(value, decimals) ? '+' + text : text;
}

QString timeLeftText(double seconds) {
  const auto words = [](const char* text) { return QCoreApplication::translate("numbers", text); };
  if (!(seconds >= 0) || !std::isfinite(seconds)) return {};
  if (seconds < 1) return words("a moment left");
  if (seconds < 90) return words("about %1 s left").arg(std::lround(seconds));
  if (seconds < 90 * 60) return words("about %1 min left").arg(std::lround(seconds / 60));
  return words("about %1 h left").arg(numberText(seconds / 3600, 1));
}

}  // namespace gf
