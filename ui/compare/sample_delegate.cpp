// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_delegate.h"

#include <QPainter>

#include "ui/charts/drawing.h"
#include "ui/compare/sample_model.h"
#include "ui/compare/sample_text.h"
#include "ui/compare/thumbnails.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

constexpr int kCardWidth = 144;

QFont cardFont(QFont::Weight weight) {
  QFont font = Theme::instance().font(TextStyle::Small);
  font.setWeight(weight);
  return font;
}

}  // namespace

void drawVerdict(QPainter& painter, const QRectF& place, bool right, const Colours& colours) {
  const double r = 0.32 * std::min(place.width(), place.height());
  const QPointF c = place.center();
  painter.setPen(QPen(right ? colours.text : colours.danger, 0.45 * r, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.setBrush(Qt::NoBrush);
  if (right) {
    painter.drawPolyline(QPolygonF({c + QPointF(-r, 0), c + QPointF(-0.3 * r, 0.75 * r), c + QPointF(r, -0.75 * r)}));
  } else {
    painter.drawLine(c + QPointF(-0.7, -0.7) * r, c + QPointF(0.7, 0.7) * r);
    painter.drawLine(c + QPointF(-0.7, 0.7) * r, c + QPointF(0.7, -0.7) * r);
  }
}

SampleDelegate::SampleDelegate(Thumbnails& thumbnails, QObject* parent)
    : QStyledItemDelegate(parent), thumbnails_(thumbnails) {}

QSize SampleDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
  const int line = static_cast<int>(textHeight(cardFont(QFont::Normal))) + 1;
  return {kCardWidth + space::kXs, kImageSide + 3 * line + 2 * space::kS + 2 * space::kXs};
}

void SampleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto* model = qobject_cast<const SampleModel*>(index.model());
  if (!model || !model->comparison()) return;
  const Comparison& comparison = *model->comparison();
  const Colours& colours = Theme::instance().colours();
  const std::size_t sample = model->sample(index.row());
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QRect card = option.rect.adjusted(0, 0, -space::kXs, -space::kXs);
  const bool chosen = option.state & QStyle::State_Selected, focused = option.state & QStyle::State_HasFocus;
  if (chosen || focused || (option.state & QStyle::State_MouseOver)) {
    painter->setPen(focused || chosen ? QPen(colours.accent, 1.5) : QPen(Qt::NoPen));
    painter->setBrush(blended(colours.accent, colours.surface, chosen ? 0.16 : 0.06));
    painter->drawRoundedRect(QRectF(card).adjusted(1, 1, -1, -1), 4, 4);
  }
  const QRect inner = card.adjusted(space::kS, space::kS, -space::kS, -space::kXs);
  paintImage(*painter, {inner.left() + (inner.width() - kImageSide) / 2, inner.top(), kImageSide, kImageSide}, sample);
  const double line = textHeight(cardFont(QFont::Normal)) + 1;
  QRectF text(inner.left(), inner.top() + kImageSide + space::kXs, inner.width(), line);
  drawText(*painter, text, Qt::AlignHCenter | Qt::AlignVCenter, index.data().toString(), cardFont(QFont::DemiBold),
           colours.text);
  const auto answer = [&](Role role, const Predictions& predictions) {
    text.translate(0, line);
    const Answer said = answerOf(comparison, predictions, sample);
    paintAnswer(*painter, text, role, className(comparison, said.predicted), said);
  };
  answer(Role::Teacher, comparison.teacherPredictions[kTeacher]);
  answer(Role::Student, comparison.studentPredictions);
  painter->restore();
}

void SampleDelegate::paintImage(QPainter& painter, const QRect& place, std::size_t sample) const {
  const Colours& colours = Theme::instance().colours();
  const Thumbnails::Picture* picture = thumbnails_.find(sample);
  if (picture && !picture->image.isNull()) {
    // Fitted for the screen's pixels already: drawn as it is, or sharp pixels would blur.
    const QSizeF size = QSizeF(picture->image.size()) / painter.device()->devicePixelRatioF();
    const QRectF target(place.center().x() + 0.5 - size.width() / 2, place.center().y() + 0.5 - size.height() / 2,
                        size.width(), size.height());
    painter.drawImage(target, picture->image);
    return;
  }
  painter.fillRect(place, blended(colours.line, colours.surface, 0.5));
  if (!picture) return;
  painter.setFont(cardFont(QFont::Normal));
  painter.setPen(colours.mutedText);
  painter.drawText(place, Qt::AlignCenter | Qt::TextWordWrap, tr("cannot be read"));
}

void SampleDelegate::paintAnswer(QPainter& painter, const QRectF& line, Role role, const QString& name,
                                 const Answer& answer) const {
  const Colours& colours = Theme::instance().colours();
  const QFont font = cardFont(QFont::Normal);
  const double height = line.height(), marker = 0.5 * height;
  drawMarker(painter, role, {line.left() + marker / 2, line.center().y()}, marker, colours);
  const QRectF verdict(line.right() - 0.8 * height, line.top(), 0.8 * height, height);
  drawVerdict(painter, verdict, answer.right, colours);
  const QString confidence = percentText(answer.confidence, 0);
  const double width = textWidth(font, confidence);
  const QRectF number(verdict.left() - width - 2, line.top(), width, height);
  drawText(painter, number, Qt::AlignRight | Qt::AlignVCenter, confidence, font, colours.mutedText);
  const double left = line.left() + marker + 0.35 * height;
  drawText(painter, {left, line.top(), number.left() - left - 0.3 * height, height}, Qt::AlignLeft | Qt::AlignVCenter,
           name, font, colours.text);
}

}  // namespace gf
