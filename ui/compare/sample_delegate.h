// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include "jobs/compare_job.h"
#include "ui/charts/figure_painter.h"

namespace gf {

class Thumbnails;
struct Answer;

/// A card: the image, its class, and what both models say of it with a tick or a cross.
class SampleDelegate final : public QStyledItemDelegate {
  Q_OBJECT
 public:
  static constexpr int kImageSide = 96;

  SampleDelegate(Thumbnails& thumbnails, QObject* parent = nullptr);
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  void paintImage(QPainter& painter, const QRect& place, std::size_t sample) const;
  void paintAnswer(QPainter& painter, const QRectF& line, Role role, const QString& name, const Answer& answer) const;

  Thumbnails& thumbnails_;
};

/// A tick or a cross: shapes, so that right and wrong need no colour.
void drawVerdict(QPainter& painter, const QRectF& place, bool right, const Colours& colours);

}  // namespace gf
