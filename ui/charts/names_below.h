// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <vector>

#include "ui/charts/drawing.h"

namespace gf {

/// How names of columns stand below them: level where all fit, in several lines if need be, else slanted, else upright.
struct NamesBelow {
  enum class Turn { Level, Slanted, Upright };
  Turn turn = Turn::Level;
  double length = 0;      ///< Room for one name along its direction.
  double height = 0;      ///< What all take below the columns.
  int lines = 1;          ///< Of a level name.
  std::size_t every = 1;  ///< Each how many-th is named.
  bool cut = false;       ///< Not all names have room.
  bool shorter = false;   ///< Of several names separated by commas only the first is written.
};
/// `width` of one column; `left` is the room beside the first column.
NamesBelow planNamesBelow(const QStringList& names, const QFont& font, double width, double left, double mostHeight);
/// `centres`: where each column is; `top`: the lower edge of the columns.
void drawNamesBelow(QPainter& painter, const NamesBelow& plan, const QStringList& names,
                    const std::vector<double>& centres, double top, const QFont& font, const QColor& colour);
/// Each how many-th name has room.
std::size_t everyThatFits(double needed, double room);

}  // namespace gf
