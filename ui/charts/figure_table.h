// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <functional>
#include <utility>
#include <vector>

#include "report/figure.h"
#include "ui/charts/drawing.h"

class QWidget;

namespace gf {

/// A figure's numbers: a row per label, per place on the x axis, or per point; a column per series with the ends of its
/// intervals, or one for each of a point's numbers.
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
  /// Gives a number (double) or words (QString) for a row.
  using Cell = std::function<QVariant(std::size_t row)>;
  struct Column {
    QString title;
    ValueFormat format;
    bool isPlace = false;  ///< Written as short as it can be.
    Cell cell;
  };
  void addWords(const QString& title, const std::vector<std::string>& words);
  void addValues(const QString& title, const std::vector<double>& values);
  void buildLines();
  void buildStack();
  void buildScatter();
  void buildLabels();

  Figure figure_;
  ValueFormat format_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
  std::vector<double> places_;               ///< For Lines: all x, ascending.
  std::vector<std::vector<double>> values_;  ///< For Lines: [series][row]; NaN where a series has no value.
  std::vector<std::pair<std::size_t, std::size_t>> points_;  ///< For Scatter: series and place in it.
};

/// The numbers of a figure in a window of their own, sortable, to be selected and copied.
void showFigureTable(const Figure& figure, QWidget* parent);

}  // namespace gf
