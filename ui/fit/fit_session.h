// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "jobs/fit_job.h"
#include "jobs/job_runner.h"
#include "report/figure.h"

namespace gf {

/// One fit as the window runs it, on a worker of its own; a 100 ms timer drains its feed. Everything arrives on the GUI
/// thread.
class FitSession final : public QObject {
  Q_OBJECT
 public:
  explicit FitSession(QObject* parent = nullptr);
  ~FitSession() override;

  /// Only while none goes on.
  void start(const FitRequest& request);
  bool going() const;
  /// The model so far is kept and written, unless `discard`.
  void stop(bool discard);

  const JobStatus& status() const { return status_; }
  const FitRequest& request() const { return request_; }
  /// Accuracy over the epochs so far.
  Figure course() const;
  /// Mean loss of the latest steps; nothing before the first.
  std::optional<double> loss() const { return loss_; }
  /// After it has ended: fit.json; null where nothing was written.
  std::shared_ptr<const nlohmann::ordered_json> report() const;

 signals:
  void changed();  ///< State, progress or numbers; at most ten times a second.
  void ended();    ///< status() says how.

 private:
  void take(const JobStatus& status);
  void drain();

  std::shared_ptr<FitJob> job_;
  FitRequest request_;
  JobStatus status_;
  std::vector<double> epochs_, accuracies_;
  std::optional<double> loss_;
  QTimer timer_;
  bool over_ = true;
  JobRunner runner_;  ///< Last: it is gone, with its worker, before anything that the worker may speak to.
};

}  // namespace gf
