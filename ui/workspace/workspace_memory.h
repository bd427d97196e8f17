// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "jobs/compare_job.h"

namespace gf {

/// What the workspace keeps between sessions (QSettings, group "workspace").
struct Remembered {
  std::vector<ModelChoice> models;
  QString teacher, student, data;  ///< Paths; empty when nothing was chosen.
};

void keep(const Remembered& state);
/// Never fails: what is damaged counts as absent.
Remembered recall();

}  // namespace gf
