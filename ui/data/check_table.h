// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <memory>

#include "jobs/check_job.h"

namespace gf {

/// Images that cannot be read, each with its reason, and those that are odd, each with its treatment.
class CheckTable final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Image, Kind, Reason, ColumnCount };
  static constexpr int kAll = -2, kBad = -1;  ///< Kinds beside the numbers of Oddity.
  enum Role { KindRole = Qt::UserRole + 1 };

  using QAbstractTableModel::QAbstractTableModel;
  void show(std::shared_ptr<const DataCheck> check);
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Row {
    int kind;           ///< kBad, or an Oddity.
    std::size_t index;  ///< Among the bad images or the names of the oddity.
  };
  QString text(const Row& row, int column) const;

  std::shared_ptr<const DataCheck> check_;
  std::vector<Row> rows_;
};

/// Of one kind, with some words in it.
class CheckFilter final : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit CheckFilter(CheckTable* table, QObject* parent = nullptr);
  void show(int kind, const QString& text);
  /// What is in view as CSV, in its order: image, what, why.
  std::string csv() const;
  /// Rows of it as lines with tabs.
  QString lines(const QModelIndexList& rows) const;

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  int kind_ = CheckTable::kAll;
  QString text_;
};

}  // namespace gf
