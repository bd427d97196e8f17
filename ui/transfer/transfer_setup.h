// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "jobs/transfer_job.h"
#include "ui/workspace/workspace.h"

namespace gf {

/// What the workspace's models and data and these options make: a request without its result folder.
TransferRequest transferOf(Workspace& workspace, const TransferOptions& options);
/// The command that does the same in a terminal. Throws Error(Run) when supplied metadata cannot be written beside it.
QString transferCommand(const TransferRequest& request);
/// Why these models cannot learn with these options, as one sentence: options that do not go together, no features to
/// compare, classes that a teacher lacks. Empty when they can; the workspace itself is ready.
QString methodBlocked(const Workspace& workspace, const TransferOptions& options);
/// "Teacher: A. Student: B. Data: D."; several teachers in their order where it counts.
QString pairText(const Workspace& workspace, const TransferOptions& options);

}  // namespace gf
