// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "knowledge/statistics.h"

namespace gf {

struct Shelf;

/// Who should teach whom: the pairs of a shelf with most headroom, as its report ranks them, and below them the best
/// teacher of every student that is not among those. Numbers are right-aligned; units are in the headers.
class RankingModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Teacher, Student, Headroom, Positive, Negative, Delta, Interval, PValue, Classes, ColumnCount };
  /// TeacherRole, StudentRole: indices of models. ReasonRole: why the pair stands where it stands, as one sentence.
  enum Role { SortRole = Qt::UserRole + 1, StudentRole, TeacherRole, ReasonRole };

  using QAbstractTableModel::QAbstractTableModel;
  void setShelf(std::shared_ptr<const Shelf> shelf);
  /// Ordered pairs of different models that the shelf has altogether.
  qint64 pairs() const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Row {
    std::size_t teacher = 0, student = 0;
    double headroom = 0, positive = 0, negative = 0, delta = 0, p = 1;  ///< Shares, but p.
    mutable std::optional<gf::Interval> interval;  ///< Of delta; where the report has none, once it was asked for.
    QString classes, reason;
  };
  void readRanking();
  void addBestTeachers();
  const gf::Interval& intervalOf(const Row& row) const;
  QVariant number(const Row& row, int column) const;
  QString words(const Row& row, int column) const;

  std::shared_ptr<const Shelf> shelf_;
  QStringList names_;
  std::vector<Row> rows_;
};

}  // namespace gf
