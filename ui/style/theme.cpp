// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/theme.h"

#include <QApplication>
#include <QDirIterator>
#include <QFontDatabase>
#include <QToolTip>

#include "base/files.h"
#include "base/log.h"
#include "ui/style/colours.h"
#include "ui/style/roomy_style.h"

namespace gf {

namespace {

/// Loads the shipped font and answers its family; empty when it is missing, and then the system's font serves.
QString loadFamily() {
  QString family;
  try {
    const std::filesystem::path folder = resourceFolder() / "fonts";
    QDirIterator files(QString::fromStdString(folder.string()), {"*.otf", "*.ttf"}, QDir::Files);
    while (files.hasNext()) {
      const int id = QFontDatabase::addApplicationFont(files.next());
      const QStringList families = QFontDatabase::applicationFontFamilies(id);
      if (!families.isEmpty()) family = families.first();
    }
  } catch (const std::exception& error) {
    logLine(LogLevel::Warning, error.what());
  }
  if (family.isEmpty()) logLine(LogLevel::Warning, "The shipped font was not found; the system's font is used.");
  return family;
}

const QString& shippedFamily() {
  static const QString family = loadFamily();
  return family;
}

bool isDark(const QPalette& palette) {
  return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

}  // namespace

Theme::Theme() : colours_(lightColours()) {}

Theme& Theme::instance() {
  static Theme theme;
  return theme;
}

void Theme::apply(ThemeChoice choice) {
  // The desktop's palette can only be seen before ours is installed.
  static const bool desktopIsDark = isDark(QApplication::palette());
  choice_ = choice;
  const bool dark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && desktopIsDark);
  colours_ = dark ? darkColours() : lightColours();
  if (!qobject_cast<RoomyStyle*>(QApplication::style())) QApplication::setStyle(new RoomyStyle);
  const QPalette palette = paletteOf(colours_);
  QApplication::setPalette(palette);
  QToolTip::setPalette(palette);
  QApplication::setFont(font(TextStyle::Body));
  // Platform themes give these classes fonts of their own, which an application font alone does not replace.
  for (const char* name : {"QMenuBar", "QMenu", "QHeaderView", "QTabBar", "QToolTip", "QStatusBar", "QDockWidgetTitle"}) {
    QApplication::setFont(font(TextStyle::Body), name);
  }
  QToolTip::setFont(font(TextStyle::Body));
  emit changed();
}

QFont Theme::font(TextStyle style) const {
  QFont font = QGuiApplication::font();
  if (!shippedFamily().isEmpty()) font.setFamily(shippedFamily());
  font.setStyleHint(QFont::SansSerif);
  font.setWeight(QFont::Normal);
  switch (style) {
    case TextStyle::Body:
      font.setPointSizeF(9.75);
      break;
    case TextStyle::Small:
      font.setPointSizeF(8.25);
      break;
    case TextStyle::PageTitle:
      font.setPointSizeF(15);
      font.setWeight(QFont::DemiBold);
      break;
    case TextStyle::BigNumber:
      font.setPointSizeF(21);
      font.setWeight(QFont::DemiBold);
      break;
  }
  return font;
}

}  // namespace gf
