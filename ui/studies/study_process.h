// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QString>

namespace gf {

/// Runs a study in a process of its own, `gainfinder study run PLAN --out FOLDER --jobs N`, so that a cell that crashes
/// takes nothing down. It ends, its states saved, when it is asked to or when this program ends, however that ends.
class StudyProcess final : public QObject {
  Q_OBJECT
 public:
  struct Request {
    QString plan, folder;
    int workers = 1;
    bool retryFailed = false;
  };

  explicit StudyProcess(QObject* parent = nullptr);
  ~StudyProcess() override;

  /// Answers at once; ended() follows. Only while none runs.
  void start(const Request& request);
  /// Asks it to end at the next step; what is done stays, ended() follows.
  void stop();
  bool running() const { return process_.state() != QProcess::NotRunning; }
  bool stopping() const { return stopping_ && running(); }
  qint64 id() const { return process_.processId(); }
  const Request& request() const { return request_; }  ///< The last one.

 signals:
  void changed();                      ///< Started, or asked to stop.
  void ended(const QString& problem);  ///< Empty when it did what it was asked to.

 private:
  void readErrors();
  void finished(int code, QProcess::ExitStatus status);
  QString lastLine() const;

  QProcess process_;
  Request request_;
  QByteArray errors_;  ///< The end of what it said.
  bool stopping_ = false;
};

}  // namespace gf
