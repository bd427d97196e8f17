// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <QString>
#include <vector>

#include "jobs/compare_job.h"
#include "models/inspection.h"

namespace gf {

/// The shelf: every checkpoint the user added, readable or not. Rows are dragged as file URLs.
class ShelfModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Name, Family, Parameters, Input, Classes, Accuracy, Source, State, ColumnCount };
  /// ExplanationRole: why the row cannot be used and what to do, empty when all is well.
  enum Role { PathRole = Qt::UserRole + 1, UsableRole, SortRole, ExplanationRole };

  struct Row {
    ModelChoice choice;
    Inspection inspection;
    bool pending = true;   ///< Not inspected yet.
    bool weights = false;  ///< Not readable, but weights without a program: an import makes a model of them.
  };

  using QAbstractTableModel::QAbstractTableModel;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QStringList mimeTypes() const override;
  QMimeData* mimeData(const QModelIndexList& indexes) const override;

  /// Adds or replaces the row of `row.choice.path`.
  void put(Row row);
  void remove(const QString& path);
  const Row* find(const QString& path) const;
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
  QHash<QString, int> at_;  ///< Row of a path: shelves of thousands are searched with every result that comes in.
};

/// Why a row cannot be used and what to do; empty when all is well.
QString shelfExplanation(const ShelfModel::Row& row);

}  // namespace gf
