// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/meaning_notice.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "ui/compare/provider_bar.h"
#include "ui/style/colours.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/workspace.h"

namespace gf {

MeaningNotice::MeaningNotice(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      workspace_(workspace),
      heading_(new QLabel(this)),
      text_(sentenceLabel({}, this)),
      bar_(new QProgressBar(this)),
      ask_(new QPushButton(tr("Ask again"), this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setWeight(QFont::DemiBold);
  heading_->setFont(font);
  heading_->setObjectName(QStringLiteral("meaningHeading"));
  text_->setObjectName(QStringLiteral("meaningText"));
  for (QLabel* label : {heading_, text_}) label->setAlignment(Qt::AlignCenter);
  bar_->setTextVisible(false);
  bar_->setMaximumWidth(320);
  bar_->setAccessibleName(tr("Progress of asking what the classes mean"));
  auto* buttons = new QHBoxLayout;
  buttons->addStretch(1);
  buttons->addWidget(ask_);
  buttons->addWidget(cancel_);
  buttons->addStretch(1);
  auto* middle = new QHBoxLayout;
  middle->addStretch(1);
  middle->addWidget(bar_, 2);
  middle->addStretch(1);
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(space::kM);
  layout->addStretch(2);
  layout->addWidget(heading_);
  layout->addWidget(text_);
  layout->addLayout(middle);
  layout->addLayout(buttons);
  layout->addStretch(3);
  connect(ask_, &QPushButton::clicked, &workspace_, &Workspace::askMeaningAgain);
  connect(cancel_, &QPushButton::clicked, &workspace_, &Workspace::cancelMeaning);
  connect(&workspace_, &Workspace::activityChanged, this, [this] {
    if (workspace_.askingMeaning() && isVisible()) showProgress();
  });
  connect(&Theme::instance(), &Theme::changed, this, &MeaningNotice::refresh);
}

void MeaningNotice::refresh() {
  const bool asking = workspace_.askingMeaning();
  const bool failed = !asking && workspace_.meaningProblem().has_value();
  QPalette palette = this->palette();
  if (failed) palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  heading_->setPalette(palette);
  bar_->setVisible(asking);
  cancel_->setVisible(asking);
  ask_->setVisible(!asking);
  if (asking) {
    heading_->setText(tr("Asking what the classes mean"));
    showProgress();
  } else if (failed) {
    heading_->setText(tr("What the classes mean is not known"));
    // Subject, rule, what was seen and what to do.
    text_->setText(QString::fromUtf8(workspace_.meaningProblem()->what()) + QLatin1Char('\n') +
                   tr("Flip chart, classes and images do not need it. Another source can be chosen above."));
    ask_->setText(tr("Ask again"));
  } else {
    heading_->setText(tr("Nobody was asked what the classes mean"));
    text_->setText(tr("%1 can tell which classes are alike.").arg(providerText(workspace_.semantics())));
    ask_->setText(tr("Ask"));
  }
}

void MeaningNotice::showProgress() {
  const std::optional<JobStatus> status = workspace_.activity();
  if (!status) return;
  // Until the first step is done nobody knows how long it takes.
  const double done = status->progress.fraction;
  bar_->setRange(0, done > 0 ? 1000 : 0);
  if (done > 0) bar_->setValue(static_cast<int>(std::lround(1000 * done)));
  const QString stage = QString::fromStdString(status->progress.stage);
  text_->setText(stage.isEmpty() ? providerText(workspace_.semantics()) : stage);
}

}  // namespace gf
