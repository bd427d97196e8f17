// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "ui/studies/pair_grid.h"

namespace gf {

class Workspace;

/// Where a study begins: a plan put together here, one of the paper's, or one from a file; the pairs that would run and
/// what they would take.
class PlanView final : public QWidget {
  Q_OBJECT
 public:
  explicit PlanView(Workspace& workspace, QWidget* parent = nullptr);
  ~PlanView() override;

  /// Why the plan cannot run now, as one sentence; empty when it can.
  QString blocked() const;
  /// The plan with its models and data; null while there is none.
  const nlohmann::ordered_json& plan() const;
  QString folder() const;  ///< Of the study.
  int workers() const;
  /// Writes the plan. Throws gf::Error.
  void saveTo(const QString& file) const;
  /// Keeps the plan in the user's data folder and answers the file. Throws gf::Error.
  QString keptPlan() const;
  /// The command that does the same in a terminal. Throws gf::Error when the plan cannot be written for it.
  QString commandLine() const;

 public slots:
  /// A plan from a file in place of the form; what is wrong with it is said in the view.
  void openPlan(const QString& file);

 signals:
  void changed();

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  struct Private;
  QWidget* buildSource();
  QWidget* buildLeft();
  QWidget* buildRight();
  QWidget* buildTarget();
  void takeSource(int index);
  void refresh();
  nlohmann::ordered_json filePlan() const;
  PairGridData formGrid() const;
  PairGridData countedGrid() const;
  void toggle(int row, int column);
  QString sizeText() const;
  QString costText() const;
  QString summaryText() const;
  void showFolder();

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
