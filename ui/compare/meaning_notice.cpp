// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/meaning_notice.h"

#include <QPushButton>

#include "ui/compare/provider_bar.h"
#include "ui/style/theme.h"
#include "ui/workspace/workspace.h"

namespace gf {

MeaningNotice::MeaningNotice(Workspace& workspace, QWidget* parent)
    : ProgressPanel(QStringLiteral("meaning"), tr("Progress of asking what the classes mean"), parent),
      workspace_(workspace),
      ask_(new QPushButton(tr("Ask again"), this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  for (QPushButton* button : {ask_, cancel_}) addButton(button);
  connect(ask_, &QPushButton::clicked, &workspace_, &Workspace::askMeaningAgain);
  connect(cancel_, &QPushButton::clicked, &workspace_, &Workspace::cancelMeaning);
  connect(&workspace_, &Workspace::activityChanged, this, [this] {
    if (workspace_.askingMeaning() && isVisible()) showHowFar();
  });
  connect(&Theme::instance(), &Theme::changed, this, &MeaningNotice::refresh);
}

void MeaningNotice::refresh() {
  const bool asking = workspace_.askingMeaning();
  const bool failed = !asking && workspace_.meaningProblem().has_value();
  cancel_->setVisible(asking);
  ask_->setVisible(!asking);
  if (asking) {
    sayGoing(tr("Asking what the classes mean"));
    showHowFar();
  } else if (failed) {
    // Subject, rule, what was seen and what to do.
    say(tr("What the classes mean is not known"),
        QString::fromUtf8(workspace_.meaningProblem()->what()) + QLatin1Char('\n') +
            tr("Flip chart, classes and images do not need it. Another source can be chosen above."),
        true);
    ask_->setText(tr("Ask again"));
  } else {
    say(tr("Nobody was asked what the classes mean"),
        tr("%1 can tell which classes are alike.").arg(providerText(workspace_.semantics())));
    ask_->setText(tr("Ask"));
  }
}

void MeaningNotice::showHowFar() {
  const std::optional<JobStatus> status = workspace_.activity();
  if (status) showProgress(*status, providerText(workspace_.semantics()), true);
}

}  // namespace gf
