// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/study_state.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <algorithm>
#include <cmath>

#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

StudyState::StudyState(QWidget* parent)
    : QWidget(parent), counts_(new QLabel(this)), left_(mutedLabel({}, this)), bar_(new QProgressBar(this)) {
  counts_->setObjectName(QStringLiteral("studyCounts"));
  counts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  left_->setObjectName(QStringLiteral("studyLeft"));
  bar_->setRange(0, 1000);
  bar_->setTextVisible(false);
  bar_->setFixedHeight(space::kM);
  bar_->setAccessibleName(tr("Progress of the study"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kM);
  layout->addWidget(counts_);
  layout->addWidget(bar_, 1);
  layout->addWidget(left_);
}

double secondsLeft(const StudyNow& now, int workers) {
  const StateCounts& counts = now.counts;
  const auto busy = std::max<std::size_t>(counts.running, static_cast<std::size_t>(std::max(0, workers)));
  if (now.meanSeconds <= 0 || busy == 0 || counts.missing + counts.running == 0) return -1;
  // Half of each cell that runs is left, on average.
  const double cells = static_cast<double>(counts.missing) + 0.5 * static_cast<double>(counts.running);
  return now.meanSeconds * cells / static_cast<double>(busy);
}

void StudyState::show(const StudyNow& now, int workers) {
  const StateCounts& counts = now.counts;
  const auto number = [](std::size_t count) { return countText(static_cast<qint64>(count)); };
  counts_->setText(
      tr("%1 done · %2 failed · %3 running · %4 missing")
          .arg(number(counts.done), number(counts.failed), number(counts.running), number(counts.missing)));
  const std::size_t all = std::max<std::size_t>(1, counts.all());
  bar_->setValue(static_cast<int>(1000 * (counts.done + counts.failed) / all));
  left_->setText(timeLeftText(secondsLeft(now, workers)));
}

QString StudyState::text() const {
  return counts_->text();
}

}  // namespace gf
