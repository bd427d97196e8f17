// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importing/import_notice.h"

#include <QPushButton>

#include "jobs/job_runner.h"

namespace gf {

ImportNotice::ImportNotice(QWidget* parent)
    : ProgressPanel(QStringLiteral("import"), tr("Progress of listing the models"), parent),
      python_(new QPushButton(tr("Choose a Python…"), this)),
      again_(new QPushButton(tr("Look again"), this)) {
  python_->setToolTip(tr("A Python of yours that has torch, and timm or torchvision"));
  for (QPushButton* button : {python_, again_}) addButton(button);
  connect(python_, &QPushButton::clicked, this, &ImportNotice::pythonRequested);
  connect(again_, &QPushButton::clicked, this, &ImportNotice::againRequested);
}

void ImportNotice::showGoing(const JobStatus& status) {
  for (QPushButton* button : {python_, again_}) button->hide();
  sayGoing(tr("Asking the libraries which models there are"));
  showProgress(status, tr("This takes some seconds."), true);
}

void ImportNotice::showFailure(const std::optional<Error>& failure) {
  for (QPushButton* button : {python_, again_}) button->show();
  if (!failure) return say(tr("The list was not made"), tr("Asking for it was stopped."));
  say(tr("There is no Python to import with"),
      tr("Models are built by timm or torchvision in a Python that has torch.\n\n%1\n\nThe program’s "
         "packaging/setup.sh "
         "makes one; another one is chosen here or named by GAINFINDER_PYTHON.")
          .arg(QString::fromUtf8(failure->what())),
      true);
}

}  // namespace gf
