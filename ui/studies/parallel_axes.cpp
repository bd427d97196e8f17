// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/parallel_axes.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/charts/axis.h"
#include "ui/charts/drawing.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr double kReach = 12;      // pixels beside an axis that count as on it
constexpr double kLeastBrush = 4;  // a shorter drag is a click
constexpr double kMargin = 0.04;   // of an axis above and below its values
/// Beside the outer axes, in lines of text; the first one's words may take more.
constexpr double kRoom = 5, kMostRoom = 10;
constexpr double kKeyStep = 0.05;

QString short_(double value) {
  return QString::number(value, 'g', 3).replace(u'-', QChar(0x2212));
}

}  // namespace

ParallelAxes::ParallelAxes(QWidget* parent)
    : QWidget(parent), line_(textHeight(windowFonts().label)), leftRoom_(kRoom * line_) {
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ParallelAxes::setData(ParallelData data) {
  const bool same = data.axes.size() == data_.axes.size() &&
                    std::equal(data.axes.begin(), data.axes.end(), data_.axes.begin(),
                               [](const auto& a, const auto& b) { return a.title == b.title && a.words == b.words; });
  data_ = std::move(data);
  if (!same) brushes_.assign(data_.axes.size(), std::nullopt);
  spans_.assign(data_.axes.size(), {});
  for (std::size_t a = 0; a < spans_.size(); ++a) {
    double low = INFINITY, high = -INFINITY;
    for (const auto& line : data_.values) {
      const double value = scaled(a, line[a]);
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (!data_.axes[a].words.isEmpty()) {
      low = 0;
      high = static_cast<double>(data_.axes[a].words.size()) - 1;
    }
    if (!(low <= high)) low = 0, high = 1;
    if (low == high) low -= 0.5, high += 0.5;
    spans_[a] = {low - kMargin * (high - low), high + kMargin * (high - low)};
  }
  leftRoom_ = kRoom * line_;
  for (const QString& word : data_.axes.empty() ? QStringList() : data_.axes.front().words) {
    leftRoom_ = std::clamp(textWidth(windowFonts().label, word) + 8, leftRoom_, kMostRoom * line_);
  }
  setAccessibleDescription(tr("%1 cells on %2 axes").arg(data_.names.size()).arg(data_.axes.size()));
  update();
  if (!same) emit brushChanged();
}

void ParallelAxes::setSelected(std::set<std::string> names) {
  if (names == selected_) return;
  selected_ = std::move(names);
  update();
}

void ParallelAxes::clearBrushes() {
  std::fill(brushes_.begin(), brushes_.end(), std::nullopt);
  update();
  emit brushChanged();
}

QRectF ParallelAxes::plot() const {
  return QRectF(rect()).adjusted(leftRoom_, 2.6 * line_, -kRoom * line_, -0.6 * line_);
}

double ParallelAxes::left(std::size_t axis) const {
  const QRectF area = plot();
  return data_.axes.size() < 2
             ? area.center().x()
             : area.left() + area.width() * static_cast<double>(axis) / static_cast<double>(data_.axes.size() - 1);
}

double ParallelAxes::scaled(std::size_t axis, double value) const {
  if (!data_.axes[axis].logarithmic) return value;
  return value > 0 ? std::log10(value) : std::nan("");
}

double ParallelAxes::heightOf(std::size_t axis, double value) const {
  const Span& span = spans_[axis];
  return (scaled(axis, value) - span.low) / (span.high - span.low);
}

QPointF ParallelAxes::placeOf(std::size_t axis, double value) const {
  const QRectF area = plot();
  return {left(axis), area.bottom() - area.height() * heightOf(axis, value)};
}

bool ParallelAxes::passes(std::size_t line) const {
  for (std::size_t a = 0; a < brushes_.size(); ++a) {
    if (!brushes_[a]) continue;
    const double height = heightOf(a, data_.values[line][a]);
    if (!(height >= brushes_[a]->first && height <= brushes_[a]->second)) return false;
  }
  return true;
}

std::optional<std::set<std::string>> ParallelAxes::brushed() const {
  if (std::none_of(brushes_.begin(), brushes_.end(), [](const auto& brush) { return brush.has_value(); }))
    return std::nullopt;
  std::set<std::string> names;
  for (std::size_t i = 0; i < data_.names.size(); ++i)
    if (passes(i)) names.insert(data_.names[i]);
  return names;
}

void ParallelAxes::paintLines(QPainter& painter) const {
  const Colours& colours = Theme::instance().colours();
  const double thin = data_.names.size() > 500 ? 0.35 : 0.6;
  // What does not count first, what is chosen last.
  for (int layer = 0; layer < 3; ++layer) {
    for (std::size_t i = 0; i < data_.names.size(); ++i) {
      const bool chosen = selected_.contains(data_.names[i]), on = passes(i);
      if ((chosen ? 2 : (on ? 1 : 0)) != layer) continue;
      const double value = data_.values[i][data_.colourAxis];
      QColor colour = colours.of(value > 0 ? Role::Gain : (value < 0 ? Role::Loss : Role::Neutral));
      if (layer == 0) colour = colours.line;
      if (layer == 1) colour.setAlphaF(static_cast<float>(thin));
      // Loss is dashed, so that colour is not the only difference.
      QPen pen(colour, layer == 2 ? 2.6 : 1.2, value < 0 && layer > 0 ? Qt::DashLine : Qt::SolidLine);
      painter.setPen(pen);
      QPainterPath path;
      bool open = false;
      for (std::size_t a = 0; a < data_.axes.size(); ++a) {
        if (!std::isfinite(scaled(a, data_.values[i][a]))) {
          open = false;
          continue;
        }
        const QPointF place = placeOf(a, data_.values[i][a]);
        if (open) {
          path.lineTo(place);
        } else {
          path.moveTo(place);
        }
        open = true;
      }
      painter.drawPath(path);
    }
  }
}

void ParallelAxes::paintAxis(QPainter& painter, std::size_t axis) const {
  const Colours& colours = Theme::instance().colours();
  const ChartFonts fonts = windowFonts();
  const double line = line_, x = left(axis);
  const QRectF area = plot();
  const double room = data_.axes.size() < 2 ? area.width() : area.width() / static_cast<double>(data_.axes.size() - 1);
  painter.setPen(QPen(colours.text, 1));
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  if (const auto& brush = brushes_[axis]) {
    QColor fill = colours.accent;
    fill.setAlphaF(0.3F);
    painter.fillRect(QRectF(QPointF(x - 5, area.bottom() - area.height() * brush->second),
                            QPointF(x + 5, area.bottom() - area.height() * brush->first)),
                     fill);
  }
  const QString title = fittedText(fonts.label, data_.axes[axis].title, room - 4);
  drawText(painter, {x - room / 2, area.top() - 2.4 * line, room, line}, Qt::AlignCenter, title, fonts.label,
           hasFocus() && axis == focusedAxis_ ? colours.accent : colours.text);
  // Marks stand on a plate of the ground: lines run below them.
  const auto mark = [&](double value, const QString& text) {
    const double y = placeOf(axis, value).y();
    const double width = std::min(textWidth(fonts.label, text) + 4, axis == 0 ? leftRoom_ - 4 : room - 12);
    const bool last = axis + 1 == data_.axes.size() && axis > 0;
    const QRectF plate(last ? x + 4 : x - 4 - width, y - line / 2, width, line);
    QColor ground = colours.background;
    ground.setAlphaF(0.75F);
    painter.fillRect(plate, ground);
    drawText(painter, plate, Qt::AlignCenter, fittedText(fonts.label, text, width, true), fonts.label,
             colours.mutedText);
    painter.setPen(QPen(colours.text, 1));
    painter.drawLine(QPointF(x - 2, y), QPointF(x + 2, y));
  };
  const ParallelAxis& what = data_.axes[axis];
  if (!what.words.isEmpty()) {
    const auto every = static_cast<qsizetype>(
        std::max(1.0, std::ceil(1.1 * line * static_cast<double>(what.words.size()) / area.height())));
    for (qsizetype i = 0; i < what.words.size(); i += every) mark(static_cast<double>(i), what.words[i]);
    return;
  }
  std::set<double> values;
  for (const auto& each : data_.values) {
    if (std::isfinite(each[axis])) values.insert(each[axis]);
    if (values.size() > 6) break;
  }
  if (values.size() <= 6) {  // a grid's own values say more than round numbers
    for (const double value : values) mark(value, what.isSigned ? signedText(value, 2) : short_(value));
    return;
  }
  const Ticks ticks =
      niceTicks(spans_[axis].low, spans_[axis].high, std::max(2, static_cast<int>(area.height() / (2.2 * line))));
  for (const double value : ticks.values)
    mark(what.logarithmic ? std::pow(10, value) : value,
         what.logarithmic ? short_(std::pow(10, value)) : tickText(value, ticks, what.isSigned));
}

void ParallelAxes::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (data_.names.empty()) {
    painter.setPen(Theme::instance().colours().mutedText);
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, tr("Lines show as soon as a cell is done."));
    return;
  }
  painter.setRenderHint(QPainter::Antialiasing, data_.names.size() < 3000);
  paintLines(painter);
  for (std::size_t a = 0; a < data_.axes.size(); ++a) paintAxis(painter, a);
}

