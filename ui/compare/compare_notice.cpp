// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_notice.h"

#include <QPushButton>

#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/workspace/workspace.h"

namespace gf {

CompareNotice::CompareNotice(Workspace& workspace, QWidget* parent)
    : ProgressPanel(QStringLiteral("notice"), tr("Progress of the comparison"), parent),
      workspace_(workspace),
      models_(new QPushButton(tr("Choose models"), this)),
      data_(new QPushButton(tr("Open data"), this)),
      sample_(new QPushButton(tr("Open the sample"), this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  sample_->setToolTip(tr("Thirteen small models and real images that come with the program"));
  for (QPushButton* button : {models_, data_, sample_, cancel_}) addButton(button);
  connect(models_, &QPushButton::clicked, this, &CompareNotice::modelsRequested);
  connect(data_, &QPushButton::clicked, this, &CompareNotice::dataRequested);
  connect(sample_, &QPushButton::clicked, &workspace_, &Workspace::openSample);
  connect(cancel_, &QPushButton::clicked, &workspace_, &Workspace::cancelCompare);
  connect(&workspace_, &Workspace::activityChanged, this, [this] {
    if (workspace_.comparing()) showHowFar();
  });
  connect(&Theme::instance(), &Theme::changed, this, &CompareNotice::refresh);
}

void CompareNotice::refresh() {
  const QString blocked = workspace_.compareBlocked();
  const bool comparing = workspace_.comparing();
  const bool failed = !comparing && workspace_.compareProblem().has_value();
  cancel_->setVisible(comparing);
  const bool modelsMissing = !workspace_.teacher() || !workspace_.student();
  const bool idle = !comparing && !failed;
  models_->setVisible(idle && !blocked.isEmpty() && (modelsMissing || workspace_.data()));
  data_->setVisible(idle && !blocked.isEmpty() && !workspace_.openingData() && (!workspace_.data() || !modelsMissing));
  sample_->setVisible(idle && !workspace_.teacher() && !workspace_.student());
  if (comparing) {
    sayGoing(tr("Comparing"));
    showHowFar();
  } else if (failed) {
    say(tr("The comparison failed"), QString::fromUtf8(workspace_.compareProblem()->what()), true);
  } else if (!blocked.isEmpty()) {
    say(tr("Nothing to compare yet"), blocked);
  } else {
    say(tr("Ready to compare"),
        tr("Compare runs both models once over the %1 images of the evaluation set and keeps their answers.")
            .arg(countText(static_cast<qint64>(workspace_.data()->eval->size()))));
  }
}

void CompareNotice::showHowFar() {
  const std::optional<JobStatus> status = workspace_.activity();
  if (status) showProgress(*status, QString::fromStdString(status->title));
}

}  // namespace gf
