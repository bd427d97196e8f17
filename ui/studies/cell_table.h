// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>
#include <memory>

#include "ui/studies/cell_filter.h"
#include "ui/studies/study_reading.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QTableView;
class QToolButton;

namespace gf {

class CellModel;

/// The cells of a study as a table that can be sorted and filtered; the error of a chosen cell that failed stands below
/// it, to be selected and copied.
class CellTable final : public QWidget {
  Q_OBJECT
 public:
  explicit CellTable(QWidget* parent = nullptr);
  void setCells(std::shared_ptr<const StudyNow> now);

  /// The cells of one pair under one setting; empty texts: all.
  void showPair(const std::string& student, const std::string& teacher, const std::string& setting);
  /// These cells only; nothing: all.
  void showBrushed(std::optional<std::set<std::string>> names);
  const CellChoice& choice() const { return filter_->choice(); }
  void focusFilter();
  std::vector<std::string> chosen() const;  ///< Names of the selected cells.
  const IndexedCell* current() const;       ///< Null while none is chosen.

 signals:
  void chosenChanged();
  void opened(const QString& cell);  ///< By double click or Enter; its name.
  void pairCleared();                ///< The user shows all pairs again.

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* buildTools();
  void buildTable();
  void shareWidth();
  void change(const std::function<void(CellChoice&)>& how);
  void refresh();

  CellModel* model_;
  CellFilter* filter_;
  QLineEdit* words_;
  QComboBox* states_;
  QToolButton* all_;
  QLabel *count_, *error_;
  QTableView* table_;
  bool ownWidths_ = false;  ///< Somebody has dragged a column.
  bool sharing_ = false;
};

}  // namespace gf
