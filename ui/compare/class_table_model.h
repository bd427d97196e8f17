// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "jobs/compare_job.h"

namespace gf {

/// A row per class: how many images, how often each model is right, and where only one of them is.
class ClassTableModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Name, Images, TeacherAccuracy, StudentAccuracy, PositiveFlips, NegativeFlips, Difference, ColumnCount };
  enum Role { SortRole = Qt::UserRole };  ///< The number (or text) that a column sorts by.

  using QAbstractTableModel::QAbstractTableModel;
  void setComparison(std::shared_ptr<const Comparison> comparison);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QVariant sortValue(int row, int column) const;
  QString text(int row, int column) const;

  std::shared_ptr<const Comparison> comparison_;
};

}  // namespace gf