std::optional<std::size_t> ParallelAxes::axisAt(double x) const {
  for (std::size_t a = 0; a < data_.axes.size(); ++a)
    if (std::abs(left(a) - x) <= kReach) return a;
  return std::nullopt;
}

void ParallelAxes::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  dragged_ = axisAt(event->position().x());
  dragFrom_ = event->position().y();
  if (dragged_) focusedAxis_ = *dragged_;
}

void ParallelAxes::mouseMoveEvent(QMouseEvent* event) {
  if (!dragged_ || std::abs(event->position().y() - dragFrom_) < kLeastBrush) return;
  const QRectF area = plot();
  const auto share = [&](double y) { return std::clamp((area.bottom() - y) / area.height(), 0.0, 1.0); };
  const double a = share(dragFrom_), b = share(event->position().y());
  brushes_[*dragged_] = std::pair(std::min(a, b), std::max(a, b));
  update();
  emit brushChanged();
}

void ParallelAxes::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const bool click = std::abs(event->position().y() - dragFrom_) < kLeastBrush;
  if (click && dragged_ && brushes_[*dragged_]) {
    brushes_[*dragged_].reset();
    update();
    emit brushChanged();
  }
  dragged_.reset();
}

/// Left and right choose an axis, up and down move its brush, Shift with them makes it larger or smaller, Escape lets
/// all brushes go.
void ParallelAxes::keyPressEvent(QKeyEvent* event) {
  if (data_.axes.empty()) return QWidget::keyPressEvent(event);
  auto& brush = brushes_[focusedAxis_];
  const double step = event->key() == Qt::Key_Up ? kKeyStep : -kKeyStep;
  switch (event->key()) {
    case Qt::Key_Left:
      focusedAxis_ -= focusedAxis_ > 0 ? 1 : 0;
      return update();
    case Qt::Key_Right:
      focusedAxis_ = std::min(focusedAxis_ + 1, data_.axes.size() - 1);
      return update();
    case Qt::Key_Escape:
      return clearBrushes();
    case Qt::Key_Up:
    case Qt::Key_Down:
      if (!brush) {
        brush = step > 0 ? std::pair(0.5, 1.0) : std::pair(0.0, 0.5);
      } else if (event->modifiers() & Qt::ShiftModifier) {
        brush->second = std::clamp(brush->second + step, brush->first + kKeyStep, 1.0);
      } else {
        const double by = std::clamp(step, -brush->first, 1 - brush->second);
        brush = std::pair(brush->first + by, brush->second + by);
      }
      update();
      emit brushChanged();
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

}  // namespace gf
