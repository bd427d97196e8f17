// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/pair_grid.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/charts/colour_scale.h"
#include "ui/charts/names_below.h"
#include "ui/style/colours.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

using Kind = PairCell::Kind;

/// What stands in a cell without a number, so that colour is never the only difference.
QString signOf(Kind kind) {
  switch (kind) {
    case Kind::Self:
      return QStringLiteral("–");
    case Kind::Planned:
      return QStringLiteral("✓");
    case Kind::Missing:
      return QStringLiteral("·");
    case Kind::Running:
      return QStringLiteral("…");
    case Kind::Failed:
      return QStringLiteral("×");
    default:
      return {};
  }
}

QString kindWords(Kind kind) {
  switch (kind) {
    case Kind::Self:
      return PairGrid::tr("The same model: a model does not teach itself");
    case Kind::Off:
      return PairGrid::tr("Does not run");
    case Kind::Planned:
      return PairGrid::tr("Runs");
    case Kind::Missing:
      return PairGrid::tr("Missing");
    case Kind::Running:
      return PairGrid::tr("Running");
    case Kind::Failed:
      return PairGrid::tr("Failed");
    default:
      return {};
  }
}

}  // namespace

/// Where things go, for the present size.
struct PairGrid::Plan {
  ChartFonts fonts = windowFonts();
  double line = 0;
  CellLayout cells;
  NamesBelow names;
  QRectF namesArea, scaleArea;
};

