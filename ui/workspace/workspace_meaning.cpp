// SPDX-License-Identifier: GPL-3.0-or-later
// Workspace: what the classes of the present comparison mean, and to whom.
#include <utility>

#include "base/error.h"
#include "jobs/meaning_job.h"
#include "semantics/wordnet.h"
#include "ui/workspace/workspace_private.h"

namespace gf {

QString Workspace::firstSemantics() {
  try {
    WordNet::findFolder();
    return QStringLiteral("wordnet");
  } catch (const Error&) {
    return QStringLiteral("head");  // every teacher has rows of its own
  }
}

QString Workspace::semantics() const {
  return private_->semantics;
}

void Workspace::setSemantics(const QString& provider) {
  if (provider == private_->semantics) return;
  private_->semantics = provider;
  remember();
  askMeaning();
}

void Workspace::askMeaningAgain() {
  askMeaning();
}

bool Workspace::askingMeaning() const {
  return private_->meaningId != 0;
}

void Workspace::cancelMeaning() {
  if (!askingMeaning()) return;
  cancel(std::exchange(private_->meaningId, 0));
  emit meaningChanged();
}

void Workspace::forgetMeaning() {
  const bool asking = askingMeaning();
  if (asking) cancel(std::exchange(private_->meaningId, 0));
  if (!asking && !meaning_ && !meaningProblem_) return;
  meaning_.reset();
  meaningProblem_.reset();
  emit meaningChanged();
}

void Workspace::askMeaning() {
  if (askingMeaning()) cancel(std::exchange(private_->meaningId, 0));
  meaning_.reset();
  meaningProblem_.reset();
  if (comparison_ && !private_->semantics.isEmpty()) {
    const auto job = std::make_shared<MeaningJob>(comparison_, private_->semantics.toStdString());
    const auto own = std::make_shared<std::uint64_t>(0);
    const auto done = [this, job, own](const JobStatus& status) {
      if (*own != private_->meaningId) return;  // another provider or another comparison was asked for meanwhile
      private_->meaningId = 0;
      meaning_ = status.state == JobState::Done ? job->result() : nullptr;
      meaningProblem_ = status.failure;
      if (meaningProblem_)
        emit problem(tr("What the classes mean is not known"), QString::fromUtf8(meaningProblem_->what()));
      emit meaningChanged();
    };
    *own = private_->meaningId = start(job, done);
  }
  emit meaningChanged();
}

}  // namespace gf
