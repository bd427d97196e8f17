// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "jobs/preview_job.h"

namespace gf {

/// How both rules would partition the transfer set: a row for each outcome against the student, the count, and the
/// share that would follow the teacher under each rule.
class PartitionTable final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Outcome_, Samples, Supervised, Unsupervised, ColumnCount };

  using QAbstractTableModel::QAbstractTableModel;
  void setPreview(std::shared_ptr<const Preview> preview);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::shared_ptr<const Preview> preview_;
};

}  // namespace gf
