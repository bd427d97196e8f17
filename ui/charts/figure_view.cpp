// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/figure_view.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMetaMethod>
#include <QMimeData>
#include <QPainter>
#include <QToolButton>
#include <QToolTip>
#include <algorithm>
#include <cstdlib>
#include <optional>

#include "ui/charts/drawing.h"
#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_table.h"

namespace gf {

struct FigureView::Private {
  Figure figure;
  std::unique_ptr<FigurePainter> painter = FigurePainter::of(FigureKind::Lines);
  FigureLook look;
  ChartFonts fonts;
  QString emptyText;
  QPixmap picture;    ///< The figure as drawn last; hovering repaints only the outline above it.
  bool stale = true;  ///< The picture must be drawn again.
  int hovered = -1, focused = -1;
  QMenu* menu = nullptr;
  QToolButton* handle = nullptr;
  QAction* allBars = nullptr;

  /// Beside the title; where a bar takes its place, beside the key below.
  void placeHandle(QSize view) const {
    const QSize size = handle->sizeHint();
    const bool atTop = look.title || figure.kind != FigureKind::Stack;
    handle->setGeometry(QRect(QPoint(view.width() - size.width(), atTop ? 0 : view.height() - size.height()), size));
  }
  std::optional<Mark> mark(int index) const {
    if (index < 0 || index >= painter->markCount()) return std::nullopt;
    return painter->mark(index);
  }
};

FigureView::FigureView(QWidget* parent) : QWidget(parent), private_(std::make_unique<Private>()) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  private_->fonts = windowFonts();
  private_->emptyText = tr("Nothing to show yet.");
  private_->menu = new QMenu(this);
  private_->menu->addAction(tr("Export…"), this, &FigureView::exportWithDialog);
  private_->menu->addAction(tr("Copy"), QKeySequence(QKeySequence::Copy), this, &FigureView::copy);
  private_->menu->addAction(tr("Show as table"), QKeySequence(Qt::Key_T), this, &FigureView::showAsTable);
  private_->allBars = private_->menu->addAction(tr("Show every bar"));
  private_->allBars->setShortcut(Qt::Key_A);
  private_->allBars->setCheckable(true);
  connect(private_->allBars, &QAction::toggled, this, &FigureView::setAllBars);
  // The keys shown beside the entries are handled in keyPressEvent, where they need no modifier and hold in the chart
  // only.
  for (QAction* action : private_->menu->actions()) action->setShortcutContext(Qt::WidgetShortcut);
  private_->handle = new QToolButton(this);
  private_->handle->setText(QStringLiteral("…"));
  private_->handle->setAutoRaise(true);
  private_->handle->setFocusPolicy(Qt::NoFocus);
  private_->handle->setPopupMode(QToolButton::InstantPopup);
  private_->handle->setToolTip(tr("Export, copy or show as table"));
  private_->handle->setAccessibleName(tr("Chart actions"));
  connect(private_->handle, &QToolButton::clicked, this,
          [this] { private_->menu->popup(private_->handle->mapToGlobal(QPoint(0, private_->handle->height()))); });
  connect(&Theme::instance(), &Theme::changed, this, [this] {
    private_->fonts = windowFonts();
    private_->stale = true;
    update();
  });
  setFigure({});
}

FigureView::~FigureView() = default;

const Figure& FigureView::figure() const {
  return private_->figure;
}

void FigureView::setFigure(const Figure& figure) {
  if (figure.kind != private_->figure.kind) private_->painter = FigurePainter::of(figure.kind);
  const bool otherLabels = figure.labels != private_->figure.labels;
  private_->stale = true;
  // In a table of another size the same number is another cell.
  const bool otherCells =
      figure.kind != private_->figure.kind || figure.series.size() != private_->figure.series.size();
  if (otherLabels || otherCells) private_->hovered = private_->focused = -1;
  private_->figure = figure;
  private_->allBars->setVisible(figure.kind == FigureKind::Bars);
  private_->handle->setVisible(!isEmpty(figure));
  private_->placeHandle(size());
  setAccessibleName(toQString(figure.title));
  setAccessibleDescription(toQString(figure.sentence));
  QSizePolicy policy(QSizePolicy::Expanding,
                     figure.kind == FigureKind::Stack ? QSizePolicy::Preferred : QSizePolicy::Expanding);
  policy.setHeightForWidth(figure.kind == FigureKind::Stack);
  if (policy != sizePolicy()) setSizePolicy(policy);
  if (otherLabels) updateGeometry();
  update();
}

