// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fit/fit_session.h"

#include "report/fit_report.h"

namespace gf {

FitSession::FitSession(QObject* parent)
    : QObject(parent), runner_([this](const JobStatus& status) {
        QMetaObject::invokeMethod(
            this, [this, status] { take(status); }, Qt::QueuedConnection);
      }) {
  constexpr int kEvery = 100;
  timer_.setInterval(kEvery);
  connect(&timer_, &QTimer::timeout, this, &FitSession::drain);
}

FitSession::~FitSession() = default;

void FitSession::start(const FitRequest& request) {
  if (going()) return;
  request_ = request;
  job_ = std::make_shared<FitJob>(request);
  epochs_.clear();
  accuracies_.clear();
  loss_.reset();
  over_ = false;
  status_ = {};
  status_.id = runner_.add(job_);
  timer_.start();
  emit changed();
}

bool FitSession::going() const {
  return !over_;
}

void FitSession::stop(bool discard) {
  if (!going()) return;
  if (discard) job_->discard();
  runner_.stop(status_.id);
}

Figure FitSession::course() const {
  return accuracyCourse(epochs_, accuracies_);
}

std::shared_ptr<const nlohmann::ordered_json> FitSession::report() const {
  return job_ ? job_->report() : nullptr;
}

void FitSession::take(const JobStatus& status) {
  if (over_ || status.id != status_.id) return;  // of an earlier one
  status_ = status;
  if (!isFinal(status.state)) {
    emit changed();
    return;
  }
  drain();
  timer_.stop();
  over_ = true;
  emit ended();
}

void FitSession::drain() {
  const auto drained = job_->feed().drain();
  for (const auto& each : drained.evaluations) {
    epochs_.push_back(each.epoch);
    accuracies_.push_back(each.accuracy);
  }
  if (!drained.steps.empty()) loss_ = drained.steps.back().total;
  if (const auto now = runner_.status(status_.id); now && !over_) status_ = *now;
  emit changed();
}

}  // namespace gf
