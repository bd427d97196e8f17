// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/names_below.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace gf {

namespace {

constexpr int kMostLines = 3;

/// How many lines the names need at a width; more than kMostLines where that is not enough.
int linesFor(const QStringList& names, const QFont& font, double width) {
  int most = 1;
  for (const QString& name : names) {
    const QStringList lines = wrappedText(font, name, width, kMostLines);
    for (const QString& line : lines) {
      if (textWidth(font, line) > width + 0.5) return kMostLines + 1;
    }
    most = std::max(most, static_cast<int>(lines.size()));
  }
  return most;
}

}  // namespace

std::size_t everyThatFits(double needed, double room) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(needed / room - 1e-9)));
}

namespace {

NamesBelow planFor(const QStringList& names, const QFont& font, double width, double left, double mostHeight) {
  using Turn = NamesBelow::Turn;
  const double line = textHeight(font), level = width - 0.4 * line;
  if (const int lines = level > 2 * line ? linesFor(names, font, level) : kMostLines + 1; lines <= kMostLines) {
    if (lines == 1 || mostHeight > (lines + 0.5) * line) return {Turn::Level, level, (lines + 0.3) * line, lines, 1};
  }
  double widest = 0;
  for (const QString& name : names) widest = std::max(widest, textWidth(font, name));
  // Slanted names are easier to read, but need room between them and beside the first.
  const double slope = std::sqrt(0.5), most = std::max(3 * line, mostHeight);
  if (width * slope >= line && widest * slope <= std::min(left + width / 2, most - line)) {
    return {Turn::Slanted, widest + 0.5, widest * slope + line, 1, 1};
  }
  // Of hundreds only those that are written need room.
  const std::size_t every = everyThatFits(line, width);
  double longest = 0;
  for (qsizetype i = 0; i < names.size(); i += static_cast<qsizetype>(every)) {
    longest = std::max(longest, textWidth(font, names[i]));
  }
  const double upright = std::min(longest, most - 0.6 * line);
  return {Turn::Upright, upright + 0.5, upright + 0.6 * line, 1, every, longest > upright};
}

}  // namespace

NamesBelow planNamesBelow(const QStringList& names, const QFont& font, double width, double left, double mostHeight) {
  NamesBelow plan = planFor(names, font, width, left, mostHeight);
  if (!plan.cut) return plan;
  QStringList shorter;
  for (const QString& name : names) shorter << firstName(name);
  plan = planFor(shorter, font, width, left, mostHeight);
  plan.shorter = true;
  return plan;
}

void drawNamesBelow(QPainter& painter, const NamesBelow& plan, const QStringList& names,
                    const std::vector<double>& centres, double top, const QFont& font, const QColor& colour) {
  using Turn = NamesBelow::Turn;
  const double line = textHeight(font);
  for (std::size_t i = 0; i < centres.size(); i += plan.every) {
    const QString& full = names.at(static_cast<qsizetype>(i));
    const QString name = plan.shorter ? firstName(full) : full;
    if (plan.turn == Turn::Level) {
      double y = top + 0.25 * line;
      for (const QString& part : wrappedText(font, name, plan.length, plan.lines)) {
        drawText(painter, {centres[i] - plan.length / 2, y, plan.length, line}, Qt::AlignHCenter | Qt::AlignVCenter,
                 part, font, colour);
        y += line;
      }
      continue;
    }
    painter.save();
    painter.translate(centres[i], top + (plan.turn == Turn::Slanted ? 0.45 : 0.25) * line);
    painter.rotate(plan.turn == Turn::Slanted ? -45 : -90);
    drawText(painter, {-plan.length, -line / 2, plan.length, line}, Qt::AlignRight | Qt::AlignVCenter,
             fittedText(font, name, plan.length, true), font, colour);
    painter.restore();
  }
}

}  // namespace gf
