// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "ui/workspace/page.h"

namespace gf {

class StudyWatch;
struct IndexedCell;

/// A study that is open: how it stands; its pairs as a grid that becomes the results, or its options as parallel
/// coordinates, each with the cells below; the ranking of its methods; its figures and tables. It follows what a watch
/// sees.
class StudyView final : public QWidget {
  Q_OBJECT
 public:
  explicit StudyView(QWidget* parent = nullptr);
  ~StudyView() override;
  /// What is shown from now on; it must outlive the view or be replaced. Null: nothing.
  void setWatch(StudyWatch* watch);
  /// How many workers the window has at work on it.
  void setWorkers(int workers);

  /// The key result in words, or what is seen while there is none.
  QString sentence() const;
  void focusFilter();
  /// Empty when there are figures to export; else why not.
  QString exportBlocked() const;
  /// Of the figure or table in view.
  void exportChosen();
  /// Writes everything into a new folder below `parent` and answers it. Throws gf::Error.
  QString exportAllInto(const QString& parent) const;
  InspectorContent inspector() const;

 signals:
  void changed();                               ///< sentence() or inspector() may answer something else.
  void resultRequested(const QString& folder);  ///< The report of a cell.
  void problem(const QString& title, const QString& details);

 private:
  struct Private;
  void build();
  QWidget* buildPairs();
  void connectParts();
  void showTab(int tab);
  void showCells();
  void showResults();
  void showSettings();
  void showGrid();
  void choosePair(int row, int column);
  void openCell(const QString& name);

  std::unique_ptr<Private> private_;
};

}  // namespace gf
