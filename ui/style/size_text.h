// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "base/sizes.h"

namespace gf {

/// Bytes: "12.3 kB", "1.5 GB".
inline QString sizeText(double bytes) {
  return QString::fromStdString(bytesText(bytes));
}

}  // namespace gf
