// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/sheet_view.h"

#include <QEvent>
#include <QPainter>
#include <QScreen>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

#include "ui/charts/figure_painter.h"
#include "ui/charts/figure_view.h"
#include "ui/style/colours.h"
#include "ui/style/theme.h"

namespace gf {

namespace {

constexpr double kUnitsPerMm = 96 / 25.4;
constexpr double kMostFit = 4;
constexpr int kAround = space::kL;  // what is left free around the sheet

}  // namespace

double realPixelsPerMm(double physicalDpi) {
  const bool likely = physicalDpi > 40 && physicalDpi < 800;
  return (likely ? physicalDpi : 96.0) / 25.4;
}

double suitedHeight(const Figure& figure, double widthMm) {
  const QSizeF natural = naturalSize(figure);
  const double scaled = natural.height() * widthMm / natural.width();
  const ChartFonts fonts = publicationFonts();
  const double units = widthMm * kUnitsPerMm - 2 * space::kXs;
  const double needed = FigurePainter::of(figure.kind)->heightFor(units, figure, fonts, {}) / kUnitsPerMm;
  // A narrow sheet has the same letters: what holds them does not shrink with the width.
  const double least = figure.kind == FigureKind::Stack ? 0 : std::min(natural.height(), 0.75 * widthMm);
  return std::round(std::clamp(std::max({scaled, needed > 0 ? needed + 4 : 0, least}), 15.0, 500.0));
}

SheetView::SheetView(QWidget* parent) : QAbstractScrollArea(parent) {
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(240, 160);
  for (QScrollBar* bar : {horizontalScrollBar(), verticalScrollBar()}) {
    bar->setSingleStep(24);
    connect(bar, &QScrollBar::valueChanged, viewport(), qOverload<>(&QWidget::update));
  }
  connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void SheetView::setFigure(const Figure& figure) {
  figure_ = figure;
  drawn_ = {};
  setAccessibleName(QString::fromStdString(figure.title));
  setAccessibleDescription(QString::fromStdString(figure.sentence));
  arrange();
}

void SheetView::setEmptyText(const QString& text) {
  emptyText_ = text;
  viewport()->update();
}

void SheetView::setMillimetres(QSizeF millimetres) {
  if (millimetres == millimetres_) return;
  millimetres_ = millimetres;
  arrange();
}

void SheetView::setZoom(double zoom) {
  if (zoom == zoom_) return;
  zoom_ = zoom;
  arrange();
}

void SheetView::setAllBars(bool all) {
  if (all == allBars_) return;
  allBars_ = all;
  drawn_ = {};
  viewport()->update();
}

double SheetView::pixelsPerMm() const {
  const double real = realPixelsPerMm(screen() ? screen()->physicalDotsPerInch() : 0);
  if (zoom_ != kFit) return real * zoom_;
  const QSizeF room = viewport()->size() - QSize(2 * kAround, 2 * kAround);
  const double fits = std::min(room.width() / millimetres_.width(), room.height() / millimetres_.height());
  return std::clamp(fits, 0.1, kMostFit * real);
}

QRectF SheetView::sheet() const {
  const QSizeF size = millimetres_ * pixelsPerMm();
  const QSizeF view = viewport()->size();
  // In the middle where there is room, else where the scroll bars say.
  const auto place = [](double all, double own, int scrolled) {
    return own + 2 * kAround <= all ? std::floor((all - own) / 2) : kAround - scrolled;
  };
  return {QPointF(place(view.width(), size.width(), horizontalScrollBar()->value()),
                  place(view.height(), size.height(), verticalScrollBar()->value())),
          size};
}

void SheetView::arrange() {
  const bool fits = zoom_ == kFit || isEmpty(figure_);
  setHorizontalScrollBarPolicy(fits ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
  setVerticalScrollBarPolicy(fits ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
  const QSizeF size = millimetres_ * pixelsPerMm();
  const auto range = [](QScrollBar* bar, double own, int view) {
    bar->setRange(0, std::max(0, static_cast<int>(std::ceil(own)) + 2 * kAround - view));
    bar->setPageStep(view);
  };
  range(horizontalScrollBar(), fits ? 0 : size.width(), viewport()->width());
  range(verticalScrollBar(), fits ? 0 : size.height(), viewport()->height());
  viewport()->update();
}

void SheetView::resizeEvent(QResizeEvent*) {
  arrange();
}

bool SheetView::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::ScreenChangeInternal) arrange();
  return QAbstractScrollArea::viewportEvent(event);
}

/// Only the part of the sheet that is in view: at a high zoom the whole would be too large a picture.
void SheetView::draw() {
  const double ratio = devicePixelRatioF();
  const QRectF where = sheet();
  const QSize pixels = viewport()->size() * ratio;
  if (where == drawn_ && picture_.size() == pixels) return;
  picture_ = QPixmap(pixels);
  picture_.setDevicePixelRatio(ratio);
  picture_.fill(Qt::transparent);
  QPainter painter(&picture_);
  painter.setClipRect(where);
  painter.translate(where.topLeft());
  const double scale = where.width() / (millimetres_.width() * kUnitsPerMm);
  painter.scale(scale, scale);
  paintFigure(painter, figure_, millimetres_, allBars_);
  drawn_ = where;
}

void SheetView::paintEvent(QPaintEvent*) {
  const Colours& colours = Theme::instance().colours();
  QPainter painter(viewport());
  painter.fillRect(viewport()->rect(), blended(colours.line, colours.background, 0.5));
  if (isEmpty(figure_)) {
    painter.setPen(colours.mutedText);
    painter.drawText(viewport()->rect().adjusted(space::kXl, space::kXl, -space::kXl, -space::kXl),
                     Qt::AlignCenter | Qt::TextWordWrap, emptyText_);
    return;
  }
  draw();
  painter.drawPixmap(0, 0, picture_);
  painter.setPen(hasFocus() ? colours.accent : colours.line);
  painter.drawRect(sheet().adjusted(-0.5, -0.5, 0.5, 0.5));
}

}  // namespace gf
