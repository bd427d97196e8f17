// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "jobs/meaning_job.h"
#include "semantics/wordnet.h"
#include "ui/compare/meaning_figures.h"

class QBoxLayout;
class QLabel;
class QStackedWidget;

namespace gf {

class FigureView;
class GroupPanel;
class MeaningNotice;
class ProviderBar;
class Segments;
class Workspace;

/// Where the teacher's knowledge lies by meaning: groups, class map, similarity, the plane of meaning, the top classes;
/// and who is asked what the classes mean. What is not in view is not built.
class MeaningPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit MeaningPanel(Workspace& workspace, QWidget* parent = nullptr);
  void show(std::shared_ptr<const Comparison> comparison);
  /// Of the comparison that is shown; null while it is not known.
  void showMeaning(std::shared_ptr<const PairMeaning> meaning);
  const std::shared_ptr<const PairMeaning>& meaning() const { return meaning_; }
  /// Marks these classes as chosen without a signal.
  void setChosen(const std::set<int>& classes);

  void setView(MeaningView view);
  MeaningView view() const;
  FigureView& chart() { return *chart_; }
  /// The figure in view, the tree's included; null while there is none.
  const Figure* figure();

 signals:
  void chosenChanged(const std::set<int>& classes);
  void viewChanged();  ///< figure() may answer something else.

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void refresh();
  void fill();
  void fillChart();
  void choose(const std::set<int>& classes);
  void labelChosen(int label);
  void cellChosen(int row, int column);
  void showSenses();

  Workspace& workspace_;
  std::shared_ptr<const Comparison> comparison_;
  std::shared_ptr<const PairMeaning> meaning_;
  std::shared_ptr<const WordNet> net_;
  std::unique_ptr<MeaningFigures> figures_;  ///< Once something of the answer was in view.
  std::vector<std::set<int>> labels_;        ///< Of the chart.
  bool groupsFilled_ = false;
  std::optional<MeaningView> chartView_;  ///< What the chart shows of this answer.
  std::set<int> chosen_;
  QBoxLayout* head_ = nullptr;
  Segments* views_;
  ProviderBar* providers_;
  QLabel* sentence_;
  QStackedWidget* stack_;
  MeaningNotice* notice_;
  GroupPanel* groups_;
  FigureView* chart_;
};

}  // namespace gf
