// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QString>
#include <QStringList>
#include <vector>

namespace gf {

/// Models of the shelf, each of which can be ticked for a study.
class ModelChecks final : public QAbstractListModel {
  Q_OBJECT
 public:
  struct Item {
    QString path, name, detail;
    QString reason;  ///< Why it cannot take part; empty when it can.
    bool operator==(const Item&) const = default;
  };

  using QAbstractListModel::QAbstractListModel;
  /// What was ticked stays so, by path.
  void setItems(std::vector<Item> items);
  const std::vector<Item>& items() const { return items_; }
  void setChecked(const QStringList& paths);
  /// Ticks all that can take part, or none.
  void checkAll(bool on);
  std::vector<Item> checked() const;  ///< Those that can take part, in the shelf's order.

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 signals:
  void changed();  ///< checked() answers something else.

 private:
  std::vector<Item> items_;
  QStringList ticked_;  ///< Paths.
};

}  // namespace gf
