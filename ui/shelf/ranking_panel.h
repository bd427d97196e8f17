// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>
#include <QWidget>
#include <memory>

#include "ui/shelf/ranking_model.h"

class QComboBox;
class QLabel;
class QTableView;

namespace gf {

/// Lets the pairs of one student through.
class StudentFilter final : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  static constexpr int kAll = -1;

  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setStudent(int student);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  int student_ = kAll;
};

/// The table of who should teach whom, for all students or for one.
class RankingPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit RankingPanel(QWidget* parent = nullptr);
  void show(std::shared_ptr<const Shelf> shelf);
  /// Why the chosen row stands where it stands; empty while none is chosen.
  QString reason() const;

 signals:
  void reasonChanged();                       ///< reason() answers something else.
  void pairChosen(int teacher, int student);  ///< Indices into the shelf's models; by double click or Enter.

 private:
  void build();
  void fitColumns();
  void choose(const QModelIndex& row);

  RankingModel* model_;
  StudentFilter* filter_;
  QComboBox* students_;
  QLabel* note_;
  QTableView* table_;
};

}  // namespace gf
