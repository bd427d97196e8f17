// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "report/figure.h"

namespace gf {

struct NamesBelow;

/// One student with one teacher in a grid.
struct PairCell {
  enum class Kind {
    None,     ///< The study does not have the pair.
    Self,     ///< A model would teach itself: never run.
    Off,      ///< Not chosen to run.
    Planned,  ///< Chosen to run.
    Missing,
    Running,
    Failed,
    Done  ///< `value` is the mean of the seeds that are done.
  };
  Kind kind = Kind::None;
  double value = std::nan("");
  QString tip;  ///< Below the names.
  bool operator==(const PairCell&) const = default;
};

/// Students down, teachers across.
struct PairGridData {
  QStringList students, teachers;
  std::vector<PairCell> cells;  ///< Row by row.
  QString valueTitle;           ///< With unit; empty where no cell has a value.
  const PairCell& at(int row, int column) const {
    return cells[static_cast<std::size_t>(row) * static_cast<std::size_t>(teachers.size()) +
                 static_cast<std::size_t>(column)];
  }
};

/// A student × teacher grid: which pairs run, how they stand, and what came of them on a diverging scale with signed
/// numbers. A click or Space chooses a cell; arrow keys move.
class PairGrid final : public QWidget {
  Q_OBJECT
 public:
  explicit PairGrid(QWidget* parent = nullptr);
  ~PairGrid() override;
  void setData(PairGridData data);
  const PairGridData& data() const { return data_; }
  /// Words shown while there is nothing.
  void setEmptyText(const QString& text);
  /// Framed; nothing: none.
  void setChosen(std::optional<std::pair<int, int>> cell);
  QRectF cellArea(int row, int column) const;  ///< In the widget's pixels.

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  void activated(int row, int column);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Plan;
  Plan plan() const;
  void paintCells(QPainter& painter, const Plan& plan) const;
  void paintCell(QPainter& painter, const Plan& plan, const QRectF& area, const PairCell& cell) const;
  void paintNames(QPainter& painter, const Plan& plan) const;
  std::optional<std::pair<int, int>> cellAt(QPointF place) const;
  QString tip(int row, int column) const;
  Figure scaleFigure() const;
  void describe();

  PairGridData data_;
  QString emptyText_;
  std::optional<std::pair<int, int>> chosen_, focused_;
};

}  // namespace gf