PairGrid::PairGrid(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

PairGrid::~PairGrid() = default;

void PairGrid::setData(PairGridData data) {
  if (data.students != data_.students || data.teachers != data_.teachers) focused_.reset();
  data_ = std::move(data);
  describe();
  update();
}

void PairGrid::setEmptyText(const QString& text) {
  emptyText_ = text;
  update();
}

void PairGrid::setChosen(std::optional<std::pair<int, int>> cell) {
  chosen_ = cell;
  update();
}

/// What a screen reader says of the whole.
void PairGrid::describe() {
  int done = 0, failed = 0, running = 0, missing = 0, planned = 0;
  for (const PairCell& cell : data_.cells) {
    done += cell.kind == Kind::Done;
    failed += cell.kind == Kind::Failed;
    running += cell.kind == Kind::Running;
    missing += cell.kind == Kind::Missing;
    planned += cell.kind == Kind::Planned;
  }
  setAccessibleDescription(
      tr("%1 students by %2 teachers").arg(data_.students.size()).arg(data_.teachers.size()) + QStringLiteral("; ") +
      (planned > 0 ? tr("%1 pairs run").arg(planned)
                   : tr("%1 done, %2 failed, %3 running, %4 missing").arg(done).arg(failed).arg(running).arg(missing)));
}

Figure PairGrid::scaleFigure() const {
  Figure figure;
  figure.kind = FigureKind::Heat;
  figure.valueTitle = data_.valueTitle.toStdString();
  FigureSeries values;
  for (const PairCell& cell : data_.cells) values.y.push_back(cell.value);
  figure.series.push_back(std::move(values));
  return figure;
}

PairGrid::Plan PairGrid::plan() const {
  Plan plan;
  const QFont& font = plan.fonts.label;
  plan.line = textHeight(font);
  const double line = plan.line;
  const auto rows = static_cast<std::size_t>(data_.students.size());
  const auto columns = static_cast<std::size_t>(data_.teachers.size());
  QRectF rest = QRectF(rect()).adjusted(0, 0, -1, -1);
  if (!data_.valueTitle.isEmpty()) {
    plan.scaleArea = rest;
    rest.setTop(rest.top() + 2.4 * line);
  }
  rest.setTop(rest.top() + 1.5 * line);  // the title of the rows
  double names = textWidth(font, tr("Student"));
  for (const QString& name : data_.students) names = std::max(names, textWidth(font, name));
  names = std::min(names, 0.32 * rest.width());
  const double left = rest.left() + names + 0.5 * line;
  // Few columns need not be stretched over the page.
  const double width = std::min(rest.right() - left, 9 * line * static_cast<double>(columns));
  plan.names = planNamesBelow(data_.teachers, font, width / static_cast<double>(columns), left - rest.left(),
                              0.4 * rest.height());
  const double bottom = rest.bottom() - plan.names.height - 1.4 * line;
  const double height =
      std::min(std::max(10.0, bottom - rest.top()), 3 * line * static_cast<double>(std::max<std::size_t>(1, rows)));
  plan.cells = {QRectF(left, rest.top(), std::max(10.0, width), height), rows, columns};
  plan.namesArea = QRectF(rest.left(), rest.top(), names, height);
  return plan;
}

QRectF PairGrid::cellArea(int row, int column) const {
  return plan().cells.cell(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
}

void PairGrid::paintCell(QPainter& painter, const Plan& plan, const QRectF& area, const PairCell& cell) const {
  const Colours& colours = Theme::instance().colours();
  QColor ground = colours.surface, ink = colours.mutedText;
  if (cell.kind == Kind::Planned) {
    ground = blended(colours.accent, colours.surface, 0.16);
    ink = colours.accent;
  } else if (cell.kind == Kind::Self || cell.kind == Kind::None) {
    ground = blended(colours.mutedText, colours.surface, 0.18);
  } else if (cell.kind == Kind::Running) {
    ground = blended(colours.accent, colours.surface, 0.10);
    ink = colours.accent;
  } else if (cell.kind == Kind::Failed) {
    ground = blended(colours.danger, colours.surface, 0.10);
    ink = colours.danger;
  }
  painter.fillRect(area, ground);
  const QString sign = signOf(cell.kind);
  if (sign.isEmpty() || area.height() < 0.7 * plan.line || area.width() < 0.7 * plan.line) return;
  drawText(painter, area, Qt::AlignCenter, sign, plan.fonts.label, ink);
}

void PairGrid::paintCells(QPainter& painter, const Plan& plan) const {
  const Colours& colours = Theme::instance().colours();
  const ColourScale scale(scaleFigure(), colours);
  const QSizeF size = plan.cells.cellSize();
  double widest = 0;
  for (const double value : {scale.low(), scale.high()})
    widest = std::max(widest, textWidth(plan.fonts.label, scale.format().text(value)));
  const bool numbers = size.width() > widest + 0.4 * plan.line && size.height() >= plan.line;
  for (int row = 0; row < data_.students.size(); ++row) {
    for (int column = 0; column < data_.teachers.size(); ++column) {
      const PairCell& cell = data_.at(row, column);
      const QRectF area = plan.cells.cell(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
      if (cell.kind != Kind::Done) {
        paintCell(painter, plan, area, cell);
        continue;
      }
      const QColor colour = scale.colour(cell.value);
      painter.fillRect(area, colour);
      if (numbers)
        drawText(painter, area, Qt::AlignCenter, scale.format().text(cell.value), plan.fonts.label, readableOn(colour));
    }
  }
  painter.setPen(QPen(colours.line, 1));
  for (std::size_t row = 0; row <= plan.cells.rows && size.height() > 4; ++row)
    painter.drawLine(QPointF(plan.cells.plot.left(), plan.cells.top(row)),
                     QPointF(plan.cells.plot.right(), plan.cells.top(row)));
  for (std::size_t column = 0; column <= plan.cells.columns && size.width() > 4; ++column)
    painter.drawLine(QPointF(plan.cells.left(column), plan.cells.plot.top()),
                     QPointF(plan.cells.left(column), plan.cells.plot.bottom()));
  const bool any = std::any_of(data_.cells.begin(), data_.cells.end(),
                               [](const PairCell& cell) { return std::isfinite(cell.value); });
  if (any && !data_.valueTitle.isEmpty())
    drawColourScale(painter, plan.scaleArea, scaleFigure(), scale, colours, plan.fonts, 0);
}

void PairGrid::paintNames(QPainter& painter, const Plan& plan) const {
  const Colours& colours = Theme::instance().colours();
  const QFont& font = plan.fonts.label;
  const double line = plan.line;
  const QRectF& area = plan.namesArea;
  drawText(painter, {area.left(), area.top() - 1.4 * line, area.width(), line}, Qt::AlignRight | Qt::AlignVCenter,
           tr("Student"), font, colours.mutedText);
  const std::size_t every = everyThatFits(line, plan.cells.cellSize().height());
  for (std::size_t row = 0; row < plan.cells.rows; row += every) {
    const double centre = (plan.cells.top(row) + plan.cells.top(row + 1)) / 2;
    drawText(painter, {area.left(), centre - line / 2, area.width(), line}, Qt::AlignRight | Qt::AlignVCenter,
             fittedText(font, data_.students[static_cast<qsizetype>(row)], area.width(), true), font, colours.text);
  }
  std::vector<double> centres;
  for (std::size_t i = 0; i < plan.cells.columns; ++i)
    centres.push_back((plan.cells.left(i) + plan.cells.left(i + 1)) / 2);
  const QRectF& plot = plan.cells.plot;
  drawNamesBelow(painter, plan.names, data_.teachers, centres, plot.bottom(), font, colours.text);
  drawText(painter, {0, plot.bottom() + plan.names.height + 0.1 * line, plot.right(), line},
           Qt::AlignRight | Qt::AlignVCenter, tr("Teacher"), font, colours.mutedText);
}

void PairGrid::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Colours& colours = Theme::instance().colours();
  if (data_.cells.empty()) {
    painter.setPen(colours.mutedText);
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, emptyText_);
    return;
  }
  painter.setRenderHint(QPainter::TextAntialiasing);
  const Plan plan = this->plan();
  paintCells(painter, plan);
  paintNames(painter, plan);
  painter.setBrush(Qt::NoBrush);
  const auto frame = [&](const std::optional<std::pair<int, int>>& cell, const QPen& pen, double inside) {
    if (!cell || cell->first >= data_.students.size() || cell->second >= data_.teachers.size()) return;
    const QRectF area = plan.cells.cell(static_cast<std::size_t>(cell->first), static_cast<std::size_t>(cell->second));
    painter.setPen(pen);
    painter.drawRect(area.adjusted(inside, inside, -inside, -inside));
  };
  frame(chosen_, QPen(colours.text, 2.5), 0);
  if (hasFocus()) frame(focused_, QPen(colours.accent, 1, Qt::DotLine), 3);
}

std::optional<std::pair<int, int>> PairGrid::cellAt(QPointF place) const {
  if (data_.cells.empty()) return std::nullopt;
  const int index = plan().cells.indexAt(place);
  if (index < 0) return std::nullopt;
  const int columns = static_cast<int>(data_.teachers.size());
  return std::pair(index / columns, index % columns);
}

QString PairGrid::tip(int row, int column) const {
  const PairCell& cell = data_.at(row, column);
  QStringList lines{tr("%1 → %2").arg(data_.teachers[column], data_.students[row]), kindWords(cell.kind), cell.tip};
  lines.removeAll(QString());
  return lines.join(u'\n');
}

void PairGrid::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  if (const auto cell = cellAt(event->position())) {
    focused_ = cell;
    update();
    emit activated(cell->first, cell->second);
  }
}