void FigureView::setEmptyText(const QString& text) {
  private_->emptyText = text;
  private_->stale = true;
  update();
}

void FigureView::setTitleVisible(bool visible) {
  private_->look.title = visible;
  private_->placeHandle(size());
  private_->stale = true;
  updateGeometry();
  update();
}

void FigureView::setSelectedLabels(const std::set<int>& labels) {
  if (private_->look.selected == labels) return;
  private_->look.selected = labels;
  private_->stale = true;
  update();
}

void FigureView::setAllBars(bool all) {
  private_->allBars->setChecked(all);
  if (private_->look.all == all) return;
  private_->look.all = all;
  private_->stale = true;
  private_->hovered = private_->focused = -1;
  update();
}

void FigureView::exportWithDialog() {
  auto* dialog = new ExportDialog(private_->figure, private_->look.all, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

void FigureView::copy() {
  if (isEmpty(private_->figure)) return;
  auto* content = new QMimeData;
  QWidget::grab();  // Brings the picture up to date.
  content->setImageData(private_->picture.toImage());
  content->setText(toQString(toCsv(private_->figure)));
  QApplication::clipboard()->setMimeData(content);
}

void FigureView::showAsTable() {
  if (!isEmpty(private_->figure)) showFigureTable(private_->figure, this);
}

QSize FigureView::sizeHint() const {
  return {480, hasHeightForWidth() ? heightForWidth(480) : 320};
}

QSize FigureView::minimumSizeHint() const {
  return {240, hasHeightForWidth() ? heightForWidth(640) : 140};
}

bool FigureView::hasHeightForWidth() const {
  return private_->figure.kind == FigureKind::Stack;
}

int FigureView::heightForWidth(int width) const {
  const int margin = space::kXs;
  const double height =
      private_->painter->heightFor(width - 2 * margin, private_->figure, private_->fonts, private_->look);
  return height > 0 ? static_cast<int>(height) + 2 * margin : -1;
}

bool FigureView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    // The tip of the mark is shown while moving; a second one from the help event would hide it.
    event->accept();
    return true;
  }
  return QWidget::event(event);
}

void FigureView::drawPicture() {
  const double ratio = devicePixelRatioF();
  const QSize pixels = size() * ratio;
  if (!private_->stale && private_->picture.size() == pixels) return;
  const Colours& colours = Theme::instance().colours();
  private_->picture = QPixmap(pixels);
  private_->picture.setDevicePixelRatio(ratio);
  private_->picture.fill(colours.surface);
  QPainter onPicture(&private_->picture);
  onPicture.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  const QRectF area = QRectF(rect()).adjusted(space::kXs, space::kXs, -space::kXs, -space::kXs);
  if (isEmpty(private_->figure)) {
    onPicture.setPen(colours.mutedText);
    onPicture.setFont(private_->fonts.label);
    onPicture.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, private_->emptyText);
  } else {
    private_->look.corner = private_->handle->width();
    private_->painter->paint(onPicture, area, private_->figure, colours, private_->fonts, private_->look);
  }
  private_->stale = false;
}

void FigureView::paintEvent(QPaintEvent*) {
  drawPicture();
  const Colours& colours = Theme::instance().colours();
  QPainter painter(this);
  painter.drawPixmap(0, 0, private_->picture);
  if (isEmpty(private_->figure)) return;
  painter.setRenderHint(QPainter::Antialiasing);
  const auto outline = [&](const std::optional<Mark>& mark, const QColor& colour) {
    if (!mark) return;
    painter.setPen(QPen(colour, 1.5));
    painter.setBrush(Qt::NoBrush);
    QRectF shape = mark->shape;
    if (shape.width() < 4 && shape.height() >= 20) {
      painter.drawLine(shape.center() - QPointF(0, shape.height() / 2),
                       shape.center() + QPointF(0, shape.height() / 2));
      return;
    }
    // Cells of a pixel are framed from outside.
    const QPointF grow(std::max(0.0, 6 - shape.width()) / 2, std::max(0.0, 6 - shape.height()) / 2);
    shape.adjust(-grow.x(), -grow.y(), grow.x(), grow.y());
    painter.drawRoundedRect(shape.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
  };
  outline(private_->mark(private_->hovered), colours.mutedText);
  if (hasFocus()) outline(private_->mark(private_->focused), colours.accent);
}

void FigureView::resizeEvent(QResizeEvent*) {
  private_->placeHandle(size());
}

void FigureView::mouseMoveEvent(QMouseEvent* event) {
  const int hovered = private_->painter->markAt(event->position());
  if (hovered == private_->hovered) return;
  private_->hovered = hovered;
  const std::optional<Mark> mark = private_->mark(hovered);
  // A hand only where a click does something.
  static const QMetaMethod kActivated = QMetaMethod::fromSignal(&FigureView::labelActivated);
  static const QMetaMethod kCell = QMetaMethod::fromSignal(&FigureView::cellActivated);
  const bool asked = isSignalConnected(kActivated) || (mark && mark->column >= 0 && isSignalConnected(kCell));
  const bool answers = mark && (mark->label == Mark::kOthers || (mark->label >= 0 && asked));
  setCursor(answers ? Qt::PointingHandCursor : Qt::ArrowCursor);
  if (mark) {
    QToolTip::showText(event->globalPosition().toPoint(), private_->painter->tip(private_->figure, *mark), this);
  } else {
    QToolTip::hideText();
  }
  update();
}

void FigureView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !rect().contains(event->position().toPoint())) return;
  const int mark = private_->painter->markAt(event->position());
  private_->focused = mark;
  activate(mark);
}

