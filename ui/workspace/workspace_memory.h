// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "jobs/compare_job.h"

namespace gf {

/// What the workspace keeps between sessions (QSettings, group "workspace").
struct Remembered {
  std::vector<ModelChoice> models;
  QString teacher, student, data;  ///< Paths; empty when nothing was chosen.
  QStringList further;             ///< Teachers beside the slot's, in order.
  QString semantics;               ///< As --semantics takes it; empty when the user never said.
  BadImages badImages = BadImages::Stop;
};

void keep(const Remembered& state);
/// Never fails: what is damaged counts as absent.
Remembered recall();

}  // namespace gf
