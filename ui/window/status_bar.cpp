// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/status_bar.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QThread>
#include <QTime>
#include <cmath>

#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/window/device_job.h"
#include "ui/workspace/run_center.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

constexpr int kSteps = 1000;  // of the progress bar
constexpr int kBarWidth = 160;
constexpr int kWorkWidth = 360;

}  // namespace

QString deviceText(const std::vector<DeviceInfo>& devices, int cores) {
  QStringList cuda;
  for (const DeviceInfo& device : devices) {
    if (device.id.rfind("cuda", 0) != 0) continue;
    const double gib = device.memoryBytes / double(1 << 30);
    cuda << StatusBar::tr("%1, %2 GiB").arg(QString::fromStdString(device.name), numberText(gib, 0));
  }
  if (!cuda.isEmpty()) return cuda.join(QStringLiteral("; "));
  if (cores == 1) return StatusBar::tr("CPU, 1 core; no CUDA device");
  return StatusBar::tr("CPU, %1 cores; no CUDA device").arg(cores);
}

StatusBar::StatusBar(Workspace& workspace, QWidget* parent) : QStatusBar(parent), workspace_(workspace) {
  setAccessibleName(tr("Status"));
  work_ = new QLabel(this);
  work_->setAccessibleName(tr("Work going on"));
  work_->setTextFormat(Qt::PlainText);
  bar_ = new QProgressBar(this);
  bar_->setFixedWidth(kBarWidth);
  bar_->setTextVisible(false);
  bar_->setAccessibleName(tr("Progress"));
  stop_ = new QPushButton(tr("Stop"), this);
  stop_->setAccessibleName(tr("Stop the work going on"));
  saved_ = mutedLabel({}, this);
  device_ = mutedLabel({}, this);
  device_->setAccessibleName(tr("Compute device"));
  for (QWidget* widget : std::initializer_list<QWidget*>{work_, bar_, stop_, saved_, device_})
    addPermanentWidget(widget);
  connect(stop_, &QPushButton::clicked, this, &StatusBar::stopWork);
  connect(&workspace_, &Workspace::activityChanged, this, &StatusBar::showWork);
  connect(&workspace_, &Workspace::saved, this, &StatusBar::markSaved);
  connect(&workspace_.runs(), &RunCenter::runChanged, this, &StatusBar::showWork);
  connect(&workspace_.runs(), &RunCenter::runEnded, this, &StatusBar::showWork);
  connect(&workspace_.runs(), &RunCenter::historySaved, this, &StatusBar::markSaved);
  askForDevices();
  showWork();
}

void StatusBar::askForDevices() {
  const auto job = std::make_shared<DeviceJob>();
  const auto done = [this, job](const JobStatus&) {
    device_->setText(deviceText(job->devices(), QThread::idealThreadCount()));
  };
  workspace_.start(job, done, this);
}

void StatusBar::showWork() {
  const RunRow* run = workspace_.runs().row(workspace_.runs().current());
  if (run) {
    const bool plain = run->state == JobState::Running;
    const QString title = plain ? run->title : run->title + QStringLiteral(", ") + stateText(run->state);
    Progress progress = run->progress;
    if (!plain) progress.secondsLeft = -1;  // nothing counts down while it is held
    showProgress(title, progress, true);
    stop_->setEnabled(run->state != JobState::Stopping);
    stop_->setToolTip(tr("Stops the transfer and keeps the student so far"));
    return;
  }
  if (const auto activity = workspace_.activity()) {
    const QString stage = QString::fromStdString(activity->progress.stage);
    showProgress(stage.isEmpty() ? QString::fromStdString(activity->title) : stage, activity->progress,
                 activity->progress.fraction > 0);
    stop_->setEnabled(activity->state != JobState::Stopping);
    stop_->setToolTip(tr("Stops this work"));
    return;
  }
  for (QWidget* widget : std::initializer_list<QWidget*>{work_, bar_, stop_}) widget->hide();
}

void StatusBar::showProgress(const QString& title, const Progress& progress, bool determinate) {
  const QString left = timeLeftText(progress.secondsLeft);
  const QString words = left.isEmpty() ? title : title + QStringLiteral(", ") + left;
  work_->setText(work_->fontMetrics().elidedText(words, Qt::ElideMiddle, kWorkWidth));
  work_->setToolTip(words);
  bar_->setRange(0, determinate ? kSteps : 0);
  if (determinate) bar_->setValue(int(progress.fraction * kSteps));
  for (QWidget* widget : std::initializer_list<QWidget*>{work_, bar_, stop_}) widget->show();
}

void StatusBar::markSaved() {
  saved_->setText(tr("saved %1").arg(QTime::currentTime().toString(QStringLiteral("HH:mm"))));
  saved_->setToolTip(tr("Shelf, slots and run history were last written at this time"));
}

void StatusBar::stopWork() {
  if (const std::uint64_t run = workspace_.runs().current()) {
    workspace_.runs().perform(JobAction::StopAndKeep, run);
  } else if (workspace_.comparing()) {
    workspace_.cancelCompare();
  } else if (const auto activity = workspace_.activity()) {
    workspace_.cancel(activity->id);
  }
}

}  // namespace gf
