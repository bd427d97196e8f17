// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/workspace/page.h"
#include "ui/workspace/shelf_model.h"

namespace gf {

class Workspace;

/// Everything that is known of a model, or why it cannot be used and what to do.
InspectorContent detailsOf(const ShelfModel::Row& row);
/// "13 models, 1 of them cannot be used".
QString countsOf(const ShelfModel& shelf);
/// Empty when teacher and student may change places; else why not.
QString swapBlocked(const Workspace& workspace);

}  // namespace gf
