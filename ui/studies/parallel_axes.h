// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <optional>
#include <set>
#include <utility>
#include <vector>

class QPainter;

namespace gf {

/// One axis: numbers, or words in their order.
struct ParallelAxis {
  QString title;
  QStringList words;  ///< Empty for numbers; else a line's value is a position in it.
  bool logarithmic = false;
  bool isSigned = false;
};

/// What is drawn: a line for each cell, a value on each axis (NaN: none there).
struct ParallelData {
  std::vector<ParallelAxis> axes;
  std::vector<std::string> names;           ///< Of the lines: the cells.
  std::vector<std::vector<double>> values;  ///< By line, then axis.
  std::size_t colourAxis = 0;               ///< Whose value gives a line its colour: above zero is gain.
};

/// Parallel coordinates. Dragging along an axis brushes it: only lines that pass through all brushes count. A click
/// beside a brush, or a double click, lets it go; keys do the same.
class ParallelAxes final : public QWidget {
  Q_OBJECT
 public:
  explicit ParallelAxes(QWidget* parent = nullptr);
  /// Brushes stay where the axes are the same.
  void setData(ParallelData data);
  const ParallelData& data() const { return data_; }
  /// Lines that stand out.
  void setSelected(std::set<std::string> names);
  /// Nothing while nothing is brushed.
  std::optional<std::set<std::string>> brushed() const;
  void clearBrushes();
  QPointF placeOf(std::size_t axis, double value) const;  ///< In the widget's pixels.

  QSize sizeHint() const override { return {520, 260}; }
  QSize minimumSizeHint() const override { return {280, 150}; }

 signals:
  void brushChanged();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Span {
    double low = 0, high = 1;  ///< Of what is drawn, after the logarithm.
  };
  QRectF plot() const;
  double left(std::size_t axis) const;
  double scaled(std::size_t axis, double value) const;
  double heightOf(std::size_t axis, double value) const;
  bool passes(std::size_t line) const;
  void paintLines(QPainter& painter) const;
  void paintAxis(QPainter& painter, std::size_t axis) const;
  std::optional<std::size_t> axisAt(double x) const;

  double line_;      ///< Height of a line of text.
  double leftRoom_;  ///< Of the first axis' words.
  ParallelData data_;
  std::vector<Span> spans_;
  std::vector<std::optional<std::pair<double, double>>> brushes_;  ///< By axis: shares of its height, low and high.
  std::set<std::string> selected_;
  std::optional<std::size_t> dragged_;
  double dragFrom_ = 0;
  std::size_t focusedAxis_ = 0;
};

}  // namespace gf
