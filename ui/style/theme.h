// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QString>

#include "report/figure.h"

namespace gf {

/// Light, dark, or as the desktop is.
enum class ThemeChoice { System, Light, Dark };

/// Every colour that is not from the palette; nothing is styled anywhere else.
struct Colours {
  QColor background, surface, text, mutedText, line, accent, danger;
  /// The one colour of a meaning, in this theme; charts, badges and tables alike.
  QColor of(Role role) const;
  bool dark = false;
};

/// Spacing steps in device-independent pixels.
namespace space {
inline constexpr int kXs = 4, kS = 8, kM = 12, kL = 16, kXl = 24;
}

enum class TextStyle { Body, Small, PageTitle, BigNumber };

/// The look of the program: Fusion, our palette, the shipped font (resources/fonts, family "Inter Tabular"). One per
/// process.
class Theme final : public QObject {
  Q_OBJECT
 public:
  static Theme& instance();
  /// Installs style, palette and font on the application and announces changed().
  void apply(ThemeChoice choice);
  ThemeChoice choice() const { return choice_; }
  const Colours& colours() const { return colours_; }
  /// Of figures on paper, whatever the window looks like.
  static const Colours& publication();
  QFont font(TextStyle style) const;

 signals:
  void changed();

 private:
  Theme();
  ThemeChoice choice_ = ThemeChoice::System;
  Colours colours_;
};

}  // namespace gf
