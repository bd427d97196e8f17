// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace gf {

/// Numbers as people read them, in one notation everywhere: "10,000", "9.7 %", "+1.67", "−0.30".
QString countText(qint64 count);
/// A share (0–1) as a percentage with its unit.
QString percentText(double share, int decimals = 1);
/// A plain number with a real minus sign.
QString numberText(double value, int decimals);
/// A difference: always with its sign, but none for what rounds to zero.
QString signedText(double value, int decimals);
/// "about 40 s left", "about 3 min left"; empty while unknown (negative).
QString timeLeftText(double seconds);

}  // namespace gf
