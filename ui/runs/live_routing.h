// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QStringList>
#include <span>
#include <vector>

#include "transfer/record.h"

namespace gf {

/// Whom the samples of the latest epoch followed: the share of positive flips, negative flips and the rest that went to
/// each teacher, against the frozen student (which trains) and, by the same rule, against the student as it then was.
class LiveRouting final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Kind, Samples, Frozen, Adapting, ColumnCount };

  using QAbstractTableModel::QAbstractTableModel;
  /// `teachers`: names for several at once; may be empty.
  void setSteps(std::span<const StepRecord> steps, const QStringList& teachers);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Pair {
    Routing frozen, adapting;
  };
  std::vector<Pair> teachers_;
  QStringList names_;
};

}  // namespace gf
