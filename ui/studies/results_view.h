// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "ui/studies/study_reading.h"

class QCheckBox;
class QLabel;
class QListWidget;
class QStackedWidget;

namespace gf {

class ContentTableModel;
class FigureView;

/// Every figure and table of a study in a list, the chosen one beside it; on a wish with the paper's numbers.
class ResultsView final : public QWidget {
  Q_OBJECT
 public:
  explicit ResultsView(QWidget* parent = nullptr);
  void setResults(std::shared_ptr<const StudyResults> results);
  /// Empty when there is something to export; else why not.
  QString exportBlocked() const;
  /// Asks where the chosen figure or table is to go.
  void exportChosen();
  /// Writes all figures, tables, the page and the cells into a new folder below `parent` and answers it. Throws
  /// gf::Error.
  QString exportAllInto(const QString& parent, const QString& name) const;

 signals:
  void problem(const QString& title, const QString& details);

 private:
  void showList();
  void showChosen();
  const std::vector<Figure>& figures() const;
  const std::vector<StudyTableText>& tables() const;
  const StudyTableText* chosenTable() const;
  void exportTable(const StudyTableText& table);

  std::shared_ptr<const StudyResults> results_;
  QListWidget* list_;
  QCheckBox* paper_;
  QStackedWidget* stack_;
  FigureView* figure_;
  ContentTableModel* table_;
  QLabel *title_, *sentence_;
};

}  // namespace gf