void PairGrid::keyPressEvent(QKeyEvent* event) {
  if (data_.cells.empty()) return QWidget::keyPressEvent(event);
  std::pair<int, int> at = focused_.value_or(std::pair(0, 0));
  const bool began = focused_.has_value();
  switch (event->key()) {
    case Qt::Key_Left:
      at.second -= began;
      break;
    case Qt::Key_Right:
      at.second += began;
      break;
    case Qt::Key_Up:
      at.first -= began;
      break;
    case Qt::Key_Down:
      at.first += began;
      break;
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (began) emit activated(at.first, at.second);
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  at.first = std::clamp(at.first, 0, static_cast<int>(data_.students.size()) - 1);
  at.second = std::clamp(at.second, 0, static_cast<int>(data_.teachers.size()) - 1);
  focused_ = at;
  QToolTip::showText(mapToGlobal(cellArea(at.first, at.second).bottomRight().toPoint()), tip(at.first, at.second),
                     this);
  update();
}

bool PairGrid::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    auto* help = static_cast<QHelpEvent*>(event);
    const auto cell = cellAt(help->pos());
    if (cell) {
      QToolTip::showText(help->globalPos(), tip(cell->first, cell->second), this);
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
  return QWidget::event(event);
}

QSize PairGrid::sizeHint() const {
  return {520, 300};
}

QSize PairGrid::minimumSizeHint() const {
  return {280, 140};
}

}  // namespace gf
