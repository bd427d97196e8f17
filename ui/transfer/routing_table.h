// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "jobs/preview_job.h"
#include "knowledge/routing.h"

namespace gf {

/// How both rules route the samples of each class, or of the whole set to each teacher: positive flips, negative flips
/// and the rest, with the share that would follow the teacher by label and by confidence.
class RoutingTable final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column {
    Name,
    Samples,
    Positive,
    PositiveByLabel,
    PositiveByConfidence,
    Negative,
    NegativeByLabel,
    NegativeByConfidence,
    Rest,
    RestByLabel,
    RestByConfidence,
    Ties,
    ColumnCount
  };
  /// Numbers to sort by; a share of nothing comes last.
  static constexpr int SortRole = Qt::UserRole + 1;

  struct Row {
    QString name;
    Routing supervised, unsupervised;
    std::optional<std::int64_t> ties;
  };

  using QAbstractTableModel::QAbstractTableModel;
  /// `nameTitle` heads the first column: "Class", "Teacher".
  void setRows(const QString& nameTitle, std::vector<Row> rows);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString nameTitle_;
  std::vector<Row> rows_;
};

std::vector<RoutingTable::Row> routingByClass(const Preview& preview);
/// Empty with one teacher.
std::vector<RoutingTable::Row> routingByTeacher(const Preview& preview);

}  // namespace gf
