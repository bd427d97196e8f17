// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <vector>

#include "models/inspection.h"
#include "models/label_fit.h"

namespace gf {

/// A teacher may lack classes, as long as one is shared; a student may not.
enum class ModelRole { Student, Teacher };

/// Which of a model's classes answers for each class that is asked for, matched by name.
struct LabelMap {
  QString model;  ///< Its name.
  ModelRole role = ModelRole::Student;
  std::vector<std::int64_t> columns;  ///< Per wanted class the model's, −1 where it has none; empty with a problem.
  QString problem;                    ///< Why the classes cannot be matched; empty when they can.
  QStringList missing;                ///< Wanted classes that the model does not know.
  QString note;                       ///< What matching does, as one sentence; empty when nothing has to be done.
};
LabelMap mapLabels(const Inspection& model, const NamedClasses& wanted, ModelRole role);

/// Up to `most` of the names, and how many more there are.
QString listText(const QStringList& names, int most = 5);

}  // namespace gf
