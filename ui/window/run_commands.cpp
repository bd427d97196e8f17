// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/run_commands.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

#include "ui/workspace/run_center.h"

namespace gf {

Leave askHowToLeave(QWidget* parent, const RunCenter& runs) {
  QMessageBox box(parent);
  box.setObjectName(QStringLiteral("leaving"));
  box.setWindowTitle(QObject::tr("A transfer is going on"));
  const RunRow* run = runs.row(runs.current());
  box.setText(run ? QObject::tr("%1 has not finished.").arg(run->title) : QObject::tr("A transfer is waiting."));
  box.setInformativeText(QObject::tr(
      "Stopping keeps the student as it is now, with its report; the run can go on from there later. Discarding "
      "removes what it wrote."));
  QPushButton* stay = box.addButton(QObject::tr("Keep running"), QMessageBox::RejectRole);
  QPushButton* keep = box.addButton(QObject::tr("Stop, keep the student so far, and quit"), QMessageBox::AcceptRole);
  QPushButton* discard = box.addButton(QObject::tr("Discard and quit"), QMessageBox::DestructiveRole);
  stay->setObjectName(QStringLiteral("stay"));
  keep->setObjectName(QStringLiteral("keep"));
  discard->setObjectName(QStringLiteral("discard"));
  box.setDefaultButton(stay);
  box.setEscapeButton(stay);
  box.exec();
  if (box.clickedButton() == keep) return Leave::StopAndKeep;
  if (box.clickedButton() == discard) return Leave::Discard;
  return Leave::Stay;
}

bool askToStopStudy(QWidget* parent, const QString& folder) {
  QMessageBox box(parent);
  box.setObjectName(QStringLiteral("leaving"));
  box.setWindowTitle(QObject::tr("A study is going on"));
  box.setText(QObject::tr("Workers are at the study in %1.").arg(folder));
  box.setInformativeText(
      QObject::tr("Stopping keeps everything: what is missing goes on later from where it was last saved."));
  QPushButton* stay = box.addButton(QObject::tr("Keep running"), QMessageBox::RejectRole);
  QPushButton* stop = box.addButton(QObject::tr("Stop and quit"), QMessageBox::AcceptRole);
  stay->setObjectName(QStringLiteral("stay"));
  stop->setObjectName(QStringLiteral("stop"));
  box.setDefaultButton(stay);
  box.setEscapeButton(stay);
  box.exec();
  return box.clickedButton() == stop;
}

void stopAllRuns(RunCenter& runs, bool discard) {
  const JobAction action = discard ? JobAction::StopAndDiscard : JobAction::StopAndKeep;
  for (const std::uint64_t id : runs.ids()) {
    const RunRow* run = runs.row(id);
    if (run && whyNot(action, run->state).empty()) runs.perform(action, id);
  }
}

QString pauseOrResumeRun(RunCenter& runs) {
  const RunRow* run = runs.row(runs.current());
  if (!run) return QObject::tr("No transfer is running.");
  const bool held = run->state == JobState::Paused || run->state == JobState::Pausing;
  const JobAction action = held ? JobAction::Resume : JobAction::Pause;
  const std::string reason(whyNot(action, run->state));
  if (!reason.empty()) return QCoreApplication::translate("jobs", reason.c_str());
  runs.perform(action, run->id);
  return {};
}

}  // namespace gf
