// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "report/figure.h"
#include "ui/workspace/run_center.h"

class QLayout;
class QVBoxLayout;

namespace gf {

class FigureView;
struct Result;

/// One run, or several side by side: the key result in words, the big numbers, and its figures. Follows the run while
/// it goes on; an ended run shows the figures of its report too.
class RunDetails final : public QWidget {
  Q_OBJECT
 public:
  explicit RunDetails(RunCenter& runs, QWidget* parent = nullptr);
  ~RunDetails() override;

  /// What is shown; empty shows words on what to do. Several runs share one chart of their deltas.
  void setRuns(std::vector<std::uint64_t> ids);
  FigureView& view();
  /// All figures of what is shown.
  const std::vector<Figure>& figures() const;
  QString sentence() const;

 private:
  struct Private;
  void runChanged(quint64 id);
  void refresh();
  void buildNumbers(QVBoxLayout* layout);
  void showNumbers(const RunRow& row);
  void showSeveral();
  void showNames();
  void showFigure();
  QLayout* buildFigures();
  const Result* resultOf(const RunRow& row);

  RunCenter& runs_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
