// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shelf/shelf_notice.h"

#include <QPushButton>

#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {

ShelfNotice::ShelfNotice(Workspace& workspace, QWidget* parent)
    : ProgressPanel(QStringLiteral("shelf"), tr("Progress of comparing the shelf"), parent),
      workspace_(workspace),
      compare_(new QPushButton(tr("Compare the shelf"), this)),
      models_(new QPushButton(tr("Choose models"), this)),
      data_(new QPushButton(tr("Open data"), this)),
      sample_(new QPushButton(tr("Open the sample"), this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  makePrimary(compare_);
  sample_->setToolTip(tr("Thirteen small models and real images that come with the program"));
  for (QPushButton* button : {compare_, models_, data_, sample_, cancel_}) addButton(button);
  connect(compare_, &QPushButton::clicked, &workspace_, &Workspace::compareShelf);
  connect(models_, &QPushButton::clicked, this, [this] { emit pageRequested(PageId::Models); });
  connect(data_, &QPushButton::clicked, this, [this] { emit pageRequested(PageId::Data); });
  connect(sample_, &QPushButton::clicked, &workspace_, &Workspace::openSample);
  connect(cancel_, &QPushButton::clicked, &workspace_, &Workspace::cancelShelf);
  connect(&workspace_, &Workspace::activityChanged, this, [this] {
    if (workspace_.comparingShelf()) showHowFar();
  });
  connect(&Theme::instance(), &Theme::changed, this, &ShelfNotice::refresh);
}

void ShelfNotice::refresh() {
  const bool comparing = workspace_.comparingShelf();
  const bool failed = !comparing && workspace_.shelfProblem().has_value();
  const QString blocked = comparing ? QString() : workspace_.shelfBlocked();
  const bool noModels = workspace_.shelf().rowCount() == 0;
  cancel_->setVisible(comparing);
  const bool dataMissing = !workspace_.data() && !workspace_.openingData();
  compare_->setVisible(!comparing && blocked.isEmpty());
  compare_->setText(failed ? tr("Try again") : tr("Compare the shelf"));
  models_->setVisible(!comparing && !blocked.isEmpty() &&
                      (noModels || !dataMissing || workspace_.shelf().rowCount() < 2));
  data_->setVisible(!comparing && !blocked.isEmpty() && dataMissing);
  sample_->setVisible(!comparing && noModels);
  if (comparing) {
    sayGoing(tr("Comparing the shelf"));
    showHowFar();
  } else if (failed) {
    say(tr("The shelf could not be compared"), QString::fromUtf8(workspace_.shelfProblem()->what()), true);
  } else if (!blocked.isEmpty()) {
    say(tr("Nothing to compare yet"), blocked);
  } else {
    say(tr("Ready to compare"), invitation());
  }
}

QString ShelfNotice::invitation() const {
  const auto all = qint64(workspace_.shelf().rowCount());
  const auto taken = all - workspace_.shelfLeftOut().size();
  const QString models = taken == all ? tr("all %1 models").arg(countText(all))
                                      : tr("%1 of %2 models").arg(countText(taken), countText(all));
  return tr("Runs %1 of the shelf once over the %2 images of the evaluation set, and compares every teacher with every "
            "student.")
      .arg(models, countText(qint64(workspace_.data()->eval->size())));
}

void ShelfNotice::showHowFar() {
  const std::optional<JobStatus> status = workspace_.shelfProgress();
  if (status) showProgress(*status, QString::fromStdString(status->title));
}

}  // namespace gf
