// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shelf/shelf_notice.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {

ShelfNotice::ShelfNotice(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      workspace_(workspace),
      heading_(new QLabel(this)),
      text_(sentenceLabel({}, this)),
      left_(mutedLabel({}, this)),
      bar_(new QProgressBar(this)),
      compare_(new QPushButton(tr("Compare the shelf"), this)),
      models_(new QPushButton(tr("Choose models"), this)),
      data_(new QPushButton(tr("Open data"), this)),
      sample_(new QPushButton(tr("Open the sample"), this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  build();
  connect(compare_, &QPushButton::clicked, &workspace_, &Workspace::compareShelf);
  connect(models_, &QPushButton::clicked, this, [this] { emit pageRequested(PageId::Models); });
  connect(data_, &QPushButton::clicked, this, [this] { emit pageRequested(PageId::Data); });
  connect(sample_, &QPushButton::clicked, &workspace_, &Workspace::openSample);
  connect(cancel_, &QPushButton::clicked, &workspace_, &Workspace::cancelShelf);
  connect(&workspace_, &Workspace::activityChanged, this, [this] {
    if (workspace_.comparingShelf()) showProgress();
  });
  connect(&Theme::instance(), &Theme::changed, this, &ShelfNotice::refresh);
}

void ShelfNotice::build() {
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setPointSizeF(font.pointSizeF() + 2);
  font.setWeight(QFont::DemiBold);
  heading_->setFont(font);
  heading_->setObjectName(QStringLiteral("shelfHeading"));
  heading_->setAlignment(Qt::AlignCenter);
  text_->setObjectName(QStringLiteral("shelfText"));
  text_->setAlignment(Qt::AlignCenter);
  text_->setFixedWidth(460);
  bar_->setRange(0, 1000);
  bar_->setTextVisible(false);
  bar_->setFixedWidth(320);
  bar_->setAccessibleName(tr("Progress of comparing the shelf"));
  left_->setAlignment(Qt::AlignCenter);
  makePrimary(compare_);
  sample_->setToolTip(tr("Thirteen small models and real images that come with the program"));
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(space::kS);
  buttons->addStretch(1);
  for (QPushButton* button : {compare_, models_, data_, sample_, cancel_}) buttons->addWidget(button);
  buttons->addStretch(1);
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
  layout->addLayout(buttons);
  layout->addStretch(3);
}

void ShelfNotice::refresh() {
  const bool comparing = workspace_.comparingShelf();
  const bool failed = !comparing && workspace_.shelfProblem().has_value();
  const QString blocked = comparing ? QString() : workspace_.shelfBlocked();
  const bool noModels = workspace_.shelf().rowCount() == 0;
  QPalette palette = this->palette();
  if (failed) palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  heading_->setPalette(palette);
  bar_->setVisible(comparing);
  left_->setVisible(comparing);
  cancel_->setVisible(comparing);
  const bool dataMissing = !workspace_.data() && !workspace_.openingData();
  compare_->setVisible(!comparing && blocked.isEmpty());
  compare_->setText(failed ? tr("Try again") : tr("Compare the shelf"));
  models_->setVisible(!comparing && !blocked.isEmpty() &&
                      (noModels || !dataMissing || workspace_.shelf().rowCount() < 2));
  data_->setVisible(!comparing && !blocked.isEmpty() && dataMissing);
  sample_->setVisible(!comparing && noModels);
  if (comparing) {
    heading_->setText(tr("Comparing the shelf"));
    showProgress();
  } else if (failed) {
    heading_->setText(tr("The shelf could not be compared"));
    text_->setText(QString::fromUtf8(workspace_.shelfProblem()->what()));
  } else if (!blocked.isEmpty()) {
    heading_->setText(tr("Nothing to compare yet"));
    text_->setText(blocked);
  } else {
    heading_->setText(tr("Ready to compare"));
    const auto all = qint64(workspace_.shelf().rowCount());
    const auto taken = all - workspace_.shelfLeftOut().size();
    const QString models = taken == all ? tr("all %1 models").arg(countText(all))
                                        : tr("%1 of %2 models").arg(countText(taken), countText(all));
    text_->setText(tr("Runs %1 of the shelf once over the %2 images of the evaluation set, and compares every "
                      "teacher with every student.")
                       .arg(models, countText(qint64(workspace_.data()->eval->size()))));
  }
}

void ShelfNotice::showProgress() {
  const std::optional<JobStatus> status = workspace_.shelfProgress();
  if (!status) return;
  bar_->setValue(static_cast<int>(std::lround(1000 * status->progress.fraction)));
  const QString stage = QString::fromStdString(status->progress.stage);
  const bool waits = status->state == JobState::Queued;
  text_->setText(waits ? tr("Waits for what is computed now.")
                       : (stage.isEmpty() ? QString::fromStdString(status->title) : stage));
  left_->setText(timeLeftText(status->progress.secondsLeft));
}

}  // namespace gf
