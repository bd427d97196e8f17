// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include "report/figure.h"

namespace gf {

/// A share as a number with a bar beside it, in the colour of what it means.
class ShareDelegate final : public QStyledItemDelegate {
  Q_OBJECT
 public:
  /// `barRole`: the role under which a model gives the length of the bar, 0–1.
  ShareDelegate(int barRole, QObject* parent) : QStyledItemDelegate(parent), barRole_(barRole) {}
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  Role meaning = Role::Gain;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

 private:
  int barRole_;
};

}  // namespace gf
