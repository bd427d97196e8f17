// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <set>
#include <vector>

#include "jobs/compare_job.h"
#include "knowledge/confusion.h"
#include "report/figure.h"

class QLineEdit;
class QSortFilterProxyModel;
class QTableView;
class QTabWidget;

namespace gf {

class ClassTableModel;
class FigureView;
class FlipPanel;
class MeaningPanel;
class Workspace;

/// The classes of a comparison, as the sorted flip chart and as a table, what was said instead of them, and where they
/// lie by meaning. Choosing in one chooses in all.
class ClassPanel final : public QWidget {
  Q_OBJECT
 public:
  enum Tab { FlipChart, Classes, SaidInstead, ByMeaning };

  explicit ClassPanel(Workspace& workspace, QWidget* parent = nullptr);
  /// `figures`: of the comparison's report.
  void show(std::shared_ptr<const Comparison> comparison, const std::vector<Figure>& figures);
  /// Marks these classes as chosen without a signal.
  void setChosen(const std::set<int>& classes);
  void focusFilter();
  FigureView& chart() { return *chart_; }
  MeaningPanel& meaning() { return *meaning_; }
  void setTab(Tab tab);
  /// The figure that belongs to what is in view.
  const Figure& figureInView();
  void exportFigure();

 signals:
  void viewChanged();  ///< Another figure is in view.
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
  Figure said_;  ///< The figure of what was said instead; without labels where there is none.
  MeaningPanel* meaning_;
  ClassTableModel* model_;
  QSortFilterProxyModel* sorted_;
  QTableView* table_ = nullptr;
  QLineEdit* filter_ = nullptr;
};

/// The class behind each bar of the flip chart: by share of positive flips, largest first; ties: lower index; classes
/// without images have no bar.
std::vector<int> flipOrder(const PairKnowledge& knowledge);

}  // namespace gf
