// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_notice.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "ui/style/colours.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/workspace.h"

namespace gf {

CompareNotice::CompareNotice(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      workspace_(workspace),
      heading_(new QLabel(this)),
      text_(sentenceLabel({}, this)),
      bar_(new QProgressBar(this)),
      left_(mutedLabel({}, this)),
      models_(new QPushButton(tr("Choose models"), this)),
      data_(new QPushButton(tr("Open data"), this)),
      sample_(new QPushButton(tr("Open the sample"), this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setPointSizeF(font.pointSizeF() + 2);
  font.setWeight(QFont::DemiBold);
  heading_->setFont(font);
  heading_->setObjectName(QStringLiteral("noticeHeading"));
  heading_->setAlignment(Qt::AlignCenter);
  text_->setObjectName(QStringLiteral("noticeText"));
  text_->setAlignment(Qt::AlignCenter);
  text_->setFixedWidth(460);
  bar_->setRange(0, 1000);
  bar_->setTextVisible(false);
  bar_->setFixedWidth(320);
  bar_->setAccessibleName(tr("Progress of the comparison"));
  left_->setAlignment(Qt::AlignCenter);
  sample_->setToolTip(tr("Thirteen small models and real images that come with the program"));
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(space::kS);
  buttons->addStretch(1);
  for (QPushButton* button : {models_, data_, sample_, cancel_}) buttons->addWidget(button);
  buttons->addStretch(1);
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(space::kM);
  layout->addStretch(2);
  layout->addWidget(heading_);
  layout->addWidget(text_, 0, Qt::AlignHCenter);
  layout->addWidget(bar_, 0, Qt::AlignHCenter);
  layout->addWidget(left_);
  layout->addLayout(buttons);
  layout->addStretch(3);
  connect(models_, &QPushButton::clicked, this, &CompareNotice::modelsRequested);
  connect(data_, &QPushButton::clicked, this, &CompareNotice::dataRequested);
  connect(sample_, &QPushButton::clicked, &workspace_, &Workspace::openSample);
  connect(cancel_, &QPushButton::clicked, &workspace_, &Workspace::cancelCompare);
  connect(&workspace_, &Workspace::activityChanged, this, [this] {
    if (workspace_.comparing()) showProgress();
  });
  connect(&Theme::instance(), &Theme::changed, this, &CompareNotice::refresh);
}

void CompareNotice::refresh() {
  const QString blocked = workspace_.compareBlocked();
  const bool comparing = workspace_.comparing();
  const bool failed = !comparing && workspace_.compareProblem().has_value();
  QPalette palette = this->palette();
  if (failed) palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  heading_->setPalette(palette);
  bar_->setVisible(comparing);
  left_->setVisible(comparing);
  cancel_->setVisible(comparing);
  const bool modelsMissing = !workspace_.teacher() || !workspace_.student();
  const bool idle = !comparing && !failed;
  models_->setVisible(idle && !blocked.isEmpty() && (modelsMissing || workspace_.data()));
  data_->setVisible(idle && !blocked.isEmpty() && !workspace_.openingData() && (!workspace_.data() || !modelsMissing));
  sample_->setVisible(idle && !workspace_.teacher() && !workspace_.student());
  if (comparing) {
    heading_->setText(tr("Comparing"));
    showProgress();
  } else if (failed) {
    heading_->setText(tr("The comparison failed"));
    text_->setText(QString::fromUtf8(workspace_.compareProblem()->what()));
  } else if (!blocked.isEmpty()) {
    heading_->setText(tr("Nothing to compare yet"));
    text_->setText(blocked);
  } else {
    heading_->setText(tr("Ready to compare"));
    text_->setText(tr("Compare runs both models once over the %1 images of the evaluation set and keeps their answers.")
                       .arg(countText(static_cast<qint64>(workspace_.data()->eval->size()))));
  }
}

void CompareNotice::showProgress() {
  const std::optional<JobStatus> status = workspace_.activity();
  if (!status) return;
  bar_->setValue(static_cast<int>(std::lround(1000 * status->progress.fraction)));
  const QString stage = QString::fromStdString(status->progress.stage);
  text_->setText(stage.isEmpty() ? QString::fromStdString(status->title) : stage);
  left_->setText(timeLeftText(status->progress.secondsLeft));
}

}  // namespace gf
