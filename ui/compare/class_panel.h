// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <set>
#include <vector>

#include "jobs/compare_job.h"
#include "knowledge/confusion.h"

class QLineEdit;
class QSortFilterProxyModel;
class QTableView;
class QTabWidget;

namespace gf {

class ClassTableModel;
class FigureView;
class FlipPanel;

/// The classes of a comparison, as the sorted flip chart and as a table, and what was said instead of them.
/// Choosing in one chooses in the other.
class ClassPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit ClassPanel(QWidget* parent = nullptr);
  void show(std::shared_ptr<const Comparison> comparison);
  /// Marks these classes as chosen without a signal.
  void setChosen(const std::set<int>& classes);
  void focusFilter();
  FigureView& chart() { return *chart_; }

 signals:
  void chosenChanged(const std::set<int>& classes);
  /// Exactly the images of one cell of the flips' confusion.
  void imagesRequested(gf::FlipKind kind, const gf::FlipPair& pair);

 private:
  QWidget* buildTable();
  void tableChosen();
  void fitColumns();

  std::shared_ptr<const Comparison> comparison_;
  std::set<int> chosen_;
  bool silent_ = false;     ///< The table is being changed by us, not by the user.
  std::vector<int> order_;  ///< Class of each bar.
  QTabWidget* tabs_;
  FigureView* chart_;
  FlipPanel* flips_;
  ClassTableModel* model_;
  QSortFilterProxyModel* sorted_;
  QTableView* table_ = nullptr;
  QLineEdit* filter_ = nullptr;
};

/// The class behind each bar of the flip chart: by share of positive flips, largest first; ties: lower index; classes
/// without images have no bar.
std::vector<int> flipOrder(const PairKnowledge& knowledge);

}  // namespace gf
