// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <memory>

#include "ui/studies/study_reading.h"

namespace gf {

/// "Done", "Failed", "Running", "Missing".
QString stateText(CellState state);
/// Several teachers as one text.
QString teachersText(const IndexedCell& cell);

/// The cells of a study. Numbers are right-aligned; units are in the headers.
class CellModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Student, Teacher, Setting, Seed, State, Delta, Gain, Loss, Seconds, ErrorText, ColumnCount };
  enum Role { SortRole = Qt::UserRole + 1, NameRole };

  using QAbstractTableModel::QAbstractTableModel;
  /// Where they are the same cells as before only what changed is announced: selection and place stay.
  void setCells(std::shared_ptr<const StudyNow> now);
  const IndexedCell& cell(int row) const { return now_->cells[static_cast<std::size_t>(row)]; }
  int rowOf(const std::string& name) const;  ///< −1 when there is none.

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::shared_ptr<const StudyNow> now_ = std::make_shared<StudyNow>();
};

}  // namespace gf
