// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "report/report_content.h"

class QTableView;

namespace gf {

/// A table of texts as people read them.
class ContentTableModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  using QAbstractTableModel::QAbstractTableModel;
  void setTable(ContentTable table);
  const ContentTable& table() const { return table_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  ContentTable table_;
};

/// A view for such tables: in the order they have, columns as wide as their text.
QTableView* makeContentView(ContentTableModel* model, QWidget* parent);

}  // namespace gf
