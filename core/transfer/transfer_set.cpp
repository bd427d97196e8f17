// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_set.h"

#include <ATen/Parallel.h>

#include <thread>

#include "base/error.h"
#include "data/loader.h"
#include "data/subset.h"
#include "models/label_fit.h"
#include "predictions/evaluate.h"
#include "transfer/objectives.h"

namespace gf {
namespace {

/// Appends a batch's answers; a row beyond `valid` only pads.
void append(TransferSetView& view, const Batch& batch, const at::Tensor& teacher, const at::Tensor& student) {
  const at::Tensor labels = batch.labels.to(teacher.device());
  const at::Tensor rows[] = {
      teacherMask(teacher, student, labels, PartitionRule::Supervised),
      teacherMask(student, teacher, labels, PartitionRule::Supervised),
      teacherMask(teacher, student, labels, PartitionRule::Unsupervised),
      teacher.argmax(1).eq(labels),
      student.argmax(1).eq(labels),
  };
  const at::Tensor table = at::stack(rows).to(at::kByte).cpu();
  const auto flag = table.accessor<std::uint8_t, 2>();
  const auto label = batch.labels.accessor<std::int64_t, 1>();
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(batch.valid); ++i) {
    view.supervised.push_back(flag[0][i]);
    view.unsupervised.push_back(flag[2][i]);
    view.ties += flag[0][i] == 0 && flag[1][i] == 0;
    const bool teacherRight = flag[3][i] != 0, studentRight = flag[4][i] != 0;
    view.outcomes.push_back(teacherRight ? (studentRight ? Outcome::BothRight : Outcome::OnlyTeacher)
                                         : (studentRight ? Outcome::OnlyStudent : Outcome::BothWrong));
    view.labels.push_back(static_cast<std::int32_t>(label[i]));
  }
}

}  // namespace

void requireFit(const Classifier& teacher, const Classifier& student, const DataSource& data) {
  if (!data.train) {
    failInput(data.path.string(), "a transfer needs a training split", "only the split " + data.evalName,
              "Add a train folder or the train files of the IDX set");
  }
  const NamedClasses ours{"the student " + student.metadata().name, student.metadata().classes};
  requireSameLabels(teacher.path().string(), {"the teacher " + teacher.metadata().name, teacher.metadata().classes},
                    ours);
  requireSameLabels(data.path.string(), {"the data", data.eval->classNames()}, ours);
  requireSameLabels(data.path.string(), {"the training split", data.train->classNames()}, ours);
  if (teacher.device() != student.device()) {
    failUsage("teacher and student", "must be on one device",
              teacher.device().str() + " and " + student.device().str());
  }
}

std::vector<std::uint32_t> transferSetOf(const DataSource& data, const TransferOptions& options) {
  const int classes = static_cast<int>(data.train->classNames().size());
  auto samples = stratifiedSubset(data.train->labels(), classes, options.subset, options.seed);
  if (samples.empty()) {
    failInput(data.path.string(), "the training split must hold images", "0 images", "Choose other data");
  }
  return samples;
}

int loaderThreads() {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores - at::get_num_threads(), 1, 8);
}

TransferSetView viewTransferSet(Classifier& teacher, Classifier& student, const DataSource& data,
                                const std::vector<std::uint32_t>& samples, const Control& control,
                                const std::function<void(std::size_t)>& done) {
  const torch::NoGradGuard noGradients;
  teacher.setTraining(false);
  student.setTraining(false);
  LoaderOptions options;
  options.batch = kEvaluationBatch;
  options.threads = loaderThreads();
  options.padTail = true;
  Loader loader(data.train, samples, {student.preprocess(), teacher.preprocess()}, options);
  const bool shared = teacher.preprocess() == student.preprocess();
  TransferSetView view;
  loader.start(0);
  control.checkpoint();
  while (const auto batch = loader.next()) {
    const at::Tensor studentInput = batch->inputs[0].to(student.device());
    const at::Tensor teacherInput = shared ? studentInput : batch->inputs[1].to(teacher.device());
    append(view, *batch, teacher.logits(teacherInput), student.logits(studentInput));
    done(view.outcomes.size());
    control.checkpoint();
  }
  return view;
}

}  // namespace gf
