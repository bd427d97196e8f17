// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>

#include "ui/style/theme.h"

namespace gf {

const Colours& lightColours();
const Colours& darkColours();
/// The widget palette that belongs to a set of colours. PlaceholderText is the colour of all secondary text.
QPalette paletteOf(const Colours& colours);
/// `share` (0–1) of one colour over another, opaque.
QColor blended(const QColor& over, const QColor& under, double share);
/// Of magnitudes: dark blue at 0 to yellow at 1.
QColor viridis(double share);
/// For groups without a meaning of their own (model families): Okabe–Ito colours that no meaning has. Repeats after
/// five.
QColor familyColour(std::size_t index, const Colours& colours);
/// Near-black or white, whichever can be read on `background`.
QColor readableOn(const QColor& background);

}  // namespace gf
