// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string>

#include "report/figure.h"

namespace gf {

/// The kind of the figure with this id, which may end in a teacher's name ("flips-all-mlp" → "flips"); empty when it is
/// not known.
QString figureKind(const std::string& id);

/// What a list calls figures of a kind: "Flips by class". Only for kinds that figureKind() answers.
QString kindName(const QString& kind);

/// What a list calls a figure: titles name models and are too long. Those of one kind for each teacher carry the
/// teacher's name: "Flips by class: all-mlp". A figure of an unknown kind keeps its title.
QString shortName(const Figure& figure);

}  // namespace gf
