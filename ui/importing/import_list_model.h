// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QStringList>
#include <set>
#include <vector>

#include "jobs/import_job.h"

namespace gf {

/// The models that the libraries know, to be ticked.
class ImportListModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Name, Family, Parameters, Input, Answers, Accuracy, Paper, Weights, ColumnCount };
  enum Role { SortRole = Qt::UserRole + 1 };

  using QAbstractTableModel::QAbstractTableModel;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;

  void setModels(std::vector<Importable> models);
  const std::vector<Importable>& models() const { return models_; }
  /// Whether only models whose weights lie on this machine can be ticked. Ticks of others are taken away.
  void setOnlyHere(bool only);
  /// With `only` a tick takes the one before it away.
  void setSingle(bool only);
  void tick(const std::vector<int>& rows, bool on);
  /// Rows that are ticked, ascending.
  std::vector<int> ticked() const { return {ticked_.begin(), ticked_.end()}; }

 signals:
  void tickedChanged();

 private:
  bool canTick(int row) const;
  QString display(const Importable& model, int column) const;

  std::vector<Importable> models_;
  std::set<int> ticked_;
  bool onlyHere_ = false, single_ = false;
};

/// What of it is in view.
class ImportFilter final : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  enum Group { Timm, Torchvision, PaperShelf };
  explicit ImportFilter(ImportListModel* model, QObject* parent = nullptr);
  /// `text`: words that must all be in the name, the family or the paper's name.
  void show(int group, bool onlyHere, const QString& text);
  bool isOnlyHere() const { return onlyHere_; }
  static bool holds(int group, const Importable& model);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  ImportListModel* model_;
  int group_ = Timm;
  bool onlyHere_ = true;
  QStringList words_;
};

}  // namespace gf
