// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "jobs/compare_job.h"
#include "report/figure.h"

namespace gf {

/// A class with the place a model gives it for one image.
struct RankedClass {
  std::size_t index = 0;
  std::size_t rank = 1;    ///< 1 is what the model says.
  double probability = 0;  ///< 0–1.
  bool truth = false;
  bool known = true;  ///< The model has such a class at all.
};

/// The `most` likely classes, most likely first; ties: lower index. Classes that the model does not know are left out.
std::vector<std::size_t> firstClasses(const Predictions& predictions, std::size_t sample, std::size_t most);
/// The same with their probabilities; the image's own class follows at the end when it is not among them.
std::vector<RankedClass> rankedClasses(const Predictions& predictions, std::size_t sample, std::size_t truth,
                                       std::size_t most);

/// What one model holds likely for an image: class, probability and a bar each, the truth marked.
class TopClasses final : public QWidget {
  Q_OBJECT
 public:
  static constexpr std::size_t kMost = 5;

  explicit TopClasses(Role role, QWidget* parent = nullptr);
  void show(const Comparison& comparison, std::size_t sample);
  const std::vector<RankedClass>& rows() const { return rows_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  double paintHead(QPainter& painter) const;
  void paintRow(QPainter& painter, const QRectF& place, std::size_t row) const;

  Role role_;
  QString model_;
  bool right_ = false;
  std::vector<RankedClass> rows_;
  QStringList names_;  ///< Of the classes in rows_.
};

}  // namespace gf
