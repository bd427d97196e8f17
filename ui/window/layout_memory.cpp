// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/layout_memory.h"

#include <QDockWidget>
#include <QMainWindow>
#include <QScreen>
#include <QSettings>

namespace gf {
namespace {

/// Counts up whenever docks are added, removed or renamed: an older layout would hide or misplace them.
constexpr int kVersion = 1;
constexpr QSize kSize{1440, 900};
constexpr auto kVersionKey = "window/version";
constexpr auto kGeometry = "window/geometry";
constexpr auto kState = "window/state";
constexpr auto kPage = "window/page";
constexpr auto kTheme = "window/theme";

}  // namespace

void rememberLayout(const QMainWindow& window, PageId page) {
  QSettings settings;
  settings.setValue(kVersionKey, kVersion);
  settings.setValue(kGeometry, window.saveGeometry());
  settings.setValue(kState, window.saveState(kVersion));
  settings.setValue(kPage, int(page));
}

void restoreLayout(QMainWindow& window, QDockWidget& hiddenAtFirst) {
  const QSettings settings;
  const bool known = settings.value(kVersionKey).toInt() == kVersion;
  if (!known || !window.restoreGeometry(settings.value(kGeometry).toByteArray())) {
    window.resize(kSize.boundedTo(window.screen()->availableSize()));
  }
  if (known && window.restoreState(settings.value(kState).toByteArray(), kVersion)) return;
  hiddenAtFirst.hide();
  if (auto* inspector = window.findChild<QDockWidget*>(QStringLiteral("inspector")))
    window.resizeDocks({inspector}, {window.width() / 6}, Qt::Horizontal);
}

PageId rememberedPage() {
  const int page = QSettings().value(kPage).toInt();
  return PageId(page >= 0 && page < kPageCount ? page : 0);
}

void rememberTheme(ThemeChoice choice) {
  QSettings().setValue(kTheme, int(choice));
}

ThemeChoice rememberedTheme() {
  switch (QSettings().value(kTheme).toInt()) {
    case int(ThemeChoice::Light):
      return ThemeChoice::Light;
    case int(ThemeChoice::Dark):
      return ThemeChoice::Dark;
    default:
      return ThemeChoice::System;
  }
}

}  // namespace gf
