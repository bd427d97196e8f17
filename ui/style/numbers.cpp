// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/numbers.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <charconv>
#include <cmath>

namespace gf {

namespace {

// Sentences from core/ are English, so the numbers beside them are, too.
const QLocale& locale() {
  static const QLocale english(QLocale::English, QLocale::UnitedStates);
  return english;
}

const QChar kMinus(0x2212);

/// Rounded as core/ rounds, to even where a value lies halfway (17.25 → 17.2), which QLocale does not: else a sentence
/// and the figure beside it would tell of the same images in two ways.
QString digitsOf(double value, int decimals) {
  char digits[400];  // the largest double has 309 before the point
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, decimals);
  if (end.ec != std::errc()) return locale().toString(value, 'f', decimals);
  QString text = QString::fromLatin1(digits, end.ptr - digits);
  const qsizetype point = text.indexOf(u'.');
  for (qsizetype at = (point < 0 ? text.size() : point) - 3; at > 0; at -= 3) text.insert(at, u',');
  return text;
}

bool isZero(const QString& digits) {
  return std::all_of(digits.begin(), digits.end(), [](QChar each) { return !each.isDigit() || each == u'0'; });
}

}  // namespace

QString countText(qint64 count) {
  return locale().toString(count);
}

QString numberText(double value, int decimals) {
  if (!std::isfinite(value)) return QStringLiteral("–");
  const QString digits = digitsOf(std::abs(value), decimals);
  return value < 0 && !isZero(digits) ? kMinus + digits : digits;
}

QString percentText(double share, int decimals) {
  return numberText(100 * share, decimals) + QStringLiteral(" %");
}

QString signedText(double value, int decimals) {
  const QString text = numberText(value, decimals);
  return value > 0 && !isZero(text) ? '+' + text : text;
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
