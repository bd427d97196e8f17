// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <vector>

#include "data/dataset.h"
#include "options/transfer_options.h"

namespace gf {

struct Inspection;

/// The classes of a data set: images per split, how many the transfer set takes, and which class of teacher and
/// student answers for it, matched by name.
class ClassTable final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Class, Train, Eval, Transfer, Teacher, Student, ColumnCount };
  enum Role { ClassRole = Qt::UserRole + 1, SortRole };

  using QAbstractTableModel::QAbstractTableModel;

  /// Any of the pointers may be null.
  void setContents(const DataSource* data, const Inspection* teacher, const Inspection* student,
                   const SubsetRule& rule);
  /// Images in the transfer set.
  qint64 transferImages() const { return transferImages_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Row {
    QString name, id;          ///< The ImageNet id where the data have one.
    QString teacher, student;  ///< Empty where the model has no such class or is not chosen.
    bool teacherFits = true, studentFits = true;
    qint64 teacherPlace = -1, studentPlace = -1;  ///< Of the class among the model's own.
    qint64 train = 0, eval = 0, transfer = 0;
  };
  QString cell(const Row& row, int column) const;

  std::vector<Row> rows_;
  QString evalName_;
  bool hasTrain_ = false;
  qint64 transferImages_ = 0;
};

}  // namespace gf
