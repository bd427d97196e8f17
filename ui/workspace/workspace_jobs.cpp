// SPDX-License-Identifier: GPL-3.0-or-later
// Workspace: its workers, and what they tell of.
#include <utility>

#include "ui/workspace/workspace_private.h"

namespace gf {

void Workspace::jobChanged(std::uint64_t id, const JobStatus& status) {
  const auto found = private_->waiting.find(id);
  if (found != private_->waiting.end() && isFinal(status.state)) {
    const Private::Waiting waiting = std::move(found->second);
    private_->waiting.erase(found);
    if (private_->waiting.empty()) private_->progress.stop();
    if (waiting.done && (!waiting.guarded || waiting.context)) waiting.done(status);
    tryToCompare();
  }
  emit activityChanged();
}

std::uint64_t Workspace::startIn(int lane, std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done,
                                 QObject* context) {
  const std::uint64_t id = publicId(Lane(lane), private_->runners[lane]->add(std::move(job)));
  private_->waiting[id] = {std::move(done), context, context != nullptr};
  private_->progress.start();
  return id;
}

std::uint64_t Workspace::start(std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done, QObject* context) {
  return startIn(Computing, std::move(job), std::move(done), context);
}

std::uint64_t Workspace::startBeside(std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done,
                                     QObject* context) {
  return startIn(Showing, std::move(job), std::move(done), context);
}

std::uint64_t Workspace::startImporting(std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done,
                                        QObject* context) {
  return startIn(Importing, std::move(job), std::move(done), context);
}

std::uint64_t Workspace::startChecking(std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done,
                                       QObject* context) {
  return startIn(Checking, std::move(job), std::move(done), context);
}

void Workspace::cancel(std::uint64_t id) {
  private_->runners[id % LaneCount]->stop(id / LaneCount);
}

std::optional<JobStatus> Workspace::statusOf(std::uint64_t id) const {
  return private_->waiting.contains(id) ? private_->runners[id % LaneCount]->status(id / LaneCount) : std::nullopt;
}

std::optional<JobStatus> Workspace::activity() const {
  std::optional<JobStatus> shown;
  for (const auto& [id, ignored] : private_->waiting) {
    std::optional<JobStatus> status = private_->runners[id % LaneCount]->status(id / LaneCount);
    if (!status || isFinal(status->state)) continue;
    status->id = id;
    // What computes is told of before what reads, what runs before what waits.
    const bool better = !shown || shown->state == JobState::Queued || (id % LaneCount) > (shown->id % LaneCount);
    if (better && (!shown || status->state != JobState::Queued)) shown = status;
  }
  return shown;
}

}  // namespace gf
