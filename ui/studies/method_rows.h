// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <array>
#include <vector>

#include "ui/studies/plan_draft.h"

class QTableView;

namespace gf {

/// The methods of a plan: each can be ticked, has a preset, and takes one or several values for the options that are
/// searched most. Several values make a setting each.
class MethodRows final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Name, Preset, LearningRate, Lambda, Temperature, ColumnCount };

  explicit MethodRows(QObject* parent = nullptr);
  std::vector<DraftMethod> chosen() const;
  void check(Method method, bool on);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  /// Presets of a row as a list box offers them: id (empty: defaults) and label.
  QList<QPair<QString, QString>> presetsOf(int row) const;

 signals:
  void changed();

 private:
  struct Row {
    Method method;
    bool on = false;
    QString preset;
    std::array<QString, 3> values;  ///< As typed.
  };
  TransferOptions optionsOf(const Row& row) const;
  std::vector<Row> rows_;
};

/// A view in which ticks, presets and values are edited.
QTableView* makeMethodView(MethodRows* rows, QWidget* parent);

}  // namespace gf
