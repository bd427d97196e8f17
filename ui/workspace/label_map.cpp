// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/label_map.h"

#include <QCoreApplication>

#include "base/error.h"
#include "ui/style/numbers.h"

namespace gf {
namespace {

QString sentence(const std::string& words) {
  QString text = QString::fromStdString(words);
  if (!text.isEmpty() && !text.endsWith(QLatin1Char('.'))) text += QLatin1Char('.');
  return text;
}

}  // namespace

QString listText(const QStringList& names, int most) {
  if (names.size() <= most) return names.join(QStringLiteral(", "));
  return QCoreApplication::translate("gf::LabelMap", "%1 and %2 more")
      .arg(names.mid(0, most).join(QStringLiteral(", ")), countText(names.size() - most));
}

LabelMap mapLabels(const Inspection& model, const NamedClasses& wanted, ModelRole role) {
  LabelMap map;
  if (!model.metadata) return map;
  map.model = QString::fromStdString(model.metadata->name);
  map.role = role;
  const NamedClasses own = classesOf(*model.metadata);
  try {
    map.columns = columnsFor(own.owner, own, wanted);
    for (std::size_t k = 0; k < map.columns.size(); ++k)
      if (map.columns[k] < 0) map.missing << QString::fromStdString(wanted.names[k]);
    map.problem = sentence(labelObstacle(own, wanted, /*mayMiss=*/role == ModelRole::Teacher));
    if (map.problem.isEmpty()) map.note = sentence(labelNote(own, wanted));
  } catch (const Error& error) {
    map.problem = QString::fromUtf8(error.what());
  }
  if (!map.problem.isEmpty()) map.columns.clear();
  return map;
}

}  // namespace gf
