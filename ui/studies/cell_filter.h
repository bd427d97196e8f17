// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>
#include <QString>
#include <optional>
#include <set>
#include <string>

#include "study/study_store.h"

namespace gf {

/// Which cells of a study are shown; all conditions hold together.
struct CellChoice {
  QString words;  ///< In a name, the method or the error.
  std::optional<CellState> state;
  std::string setting;                           ///< Empty: all.
  std::string student, teacher;                  ///< Of a pair; empty: all.
  std::optional<std::set<std::string>> brushed;  ///< Names of cells.
  bool operator==(const CellChoice&) const = default;
};

class CellFilter final : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit CellFilter(QObject* parent = nullptr);
  const CellChoice& choice() const { return choice_; }
  void setChoice(CellChoice choice);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  CellChoice choice_;
};

}  // namespace gf
