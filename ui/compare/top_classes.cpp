// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/top_classes.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ui/charts/drawing.h"
#include "ui/compare/sample_delegate.h"
#include "ui/compare/sample_text.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

constexpr int kWidth = 208;
constexpr double kBar = 6;

QFont fontOf(QFont::Weight weight) {
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setWeight(weight);
  return font;
}

double lineHeight() {
  return textHeight(fontOf(QFont::Normal)) + 2;
}
double rowHeight() {
  return lineHeight() + kBar + space::kM;
}

bool isBefore(std::span<const float> row, std::size_t a, std::size_t b) {
  return row[a] != row[b] ? row[a] > row[b] : a < b;
}

}  // namespace

std::vector<std::size_t> firstClasses(const Predictions& predictions, std::size_t sample, std::size_t most) {
  const auto row = predictions.row(sample);
  std::vector<std::size_t> classes;
  for (std::size_t k = 0; k < row.size(); ++k)
    if (std::isfinite(row[k])) classes.push_back(k);
  most = std::min(most, classes.size());
  std::partial_sort(classes.begin(), classes.begin() + static_cast<std::ptrdiff_t>(most), classes.end(),
                    [&](std::size_t a, std::size_t b) { return isBefore(row, a, b); });
  classes.resize(most);
  return classes;
}

std::vector<RankedClass> rankedClasses(const Predictions& predictions, std::size_t sample, std::size_t truth,
                                       std::size_t most) {
  std::vector<RankedClass> ranked;
  bool there = false;
  for (const std::size_t k : firstClasses(predictions, sample, most)) {
    ranked.push_back({k, ranked.size() + 1, predictions.probability(sample, k), k == truth, true});
    there = there || k == truth;
  }
  if (there) return ranked;
  const auto row = predictions.row(sample);
  std::size_t rank = 1;
  for (std::size_t k = 0; k < row.size(); ++k) rank += k != truth && isBefore(row, k, truth);
  ranked.push_back({truth, rank, predictions.probability(sample, truth), true, std::isfinite(row[truth])});
  return ranked;
}

TopClasses::TopClasses(Role role, QWidget* parent) : QWidget(parent), role_(role) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void TopClasses::show(const Comparison& comparison, std::size_t sample) {
  const bool teacher = role_ == Role::Teacher;
  const Predictions& predictions = teacher ? comparison.teacherPredictions[kTeacher] : comparison.studentPredictions;
  const auto truth = static_cast<std::size_t>(comparison.data.eval->labels()[sample]);
  model_ = teacher ? teacherName(comparison) : studentName(comparison);
  right_ = answerOf(comparison, predictions, sample).right;
  rows_ = rankedClasses(predictions, sample, truth, kMost);
  names_.clear();
  QStringList words;
  for (const RankedClass& row : rows_) {
    names_ << className(comparison, static_cast<std::int32_t>(row.index));
    words << tr("%1. %2, %3%4")
                 .arg(QString::number(row.rank), names_.back(), percentText(row.probability),
                      row.truth ? tr(" (the truth)") : QString());
  }
  setAccessibleName(model_);
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  setToolTip(words.join('\n'));
  update();
}

QSize TopClasses::sizeHint() const {
  // Room for the truth below the first five, so that nothing moves from image to image.
  return {kWidth, static_cast<int>(lineHeight() + space::kM + static_cast<double>(kMost + 1) * rowHeight())};
}

double TopClasses::paintHead(QPainter& painter) const {
  const Colours& colours = Theme::instance().colours();
  const double line = lineHeight(), marker = 0.6 * line;
  drawMarker(painter, role_, {marker / 2, line / 2}, marker, colours);
  const double left = marker + space::kXs;
  drawText(painter, {left, 0, width() - left - line - space::kXs, line}, Qt::AlignLeft | Qt::AlignVCenter, model_,
           fontOf(QFont::DemiBold), colours.text);
  drawVerdict(painter, {width() - line, 0, line, line}, right_, colours);
  return line + space::kM;
}

void TopClasses::paintRow(QPainter& painter, const QRectF& place, std::size_t at) const {
  const Colours& colours = Theme::instance().colours();
  const RankedClass& row = rows_[at];
  const double line = lineHeight();
  const QFont font = fontOf(row.truth ? QFont::DemiBold : QFont::Normal);
  const QString number = row.known ? percentText(row.probability) : tr("not known");
  const double numberWidth = textWidth(font, number) + 1;
  double right = place.right() - numberWidth;
  drawText(painter, {right, place.top(), numberWidth, line}, Qt::AlignRight | Qt::AlignVCenter, number, font,
           colours.text);
  QString name = names_[static_cast<int>(at)];
  if (row.rank > kMost && row.known) name = tr("%1. %2").arg(countText(static_cast<qint64>(row.rank)), name);
  if (row.truth) {
    // Said in a word: a bold name alone could be missed.
    const QString word = tr("truth");
    const QFont small = Theme::instance().font(TextStyle::Small);
    const double room = textWidth(small, word) + space::kS;
    const double start = std::min(place.left() + textWidth(font, name) + space::kS, right - room - space::kXs);
    const QRectF badge(start, place.top() + 1, room, line - 2);
    painter.setPen(QPen(colours.mutedText, 0.8));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(badge, 3, 3);
    drawText(painter, badge, Qt::AlignCenter, word, small, colours.text);
    right = start;
  }
  drawText(painter, {place.left(), place.top(), right - place.left() - space::kXs, line},
           Qt::AlignLeft | Qt::AlignVCenter, name, font, colours.text);
  const QRectF track(place.left(), place.top() + line, place.width(), kBar);
  painter.setPen(Qt::NoPen);
  painter.setBrush(blended(colours.line, colours.surface, 0.6));
  painter.drawRect(track);
  painter.setBrush(colours.of(role_));
  painter.drawRect(QRectF(track.topLeft(), QSizeF(track.width() * row.probability, track.height())));
}

void TopClasses::paintEvent(QPaintEvent*) {
  if (rows_.empty()) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  double top = paintHead(painter);
  for (std::size_t i = 0; i < rows_.size(); ++i, top += rowHeight())
    paintRow(painter, {0, top, static_cast<double>(width()), rowHeight()}, i);
}

}  // namespace gf
