// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "jobs/compare_job.h"
#include "knowledge/confusion.h"

namespace gf {

/// A row per class and what was said instead of it, with how often.
class FlipTableModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Truth, SaidInstead, Images, Share, ColumnCount };
  enum Role {
    SortRole = Qt::UserRole,  ///< The number (or text) that a column sorts by.
    BarRole                   ///< Of Share: length of the bar, 0–1 of the longest.
  };

  using QAbstractTableModel::QAbstractTableModel;
  void show(std::shared_ptr<const Comparison> comparison, FlipKind kind);
  const FlipConfusion& confusion() const { return confusion_; }
  FlipKind kind() const { return kind_; }
  const FlipPair& pair(int row) const { return confusion_.pairs[static_cast<std::size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString text(const FlipPair& pair, int column) const;
  QVariant sortValue(const FlipPair& pair, int column) const;
  double share(const FlipPair& pair) const;

  std::shared_ptr<const Comparison> comparison_;
  FlipKind kind_ = FlipKind::Positive;
  FlipConfusion confusion_;
};

}  // namespace gf