void FigureView::leaveEvent(QEvent*) {
  private_->hovered = -1;
  update();
}

void FigureView::activate(int index) {
  const std::optional<Mark> mark = private_->mark(index);
  if (!mark) return;
  update();
  if (mark->label == Mark::kOthers) {
    setAllBars(true);
  } else if (mark->label >= 0) {
    const Mark chosen = *mark;  // a listener may show another figure
    emit labelActivated(chosen.label);
    if (chosen.column >= 0) emit cellActivated(chosen.label, chosen.column);
  }
}

/// Sideways within the row, up and down within the column.
static int stepInTable(int from, int step, int perRow, int count) {
  const int row = from / perRow, column = from % perRow, last = count - 1;
  if (step % perRow != 0) return std::clamp(from + step, row * perRow, std::min(last, row * perRow + perRow - 1));
  // The last row may be shorter.
  const int lastRow = column <= last % perRow ? last / perRow : last / perRow - 1;
  return std::clamp(row + step / perRow, 0, std::max(0, lastRow)) * perRow + column;
}

void FigureView::moveFocus(int step) {
  const int count = private_->painter->markCount();
  if (count == 0) return;
  const bool first = private_->focused < 0 && std::abs(step) < count;
  if (first) {
    private_->focused = step > 0 ? 0 : count - 1;
  } else if (const int perRow = private_->painter->marksPerRow(); perRow > 1 && std::abs(step) < count) {
    private_->focused = stepInTable(private_->focused, step, perRow, count);
  } else {
    private_->focused = std::clamp(private_->focused + step, 0, count - 1);
  }
  const Mark mark = *private_->mark(private_->focused);
  const QString tip = private_->painter->tip(private_->figure, mark);
  setAccessibleDescription(tip);
  QToolTip::showText(mapToGlobal(mark.shape.center().toPoint()), tip, this);
  update();
}

void FigureView::keyPressEvent(QKeyEvent* event) {
  drawPicture();  // the marks that keys move between are made by drawing, and a key may come before the first paint
  const int all = private_->painter->markCount();
  const int perRow = private_->painter->marksPerRow();
  if (event->matches(QKeySequence::Copy)) return copy();
  switch (event->key()) {
    case Qt::Key_Left:
      return moveFocus(-1);
    case Qt::Key_Up:
      return moveFocus(-perRow);
    case Qt::Key_Right:
      return moveFocus(1);
    case Qt::Key_Down:
      return moveFocus(perRow);
    case Qt::Key_PageUp:
      return moveFocus(-10 * perRow);
    case Qt::Key_PageDown:
      return moveFocus(10 * perRow);
    case Qt::Key_Home:
      return moveFocus(-all);
    case Qt::Key_End:
      return moveFocus(all);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      return activate(private_->focused);
    case Qt::Key_T:
      return showAsTable();
    case Qt::Key_A:
      if (private_->figure.kind == FigureKind::Bars) return setAllBars(!private_->look.all);
      break;
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

void FigureView::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason) moveFocus(1);
}

void FigureView::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  setAccessibleDescription(toQString(private_->figure.sentence));
  update();
}

void FigureView::contextMenuEvent(QContextMenuEvent* event) {
  if (!isEmpty(private_->figure)) private_->menu->popup(event->globalPos());
}

}  // namespace gf
