// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "jobs/compare_job.h"
#include "report/figure.h"

class QLabel;

namespace gf {

class FigureView;
class Thumbnails;

/// The chosen image, larger, with the classes that both models hold most likely.
class SampleDetails final : public QWidget {
  Q_OBJECT
 public:
  explicit SampleDetails(QWidget* parent = nullptr);
  void show(std::shared_ptr<const Comparison> comparison, std::size_t sample);
  void clear();

 private:
  void paintPicture();

  std::shared_ptr<const Comparison> comparison_;
  std::size_t sample_ = 0;
  Thumbnails* thumbnails_;
  QLabel *picture_, *name_, *truth_;
  FigureView* answers_;
};

/// The classes that either model ranks among its first `most`, with both probabilities in percent.
Figure answersFigure(const Comparison& comparison, std::size_t sample, std::size_t most = 3);

}  // namespace gf
