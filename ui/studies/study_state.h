// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/studies/study_reading.h"

class QLabel;
class QProgressBar;

namespace gf {

/// How a study stands: how many cells are done, failed, running and missing, and the time that is left.
class StudyState final : public QWidget {
  Q_OBJECT
 public:
  explicit StudyState(QWidget* parent = nullptr);
  /// `workers`: how many work at it from here; 0: nobody, or nobody that is known of.
  void show(const StudyNow& now, int workers);
  QString text() const;

 private:
  QLabel *counts_, *left_;
  QProgressBar* bar_;
};

/// Seconds until nothing is missing; negative while that cannot be known.
double secondsLeft(const StudyNow& now, int workers);

}  // namespace gf
