// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/study_process.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

#include "base/error.h"
#include "base/files.h"

namespace gf {
namespace {

constexpr qsizetype kMostErrors = 16 << 10;
constexpr int kEndMs = 10000;

/// Tests name another program, as inspections do.
QString program() {
  const QString set = qEnvironmentVariable("GAINFINDER_PROGRAM");
  return set.isEmpty() ? QString::fromStdString(programFile().string()) : set;
}

}  // namespace

StudyProcess::StudyProcess(QObject* parent) : QObject(parent) {
  process_.setStandardInputFile(QProcess::nullDevice());
  process_.setStandardOutputFile(QProcess::nullDevice());
  // In a process group of its own, so that Ctrl-C in a terminal reaches it through us alone; with us it stops as well.
  process_.setChildProcessModifier([] {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  });
  connect(&process_, &QProcess::readyReadStandardError, this, &StudyProcess::readErrors);
  connect(&process_, &QProcess::finished, this, &StudyProcess::finished);
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) return;
    emit ended(tr("The workers could not be started: %1: %2").arg(process_.program(), process_.errorString()));
  });
}

StudyProcess::~StudyProcess() {
  process_.disconnect(this);
  if (!running()) return;
  ::kill(static_cast<pid_t>(process_.processId()), SIGTERM);
  process_.waitForFinished(kEndMs);
}

void StudyProcess::start(const Request& request) {
  request_ = request;
  errors_.clear();
  stopping_ = false;
  QStringList words{QStringLiteral("study"),         QStringLiteral("run"), request.plan,
                    QStringLiteral("--out"),         request.folder,        QStringLiteral("--jobs"),
                    QString::number(request.workers)};
  if (request.retryFailed) words << QStringLiteral("--retry-failed");
  process_.start(program(), words);
  emit changed();
}

void StudyProcess::stop() {
  if (!running()) return;
  stopping_ = true;
  ::kill(static_cast<pid_t>(process_.processId()), SIGINT);
  emit changed();
}

void StudyProcess::readErrors() {
  errors_ += process_.readAllStandardError();
  if (errors_.size() > kMostErrors) errors_ = errors_.right(kMostErrors);
}

QString StudyProcess::lastLine() const {
  QString last;
  for (const QString& line : QString::fromUtf8(errors_).split(u'\n'))
    if (!line.trimmed().isEmpty()) last = line.trimmed();
  return last;
}

void StudyProcess::finished(int code, QProcess::ExitStatus status) {
  readErrors();
  QString problem;
  if (status == QProcess::CrashExit) {
    problem = tr("The workers were ended by force. What was saved is kept; “Run missing” goes on from there.");
  } else if (code != kDone && code != kStopped) {
    problem = lastLine();
    if (problem.isEmpty()) problem = tr("The workers gave up with exit code %1.").arg(code);
  }
  emit ended(problem);
}

}  // namespace gf
