// SPDX-License-Identifier: GPL-3.0-or-later
// Every colour of the program has its name here. Meanings use the Okabe–Ito set, which stays distinct under the common
// kinds of colour blindness; they are the same in both themes, only greys and the foreground differ.
#include "ui/style/colours.h"

namespace gf {

namespace {

constexpr QRgb kTeacherBlue = 0xff0072b2;
constexpr QRgb kStudentOrange = 0xffe69f00;
constexpr QRgb kGainGreen = 0xff009e73;
constexpr QRgb kLossVermilion = 0xffd55e00;
constexpr QRgb kReddishPurple = 0xffcc79a7;
constexpr QRgb kSkyBlue = 0xff56b4e9;
constexpr QRgb kYellow = 0xfff0e442;

Colours makeLight() {
  Colours c;
  c.background = QColor(0xf4, 0xf5, 0xf7);
  c.surface = QColor(0xff, 0xff, 0xff);
  c.text = QColor(0x1c, 0x20, 0x26);
  c.mutedText = QColor(0x5a, 0x62, 0x6e);
  c.line = QColor(0xdc, 0xe0, 0xe5);
  c.accent = QColor(0x51, 0x4e, 0xc4);
  c.danger = QColor(0xb4, 0x23, 0x18);
  return c;
}

Colours makeDark() {
  Colours c;
  c.background = QColor(0x1d, 0x20, 0x25);
  c.surface = QColor(0x26, 0x2a, 0x30);
  c.text = QColor(0xe8, 0xea, 0xed);
  c.mutedText = QColor(0xa9, 0xb0, 0xba);
  c.line = QColor(0x3d, 0x43, 0x4b);
  c.accent = QColor(0x9a, 0x97, 0xf7);
  c.danger = QColor(0xff, 0x8a, 0x7d);
  c.dark = true;
  return c;
}

Colours makePublication() {
  Colours c = makeLight();
  c.background = c.surface = Qt::white;
  c.text = Qt::black;
  c.mutedText = QColor(0x44, 0x44, 0x44);
  return c;
}

}  // namespace

QColor Colours::of(Role role) const {
  switch (role) {
    case Role::Teacher:
      return QColor(kTeacherBlue);
    case Role::Student:
      return QColor(kStudentOrange);
    case Role::Gain:
      return QColor(kGainGreen);
    case Role::Loss:
      return QColor(kLossVermilion);
    case Role::Net:
      return text;
    case Role::BothRight:
      return dark ? QColor(0x8c, 0x93, 0x9d) : QColor(0xb4, 0xba, 0xc2);
    case Role::BothWrong:
      return dark ? QColor(0x56, 0x5d, 0x67) : QColor(0x6f, 0x76, 0x80);
    case Role::Neutral:
      break;
  }
  return mutedText;
}

QColor familyColour(std::size_t index, const Colours& colours) {
  switch (index % 5) {
    case 0:
      return QColor(kReddishPurple);
    case 1:
      return QColor(kSkyBlue);
    case 2:
      return colours.text;
    case 3:
      // Yellow cannot be seen on white: there it is as dark as its neighbours.
      return colours.dark ? QColor(kYellow) : QColor(kYellow).darker(165);
    default:
      return colours.mutedText;
  }
}

const Colours& lightColours() {
  static const Colours colours = makeLight();
  return colours;
}

const Colours& darkColours() {
  static const Colours colours = makeDark();
  return colours;
}

const Colours& Theme::publication() {
  static const Colours colours = makePublication();
  return colours;
}

QColor blended(const QColor& over, const QColor& under, double share) {
  const auto mix = [share](float a, float b) { return static_cast<float>(a * share + b * (1 - share)); };
  return QColor::fromRgbF(mix(over.redF(), under.redF()), mix(over.greenF(), under.greenF()),
                          mix(over.blueF(), under.blueF()));
}

QColor readableOn(const QColor& background) {
  // Relative luminance by ITU-R BT.709 weights, near enough to choose between two extremes.
  const double luminance = 0.2126 * background.redF() + 0.7152 * background.greenF() + 0.0722 * background.blueF();
  return luminance > 0.55 ? QColor(0x16, 0x18, 0x1c) : QColor(Qt::white);
}

QPalette paletteOf(const Colours& c) {
  const QColor button = c.dark ? QColor(0x33, 0x38, 0x40) : QColor(0xfb, 0xfb, 0xfc);
  const QColor faint = blended(c.mutedText, c.background, 0.62);
  QPalette p;
  p.setColor(QPalette::Window, c.background);
  p.setColor(QPalette::WindowText, c.text);
  p.setColor(QPalette::Base, c.surface);
  p.setColor(QPalette::AlternateBase, blended(c.text, c.surface, 0.03));
  p.setColor(QPalette::Text, c.text);
  p.setColor(QPalette::Button, button);
  p.setColor(QPalette::ButtonText, c.text);
  p.setColor(QPalette::BrightText, c.danger);
  p.setColor(QPalette::ToolTipBase, c.dark ? QColor(0x33, 0x38, 0x40) : QColor(Qt::white));
  p.setColor(QPalette::ToolTipText, c.text);
  // Secondary text everywhere: widgets name this role instead of a colour of their own.
  p.setColor(QPalette::PlaceholderText, c.mutedText);
  p.setColor(QPalette::Highlight, c.accent);
  p.setColor(QPalette::HighlightedText, readableOn(c.accent));
  p.setColor(QPalette::Link, c.accent);
  p.setColor(QPalette::LinkVisited, c.accent);
  p.setColor(QPalette::Light, blended(Qt::white, button, c.dark ? 0.12 : 0.9));
  p.setColor(QPalette::Midlight, blended(Qt::white, button, c.dark ? 0.06 : 0.5));
  p.setColor(QPalette::Mid, c.line);
  p.setColor(QPalette::Dark, blended(Qt::black, c.line, c.dark ? 0.45 : 0.3));
  p.setColor(QPalette::Shadow, QColor(Qt::black));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    p.setColor(QPalette::Disabled, role, faint);
  }
  p.setColor(QPalette::Disabled, QPalette::Highlight, c.line);
  p.setColor(QPalette::Disabled, QPalette::HighlightedText, faint);
  return p;
}

}  // namespace gf
