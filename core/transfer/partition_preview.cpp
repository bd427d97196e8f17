// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_run.h"
#include "transfer/transfer_set.h"

namespace gf {
namespace {

std::vector<Routing> routingByClass(const TransferSetView& view, const std::vector<std::uint8_t>& mask, int classes) {
  std::vector<std::vector<Outcome>> outcomes(static_cast<std::size_t>(classes));
  std::vector<std::vector<std::uint8_t>> masks(outcomes.size());
  for (std::size_t i = 0; i < view.labels.size(); ++i) {
    const auto k = static_cast<std::size_t>(view.labels[i]);
    outcomes[k].push_back(view.outcomes[i]);
    masks[k].push_back(mask[i]);
  }
  std::vector<Routing> routings;
  for (std::size_t k = 0; k < outcomes.size(); ++k) routings.push_back(routingOf(outcomes[k], masks[k]));
  return routings;
}

}  // namespace

PartitionPreview previewPartition(Classifier& teacher, Classifier& student, const DataSource& data,
                                  const TransferOptions& options, const Control& control) {
  requireFit(teacher, student, data);
  const auto samples = transferSetOf(data, options);
  Meter meter(control, "Partitioning the transfer set", static_cast<double>(samples.size()));
  const TransferSetView view = viewTransferSet(teacher, student, data, samples, control,
                                               [&](std::size_t done) { meter.update(static_cast<double>(done)); });
  PartitionPreview preview;
  preview.samples = samples.size();
  preview.supervised = routingOf(view.outcomes, view.supervised);
  preview.unsupervised = routingOf(view.outcomes, view.unsupervised);
  preview.supervisedByClass = routingByClass(view, view.supervised, student.classes());
  preview.unsupervisedByClass = routingByClass(view, view.unsupervised, student.classes());
  preview.ties = view.ties;
  return preview;
}

}  // namespace gf
