// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/command_text.h"

#include <QRegularExpression>

namespace gf {

QString commandText(const QStringList& words) {
  static const QRegularExpression plain(QStringLiteral("\\A[A-Za-z0-9_./:=,+-]+\\z"));
  QStringList quoted;
  for (QString word : words) {
    if (!plain.match(word).hasMatch()) {
      word = '\'' + word.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + '\'';
    }
    quoted << word;
  }
  return quoted.join(' ');
}

}  // namespace gf
