// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <deque>
#include <memory>

#include "base/log.h"

namespace gf {

/// The lines of the log, newest last; keeps the latest few thousand. Lines may come from any thread.
class LogModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Time, Level, Message, ColumnCount };
  enum Role { LevelRole = Qt::UserRole + 1 };
  static constexpr int kMostLines = 5000;

  explicit LogModel(QObject* parent = nullptr);
  ~LogModel() override;

  void add(const LogEntry& entry);
  void clear();

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::deque<LogEntry> entries_;
  std::unique_ptr<LogSubscription> subscription_;
};

}  // namespace gf
