// SPDX-License-Identifier: GPL-3.0-or-later
// Workspace: how the classes of models and data fit each other.
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace_private.h"

namespace gf {

const std::vector<LabelMap>& Workspace::labelMaps() const {
  auto& maps = private_->labelMaps;
  if (maps) return *maps;
  maps.emplace();
  NamedClasses wanted;
  if (data_) {
    wanted = {tr("the data").toStdString(), data_->eval->classNames(), data_->eval->wnids()};
    if (student()) maps->push_back(mapLabels(*student(), wanted, ModelRole::Student));
  } else if (student()) {
    wanted = classesOf(*student()->metadata);
  } else {
    return *maps;
  }
  for (const Inspection* model : teachers()) maps->push_back(mapLabels(*model, wanted, ModelRole::Teacher));
  return *maps;
}

QStringList Workspace::labelMismatches() const {
  QStringList words;
  for (const LabelMap& map : labelMaps())
    if (!map.problem.isEmpty()) words << map.problem;
  return words;
}

QStringList Workspace::labelNotes() const {
  QStringList words;
  for (const LabelMap& map : labelMaps())
    if (!map.note.isEmpty()) words << map.note;
  return words;
}

}  // namespace gf
