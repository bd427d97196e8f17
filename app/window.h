// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace gf {

/// Whether these arguments ask for the window: none at all, --open-sample, Qt's own (-platform …), or paths to open.
bool wantsWindow(int count, char** arguments);

/// Opens the window and answers the exit code. Says in one sentence when there is no display.
int runWindow(int count, char** arguments);

}  // namespace gf
