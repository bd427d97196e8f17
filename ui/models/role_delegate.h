// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace gf {

class Workspace;

/// Draws names with a "T" or "S" badge in the role's colour where the model stands in a slot;
/// several teachers are numbered.
class RoleDelegate final : public QStyledItemDelegate {
  Q_OBJECT
 public:
  RoleDelegate(Workspace& workspace, QObject* parent);
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  Workspace& workspace_;
};

}  // namespace gf
