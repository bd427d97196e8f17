// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/theme.h"
#include "ui/workspace/page.h"

class QDockWidget;
class QMainWindow;

namespace gf {

/// Size, place, docks, page and theme of the window between sessions (QSettings, group "window"). What is damaged or
/// of another version counts as absent.
void rememberLayout(const QMainWindow& window, PageId page);
/// Without a remembered layout the window gets a size that suits the screen, and `hiddenAtFirst` is hidden.
void restoreLayout(QMainWindow& window, QDockWidget& hiddenAtFirst);
PageId rememberedPage();
void rememberTheme(ThemeChoice choice);
ThemeChoice rememberedTheme();

}  // namespace gf
