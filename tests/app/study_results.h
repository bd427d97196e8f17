// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QJsonDocument>
#include <QMap>

#include "tests/app/workbench.h"

namespace gf_test {

/// Of each cell of the study in a folder how far the weights went, to the last digit, with what they gained and lost.
inline QMap<QString, QString> studyResults(const QString& study) {
  QMap<QString, QString> found;
  for (const QString& cell : QDir(study + "/cells").entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
    const QByteArray report = bytesOf(study + "/cells/" + cell + "/report.json");
    const QJsonObject transfer = QJsonDocument::fromJson(report).object()["transfer"].toObject();
    const QString distance = QString::number(transfer["weight_distance"].toDouble(), 'g', 17);
    found[cell] = QString("%1 %2 %3").arg(distance).arg(transfer["gained"].toInt()).arg(transfer["lost"].toInt());
  }
  return found;
}

}  // namespace gf_test
