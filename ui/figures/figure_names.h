// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "report/figure.h"

namespace gf {

/// What a list calls a figure: titles name models and are too long. Those of one kind for each teacher carry the
/// teacher's name: "Flips by class: all-mlp". A figure of an unknown kind keeps its title.
QString shortName(const Figure& figure);

}  // namespace gf
