// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/plan_estimate.h"

#include <utility>

#include "ui/workspace/workspace.h"

namespace gf {
namespace {

constexpr int kSoonMs = 350;  // while somebody types, nothing is counted

class CountJob final : public Job {
 public:
  explicit CountJob(nlohmann::ordered_json plan) : plan_(std::move(plan)) {}
  std::string title() const override { return "Counting the study"; }
  void run(const Control& control) override {
    auto counted = std::make_shared<CountedPlan>();
    counted->prepared = prepareStudy(planFromJson(plan_, "plan"), control);
    counted->cost = costOf(counted->prepared);
    counted_ = std::move(counted);
  }
  std::shared_ptr<const CountedPlan> counted() const { return counted_; }  ///< After run() returned.

 private:
  nlohmann::ordered_json plan_;
  std::shared_ptr<const CountedPlan> counted_;
};

class TimeJob final : public Job {
 public:
  explicit TimeJob(std::shared_ptr<const CountedPlan> counted) : counted_(std::move(counted)) {}
  std::string title() const override { return "Timing the models of the study"; }
  void run(const Control& control) override {
    seconds_ = secondsOf(counted_->prepared, counted_->cost, "auto", 0, control);
  }
  double seconds() const { return seconds_; }  ///< After run() returned.

 private:
  std::shared_ptr<const CountedPlan> counted_;
  double seconds_ = 0;
};

}  // namespace

PlanEstimate::PlanEstimate(Workspace& workspace, QObject* parent) : QObject(parent), workspace_(workspace) {
  soon_.setSingleShot(true);
  soon_.setInterval(kSoonMs);
  connect(&soon_, &QTimer::timeout, this, &PlanEstimate::count);
}

PlanEstimate::~PlanEstimate() {
  cancel();
}

void PlanEstimate::cancel() {
  for (std::uint64_t* job : {&countJob_, &timeJob_}) {
    if (*job) workspace_.cancel(*job);
    *job = 0;
  }
}

void PlanEstimate::setPlan(const nlohmann::ordered_json& plan) {
  if (plan == plan_) return;
  cancel();
  plan_ = plan;
  counted_ = nullptr;
  seconds_.reset();
  problem_.clear();
  timeProblem_.clear();
  soon_.stop();
  if (!plan_.is_null()) soon_.start();
  emit changed();
}

void PlanEstimate::count() {
  const auto job = std::make_shared<CountJob>(plan_);
  const auto own = std::make_shared<std::uint64_t>(0);
  const auto done = [this, job, own](const JobStatus& status) {
    if (countJob_ != *own) return;  // replaced meanwhile
    countJob_ = 0;
    counted_ = job->counted();
    if (!counted_) problem_ = status.failure ? QString::fromUtf8(status.failure->what()) : tr("Counting was stopped.");
    if (counted_) time();
    emit changed();
  };
  countJob_ = *own = workspace_.startBeside(job, done, this);
}

void PlanEstimate::time() {
  const auto job = std::make_shared<TimeJob>(counted_);
  const auto own = std::make_shared<std::uint64_t>(0);
  const auto done = [this, job, own](const JobStatus& status) {
    if (timeJob_ != *own) return;
    timeJob_ = 0;
    if (status.state == JobState::Done) {
      seconds_ = job->seconds();
    } else {
      timeProblem_ = status.failure ? QString::fromUtf8(status.failure->what()) : tr("Timing was stopped.");
    }
    emit changed();
  };
  timeJob_ = *own = workspace_.start(job, done, this);
}

}  // namespace gf
