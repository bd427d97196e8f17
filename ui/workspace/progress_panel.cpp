// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/progress_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "jobs/job_runner.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

ProgressPanel::ProgressPanel(const QString& name, const QString& progress, QWidget* parent)
    : QWidget(parent),
      heading_(new QLabel(this)),
      text_(sentenceLabel({}, this)),
      left_(mutedLabel({}, this)),
      bar_(new QProgressBar(this)),
      buttons_(new QHBoxLayout) {
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setPointSizeF(font.pointSizeF() + 2);
  font.setWeight(QFont::DemiBold);
  heading_->setFont(font);
  heading_->setObjectName(name + QStringLiteral("Heading"));
  text_->setObjectName(name + QStringLiteral("Text"));
  for (QLabel* label : {heading_, text_, left_}) label->setAlignment(Qt::AlignCenter);
  text_->setFixedWidth(460);
  bar_->setTextVisible(false);
  bar_->setFixedWidth(320);
  bar_->setAccessibleName(progress);
  buttons_->setSpacing(space::kS);
  buttons_->addStretch(1);
  buttons_->addStretch(1);
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(space::kM);
  layout->addStretch(2);
  layout->addWidget(heading_);
  // In a row with room at both ends: a layout asks wrapped text for its height only where nothing is aligned.
  auto* words = new QHBoxLayout;
  words->addStretch(1);
  words->addWidget(text_);
  words->addStretch(1);
  layout->addLayout(words);
  layout->addWidget(bar_, 0, Qt::AlignHCenter);
  layout->addWidget(left_);
  layout->addLayout(buttons_);
  layout->addStretch(3);
}

QString ProgressPanel::text() const {
  return text_->text();
}

void ProgressPanel::addButton(QPushButton* button) {
  buttons_->insertWidget(buttons_->count() - 1, button);
}

void ProgressPanel::say(const QString& heading, const QString& text, bool failed) {
  QPalette palette = this->palette();
  if (failed) palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  heading_->setPalette(palette);
  heading_->setText(heading);
  text_->setText(text);
  bar_->hide();
  left_->hide();
}

void ProgressPanel::sayGoing(const QString& heading) {
  heading_->setPalette(palette());
  heading_->setText(heading);
  bar_->show();
  left_->show();
}

void ProgressPanel::showProgress(const JobStatus& status, const QString& fallback, bool oneLongStep) {
  const double done = status.progress.fraction;
  bar_->setRange(0, done > 0 || !oneLongStep ? 1000 : 0);
  bar_->setValue(static_cast<int>(std::lround(1000 * done)));
  const QString stage = QString::fromStdString(status.progress.stage);
  const bool waits = status.state == JobState::Queued;
  text_->setText(waits ? tr("Waits for what is computed now.") : (stage.isEmpty() ? fallback : stage));
  left_->setText(timeLeftText(status.progress.secondsLeft));
}

}  // namespace gf
