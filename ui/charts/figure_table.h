// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "report/figure.h"

class QWidget;

namespace gf {

/// A figure's numbers: a row per label, or per place on the x axis; a column per series.
class FigureTableModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  explicit FigureTableModel(Figure figure, QObject* parent = nullptr);
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  /// Qt::UserRole gives the plain number (or text), for sorting.
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  bool overX() const { return figure_.kind == FigureKind::Lines; }
  bool isStack() const { return figure_.kind == FigureKind::Stack; }
  int valueColumns() const;
  QVariant value(int row, int column) const;

  Figure figure_;
  std::vector<double> places_;               ///< For Lines: all x, ascending.
  std::vector<std::vector<double>> values_;  ///< [series][row]; NaN where a series has no value.
};

/// The numbers of a figure in a window of their own, sortable, to be selected and copied.
void showFigureTable(const Figure& figure, QWidget* parent);

}  // namespace gf
