// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/figure_names.h"

#include <QCoreApplication>
#include <map>

namespace gf {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(gf::FigureLibrary)
};

/// By id, before a teacher's name.
const std::map<QString, QString>& names() {
  static const std::map<QString, QString> all{{"outcomes", Words::tr("Outcomes")},
                                              {"flips", Words::tr("Flips by class")},
                                              {"said-instead", Words::tr("Said instead")},
                                              {"partition", Words::tr("Partition")},
                                              {"partition-unsup", Words::tr("Partition without labels")},
                                              {"top-similarity", Words::tr("Likeness of top classes")},
                                              {"groups", Words::tr("Groups of classes")},
                                              {"class-map", Words::tr("Class map")},
                                              {"meaning-map", Words::tr("Map of meaning")},
                                              {"similarity", Words::tr("Similarity of classes")},
                                              {"gain-loss", Words::tr("Gain and loss")},
                                              {"gain-against-loss", Words::tr("Gain against loss")},
                                              {"delta", Words::tr("Delta")},
                                              {"class-changes", Words::tr("Gained and forgotten classes")},
                                              {"classes-over-time", Words::tr("Classes over time")},
                                              {"transfer-rate", Words::tr("Transfer rate")},
                                              {"routing", Words::tr("Routing")},
                                              {"routing-live", Words::tr("Routing over time")},
                                              {"teacher-share", Words::tr("Share to the teacher")},
                                              {"interpolation", Words::tr("Between students")},
                                              {"objective", Words::tr("Objective")},
                                              {"weight-distance", Words::tr("Weight distance")},
                                              {"speed", Words::tr("Speed")},
                                              {"memory", Words::tr("Memory")},
                                              {"shelf-flips", Words::tr("Flips over accuracy")},
                                              {"shelf-entropy", Words::tr("Entropy over flips")},
                                              {"shelf-matrix", Words::tr("Teacher by student")},
                                              {"shelf-expertise", Words::tr("Expertise by class")},
                                              {"shelf-ranking", Words::tr("Who should teach whom")}};
  return all;
}

}  // namespace

QString figureKind(const std::string& id) {
  const QString whole = QString::fromStdString(id);
  QString kind;
  for (const auto& [known, name] : names())
    if ((whole == known || whole.startsWith(known + u'-')) && known.size() > kind.size()) kind = known;
  return kind;
}

QString kindName(const QString& kind) {
  return names().at(kind);
}

QString shortName(const Figure& figure) {
  const QString kind = figureKind(figure.id);
  if (kind.isEmpty()) return QString::fromStdString(figure.title);
  const QString name = kindName(kind), teacher = QString::fromStdString(figure.id).mid(kind.size() + 1);
  return teacher.isEmpty() ? name : Words::tr("%1: %2").arg(name, teacher);
}

}  // namespace gf
