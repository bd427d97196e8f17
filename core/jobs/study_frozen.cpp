// SPDX-License-Identifier: Apache-2.0
#include "jobs/study_frozen.h"

#include "base/error.h"
#include "data/crop_store.h"
#include "models/classifier.h"
#include "models/label_fit.h"
#include "predictions/kept_logits.h"
#include "transfer/frozen_key.h"
#include "transfer/transfer_set.h"

namespace gf {

StudyFrozen::StudyFrozen(const PreparedStudy& prepared, const std::string& device, int threads)
    : prepared_(prepared), cuda_(deviceOf(device).is_cuda()), threads_(computeThreads(threads)) {
  const NamedClasses wanted = classesOf(*prepared.data.eval);
  for (std::size_t m = 0; m < prepared.models.size(); ++m) {
    const NamedClasses own = classesOf(prepared.metadata[m]);
    const bool fits = labelObstacle(own, wanted, /*mayMiss=*/true).empty();
    // A model that does not fit fails its cells when they run; until then it costs what others do.
    arrangements_.push_back(fits ? arrangementFor(prepared.models[m].path.string(), own, wanted)
                                 : std::vector<std::int64_t>());
  }
  for (const PlannedCell& cell : prepared.expansion.cells) {
    const auto stages = stagesOf(cell);
    for (const auto& stage : stages) {
      for (const FrozenPart& part : stage) passes_[part.keys.back()] += part.passes;
    }
    cropPasses_[cropsOf(cell, cell.student).key] += cropPasses(cell.options, stages.size());
  }
}

std::int64_t StudyFrozen::passesOf(const FrozenPart& part) const {
  const auto found = passes_.find(part.keys.back());
  return found == passes_.end() ? part.passes : found->second;
}

CropPart StudyFrozen::cropsOf(const PlannedCell& cell, std::size_t model) const {
  const TransferSet& set = transferSetOf(cell.options);
  try {
    const Preparer preparer(preprocessOf(prepared_.metadata[model]), preprocessOf(prepared_.metadata[cell.student]));
    const CropShape shape{cropKey(preparer, prepared_.data.train->identity(), set.hash),
                          static_cast<std::size_t>(set.samples), preparer.floats()};
    return {shape.key, shape.fileBytes()};
  } catch (const Error&) {
    return {};  // its cells fail when they run, and keep nothing
  }
}

std::int64_t StudyFrozen::cropPassesOf(const PlannedCell& cell) const {
  return cropPasses_.at(cropsOf(cell, cell.student).key);
}

const StudyFrozen::TransferSet& StudyFrozen::transferSetOf(const TransferOptions& options) const {
  const auto [known, isNew] = sets_.emplace(toText(options.subset) + " " + std::to_string(options.seed), TransferSet{});
  if (isNew) {
    const auto samples = gf::transferSetOf(prepared_.data, options);
    known->second = {std::ssize(samples), samplesHash(samples)};
  }
  return known->second;
}

FrozenPart StudyFrozen::partOf(const PlannedCell& cell, std::size_t model, const std::string& weights) const {
  const TransferSet& set = transferSetOf(cell.options);
  FrozenPart part;
  part.model = model;
  part.samples = set.samples;
  part.passes = frozenPasses(cell.options);
  part.rows = frozenRows(cell.options, static_cast<std::size_t>(set.samples));
  FrozenSource source;
  source.weights = weights;
  source.preprocess = preprocessOf(prepared_.metadata[model]);
  source.shared = preprocessOf(prepared_.metadata[cell.student]);
  source.arrangement = arrangements_[model];
  source.data = prepared_.data.train->identity();
  source.samples = set.hash;
  source.rows = part.rows;
  source.cuda = cuda_;
  source.threads = threads_;
  const FrozenViews views(cell.options);
  for (std::size_t view = 0; view < views.count(); ++view) part.keys.push_back(frozenKey(source, views.text(view)));
  part.bytes =
      KeptShape{{}, static_cast<std::size_t>(set.samples), prepared_.data.eval->classNames().size()}.fileBytes();
  return part;
}

std::vector<std::vector<FrozenPart>> StudyFrozen::stagesOf(const PlannedCell& cell) const {
  const TransferOptions& options = cell.options;
  const bool together = options.teachers == TeacherMode::Parallel;
  const std::size_t stages = together ? 1 : cell.teachers.size();
  const std::string& student = prepared_.models[cell.student].sha256;
  std::vector<std::vector<FrozenPart>> all(stages);
  for (std::size_t k = 0; k < cell.teachers.size(); ++k) {
    FrozenPart part = partOf(cell, cell.teachers[k], prepared_.models[cell.teachers[k]].sha256);
    part.mustRun = teacherMustRun(options.method);
    all[together ? 0 : k].push_back(std::move(part));
  }
  for (std::size_t stage = 0; usesPartition(options.method) && stage < stages; ++stage) {
    const bool passing = stage > 0 && options.teachers != TeacherMode::Soup;
    const std::string weights = passing ? cell.id + " stage " + std::to_string(stage) : student;
    FrozenPart part = partOf(cell, cell.student, weights);
    part.isStudent = true;
    part.passing = passing;
    all[stage].push_back(std::move(part));
  }
  return all;
}

}  // namespace gf
