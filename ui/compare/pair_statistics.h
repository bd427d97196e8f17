// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "knowledge/flips.h"

namespace gf {

/// How sure the difference of accuracy between two models is, in words: images behind it, 95 % bootstrap interval,
/// exact McNemar test. `what` names the images ("Shirt"); empty: the whole evaluation set.
QString pairStatistics(const OutcomeCounts& counts, const QString& what = {});

}  // namespace gf
