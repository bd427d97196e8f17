// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_run.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace {

/// The look of one set of teachers at the transfer set, as counts for all samples and for each class.
struct Look {
  Routing supervised, unsupervised;
  std::vector<Routing> supervisedByClass, unsupervisedByClass;
  std::vector<std::int64_t> tiesByClass;
};

Look lookOf(const TransferSetView& view, int classes) {
  Look look;
  look.supervised = view.routingToAny(view.supervised);
  look.unsupervised = view.routingToAny(view.unsupervised);
  look.tiesByClass.assign(static_cast<std::size_t>(classes), 0);
  for (std::size_t i = 0; i < view.labels.size(); ++i) {
    look.tiesByClass[static_cast<std::size_t>(view.labels[i])] += view.tied[i];
  }
  for (int k = 0; k < classes; ++k) {
    look.supervisedByClass.push_back(view.routingToAny(view.supervised, k));
    look.unsupervisedByClass.push_back(view.routingToAny(view.unsupervised, k));
  }
  return look;
}

void take(Look look, PartitionPreview& preview) {
  preview.supervised = look.supervised;
  preview.unsupervised = look.unsupervised;
  preview.supervisedByClass = std::move(look.supervisedByClass);
  preview.unsupervisedByClass = std::move(look.unsupervisedByClass);
  preview.tiesByClass = std::move(look.tiesByClass);
  for (const std::int64_t ties : preview.tiesByClass) preview.ties += ties;
}

}  // namespace

PartitionPreview previewPartition(std::vector<Classifier>& teachers, Classifier& student, const DataSource& data,
                                  const TransferOptions& options, const std::vector<double>& accuracies,
                                  const Control& control, const std::vector<std::uint32_t>& leftOut) {
  requireFit(teachers, student, data, options);
  TransferOptions looking = options;
  if (usesFeatures(options.method)) looking.method = Method::KlDp;  // logits are what a partition compares
  const auto samples = transferSetOf(data, options, leftOut);
  student.setTraining(false);
  for (Classifier& teacher : teachers) teacher.setTraining(false);
  const bool together = options.teachers == TeacherMode::Parallel || teachers.size() == 1;
  Meter meter(control, "Partitioning the transfer set",
              static_cast<double>(samples.size() * (together ? 1 : teachers.size())));
  PartitionPreview preview;
  preview.samples = samples.size();
  std::size_t done = 0;
  const auto view = [&](const std::vector<Classifier*>& some) {
    FrozenModels frozen(looking, data, samples, {&student, some, &student, nullptr}, nullptr);
    const TransferSetView seen = viewTransferSet(
        frozen, some.size(), control, [&](std::size_t more) { meter.update(static_cast<double>(done + more)); });
    done += samples.size();
    return seen;
  };
  if (together) {
    std::vector<Classifier*> all;
    for (Classifier& teacher : teachers) all.push_back(&teacher);
    const TransferSetView seen = view(all);
    for (std::size_t k = 0; k < all.size(); ++k) {
      preview.supervisedByTeacher.push_back(seen.routing(k, seen.supervised));
      preview.unsupervisedByTeacher.push_back(seen.routing(k, seen.unsupervised));
    }
    take(lookOf(seen, student.classes()), preview);
    return preview;
  }
  const std::size_t first = teacherOrder(options, accuracies).front();
  for (std::size_t k = 0; k < teachers.size(); ++k) {
    const TransferSetView seen = view({&teachers[k]});
    preview.supervisedByTeacher.push_back(seen.routing(0, seen.supervised));
    preview.unsupervisedByTeacher.push_back(seen.routing(0, seen.unsupervised));
    if (k == first) take(lookOf(seen, student.classes()), preview);
  }
  return preview;
}

}  // namespace gf
