// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_details.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>

#include "ui/style/numbers.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(gf::ModelDetails)
};

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString listOf(const std::vector<double>& values) {
  QStringList parts;
  for (const double value : values) parts << QString::number(value, 'g', 4);
  return parts.join(QStringLiteral(", "));
}

QString classesOf(const std::vector<std::string>& classes) {
  constexpr std::size_t kMost = 12;
  QStringList names;
  for (std::size_t i = 0; i < std::min(kMost, classes.size()); ++i) names << text(classes[i]);
  QString words = Words::tr("%1: %2").arg(countText(qint64(classes.size())), names.join(QStringLiteral(", ")));
  if (classes.size() > kMost) words += QStringLiteral(", …");
  return words;
}

void addMetadata(const ModelMetadata& metadata, InspectorContent& content) {
  const auto add = [&content](const QString& label, const QString& value) {
    if (!value.isEmpty()) content.rows << InspectorContent::Row{label, value};
  };
  const auto& [channels, height, width] = metadata.inputSize;
  add(Words::tr("Family"), text(metadata.family));
  if (metadata.referenceAccuracy) {
    add(Words::tr("Stated accuracy"),
        Words::tr("%1 on %2")
            .arg(percentText(metadata.referenceAccuracy->value), text(metadata.referenceAccuracy->data)));
  }
  add(Words::tr("Classes"), classesOf(metadata.classes));
  add(Words::tr("Input (C × H × W)"), QStringLiteral("%1 × %2 × %3").arg(channels).arg(height).arg(width));
  add(Words::tr("Mean"), listOf(metadata.mean));
  add(Words::tr("Standard deviation"), listOf(metadata.std));
  add(Words::tr("Scaling"),
      Words::tr("%1, crop %2 (%3)")
          .arg(text(metadata.interpolation), percentText(metadata.cropPct), text(metadata.cropMode)));
  add(Words::tr("Source"), text(metadata.source));
  add(Words::tr("Licence"), text(metadata.licence));
}

}  // namespace

InspectorContent detailsOf(const ShelfModel::Row& row) {
  const Inspection& inspection = row.inspection;
  InspectorContent content;
  const QString path = text(row.choice.path.string());
  content.title = inspection.metadata ? text(inspection.metadata->name) : QFileInfo(path).fileName();
  content.note = shelfExplanation(row);
  content.warning = !row.pending && !inspection.usable();
  const auto add = [&content](const QString& label, const QString& value) {
    if (!value.isEmpty()) content.rows << InspectorContent::Row{label, value};
  };
  if (inspection.parameters > 0) add(Words::tr("Parameters"), countText(inspection.parameters));
  if (inspection.metadata) addMetadata(*inspection.metadata, content);
  add(Words::tr("Architecture"), text(inspection.architecture));
  if (inspection.readable) {
    add(Words::tr("Penultimate features"), inspection.hasFeatures ? Words::tr("offered") : Words::tr("not offered"));
  }
  if (inspection.fileBytes > 0) add(Words::tr("File size"), QLocale::c().formattedDataSize(inspection.fileBytes, 1));
  add(Words::tr("File"), path);
  add(Words::tr("SHA-256"), text(inspection.sha256));
  return content;
}

QString countsOf(const ShelfModel& shelf) {
  int unusable = 0, pending = 0;
  for (const ShelfModel::Row& row : shelf.rows()) {
    pending += row.pending;
    unusable += !row.pending && !row.inspection.usable();
  }
  if (!shelf.rowCount()) return {};
  QString words =
      shelf.rowCount() == 1 ? Words::tr("1 model") : Words::tr("%1 models").arg(countText(shelf.rowCount()));
  if (pending) words += Words::tr(", %1 being read").arg(countText(pending));
  if (unusable) words += Words::tr(", %1 cannot be used yet").arg(countText(unusable));
  return words;
}

QString swapBlocked(const Workspace& workspace) {
  const QString teacher = workspace.pathIn(Slot::Teacher);
  if (teacher.isEmpty() && workspace.pathIn(Slot::Student).isEmpty()) return Words::tr("Both slots are empty.");
  return teacher.isEmpty() ? QString() : workspace.slotBlocked(Slot::Student, teacher);
}

}  // namespace gf
