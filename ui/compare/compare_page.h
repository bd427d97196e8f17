// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "jobs/compare_job.h"
#include "knowledge/confusion.h"
#include "ui/workspace/page.h"

namespace gf {

class Workspace;

/// What the teacher knows that the student does not: the outcome bar, the sorted per-class shares, the class table, the
/// groups and maps of meaning and the images themselves. Every mark clicks through to its images by way of the
/// workspace's selection. On its other side the whole shelf.
class ComparePage final : public Page {
  Q_OBJECT
 public:
  explicit ComparePage(Workspace& workspace, QWidget* parent = nullptr);
  ~ComparePage() override;

  QAction* primaryAction() override;
  QAction* exportAction() override;
  bool focusFilter() override;
  InspectorContent inspector() const override;

  /// Shows a result; null shows what to do next. The page does this itself whenever the workspace's comparison changes.
  void showComparison(std::shared_ptr<const Comparison> comparison);
  /// Shows what the classes of that comparison mean; null: not known. The page does this itself likewise.
  void showMeaning(std::shared_ptr<const PairMeaning> meaning);

 private:
  enum Side { PairSide, ShelfSide };
  struct Private;
  void buildContent();
  void buildActions();
  QAction* addAction(const QString& text, const QString& tip, void (ComparePage::*slot)(), bool primary = false);
  void refresh();
  void refreshForPair();
  void refreshForShelf();
  void showWarnings();
  QString sentenceInView() const;
  void showSide(int side);
  void comparePair(const QString& teacher, const QString& student);
  void applySelection();
  void toggleOutcome(int part);
  void showFlips(FlipKind kind, const FlipPair& pair);
  QString statistics() const;
  void exportReport();
  void exportList();
  void copyCommand();
  void exportChart();
  void compareNow();
  std::shared_ptr<const PairMeaning> meaningOfShown() const;

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
