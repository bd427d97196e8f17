// SPDX-License-Identifier: GPL-3.0-or-later
// Workspace: opening the sample, and what is kept between sessions.
#include "base/error.h"
#include "base/log.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace_memory.h"
#include "ui/workspace/workspace_private.h"

namespace gf {

void Workspace::openSample() {
  Sample sample;
  try {
    sample = readSample();
  } catch (const Error& error) {
    emit problem(tr("The sample cannot be opened"), QString::fromUtf8(error.what()));
    return;
  }
  private_->sample = sample;
  private_->compareWhenReady = true;
  openData(fromPath(sample.slice));
  private_->wantedIn(Slot::Teacher) = fromPath(sample.pair.teacher);
  private_->wantedIn(Slot::Student) = fromPath(sample.pair.student);
  QStringList models;
  for (const auto& path : sample.models) models << fromPath(path);
  addModels(models);
  emit sampleOpened();
}

/// The sample's settings fit its own data alone.
void Workspace::suggestForData() {
  if (!private_->sample) return;
  if (dataPath_ == fromPath(private_->sample->slice)) {
    suggestedOptions_ = suggestedTransfer(private_->sample->onSlice);
  } else if (dataPath_ == QString::fromStdString(installedFashionMnist().string())) {
    suggestedOptions_ = suggestedTransfer(private_->sample->onFull);
  } else {
    suggestedOptions_.reset();
    return;
  }
  setSubsetRule(suggestedOptions_->subset);
  emit suggestedOptionsChanged();
}

void Workspace::suggestAgain() {
  if (suggestedOptions_) emit suggestedOptionsChanged();
}

void Workspace::remember() {
  Remembered state;
  for (const auto& row : shelf_->rows()) state.models.push_back(row.choice);
  for (const Slot slot : {Slot::Teacher, Slot::Student}) {
    const QString& wanted = private_->wantedIn(slot);
    (slot == Slot::Teacher ? state.teacher : state.student) = wanted.isEmpty() ? private_->in(slot) : wanted;
  }
  state.further = private_->further;
  state.data = dataPath_;
  state.badImages = badImages_;
  // What nobody chose may be another one tomorrow: WordNet may be installed by then.
  if (private_->semantics != firstSemantics()) state.semantics = private_->semantics;
  keep(state);
  emit saved();
}

void Workspace::restore() {
  const Remembered state = recall();
  private_->wantedIn(Slot::Teacher) = state.teacher;
  private_->wantedIn(Slot::Student) = state.student;
  if (!state.semantics.isEmpty()) private_->semantics = state.semantics;
  if (badImages_ != state.badImages) {
    badImages_ = state.badImages;
    emit badImagesChanged();
  }
  for (const ModelChoice& choice : state.models) listPending(choice);
  for (const QString& path : state.further)
    if (shelf_->find(path) && !private_->further.contains(path)) private_->further << path;
  inspect(state.models);
  if (state.data.isEmpty()) return;
  try {
    private_->sample = readSample();  // its suggestions return with its data
  } catch (const Error& error) {
    logLine(LogLevel::Warning, error.what());
  }
  openData(state.data);
}

}  // namespace gf
