// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_set.h"

#include <ATen/Parallel.h>

#include <set>

#include "base/error.h"
#include "data/subset.h"
#include "models/label_fit.h"
#include "transfer/objectives.h"

namespace gf {
namespace {

/// Answers of all models to one batch, [B, C] each.
struct Answers {
  std::vector<at::Tensor> teachers;
  at::Tensor student, labels;
};

at::Tensor tiesOf(const Answers& answers, const at::Tensor& supervised) {
  at::Tensor asSure = at::zeros_like(supervised, at::kBool);
  for (const at::Tensor& teacher : answers.teachers) {
    // Neither is surer than the other when the student would not be preferred the other way round either.
    asSure |= partitionTargets({answers.student}, teacher, answers.labels, PartitionRule::Supervised).eq(0);
  }
  return asSure & supervised.eq(0);
}

void append(TransferSetView& view, const Batch& batch, const Answers& answers) {
  const at::Tensor supervised =
      partitionTargets(answers.teachers, answers.student, answers.labels, PartitionRule::Supervised);
  std::vector<at::Tensor> rows{
      supervised,
      partitionTargets(answers.teachers, answers.student, answers.labels, PartitionRule::Unsupervised),
      tiesOf(answers, supervised),
      answers.student.argmax(1).eq(answers.labels),
  };
  for (const at::Tensor& teacher : answers.teachers) rows.push_back(teacher.argmax(1).eq(answers.labels));
  for (at::Tensor& row : rows) row = row.to(at::kByte);
  const at::Tensor table = at::stack(rows).cpu();
  const auto value = table.accessor<std::uint8_t, 2>();
  const auto label = batch.labels.accessor<std::int64_t, 1>();
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(batch.valid); ++i) {
    view.supervised.push_back(value[0][i]);
    view.unsupervised.push_back(value[1][i]);
    view.tied.push_back(value[2][i]);
    const bool studentRight = value[3][i] != 0;
    for (std::size_t k = 0; k < answers.teachers.size(); ++k) {
      const bool teacherRight = value[static_cast<std::int64_t>(4 + k)][i] != 0;
      view.outcomes[k].push_back(teacherRight ? (studentRight ? Outcome::BothRight : Outcome::OnlyTeacher)
                                              : (studentRight ? Outcome::OnlyStudent : Outcome::BothWrong));
    }
    view.labels.push_back(static_cast<std::int32_t>(label[i]));
  }
}

/// Routing of the samples of a class, or of all, with an outcome and a mask given by sample.
template <class OutcomeAt, class SentAt>
Routing routingWhere(const TransferSetView& view, std::optional<std::int32_t> onlyClass, OutcomeAt outcomeAt,
                     SentAt sentAt) {
  std::vector<Outcome> outcomes;
  std::vector<std::uint8_t> sent;
  for (std::size_t i = 0; i < view.labels.size(); ++i) {
    if (onlyClass && view.labels[i] != *onlyClass) continue;
    outcomes.push_back(outcomeAt(i));
    sent.push_back(sentAt(i) ? 1 : 0);
  }
  return routingOf(outcomes, sent);
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) text += (i ? ", " : "") + names[i];
  return text + (names.size() > kShown ? " and " + std::to_string(names.size() - kShown) + " more" : "");
}

void requireFeatures(const Classifier& model, const std::string& who, Method method) {
  const std::string problem = model.featuresProblem();
  if (problem.empty()) return;
  failInput(who, std::string(displayName(method)) + " compares penultimate features, which the model must have",
            problem, "Choose another model, or a method that compares logits");
}

}  // namespace

void requireConsistent(const TransferOptions& options, std::size_t teachers) {
  std::string conflict = conflictIn(options, teachers);
  if (conflict.ends_with('.')) conflict.pop_back();  // an error's text ends with its own
  if (!conflict.empty()) failUsage("transfer", "its options must go together", conflict);
}

void requireFit(std::vector<Classifier>& teachers, Classifier& student, const DataSource& data,
                const TransferOptions& options) {
  if (!data.train) {
    failInput(data.path.string(), "training needs a training split", "only the split " + data.evalName,
              "Add a train folder or the train files of the IDX set");
  }
  // Cross-entropy alone is all that can be had without one.
  if (teachers.empty() && (options.method != Method::XeKl || lambdaOf(options) > 0)) {
    failUsage("transfer", "must have a teacher", "none");
  }
  requireConsistent(options, teachers.size());
  const NamedClasses classes = classesOf(*data.eval);
  requireSameLabels(data.path.string(), {"the training split", data.train->classNames(), data.train->wnids()},
                    {"the split " + data.evalName, classes.names, classes.wnids});
  student.arrangeFor(classes);
  if (!student.missingClasses().empty()) {
    failInput("student " + student.metadata().name, "must know every class of the data",
              "it lacks " + listed(student.missingClasses()), "Choose a student and data that share their labels");
  }
  if (usesFeatures(options.method)) requireFeatures(student, "student " + student.metadata().name, options.method);
  for (Classifier& teacher : teachers) {
    const std::string who = "teacher " + teacher.metadata().name;
    teacher.arrangeFor(classes);
    if (!teacher.missingClasses().empty() && !usesFeatures(options.method)) {
      failInput(who,
                std::string(displayName(options.method)) + " compares logits, so the teacher must know every class",
                "it lacks " + listed(teacher.missingClasses()), "Choose CD or CRD, or another teacher");
    }
    if (usesFeatures(options.method)) requireFeatures(teacher, who, options.method);
    if (teacher.device() != student.device()) {
      failUsage(who, "must be on the student's device", teacher.device().str() + " and " + student.device().str());
    }
  }
}

Routing TransferSetView::routing(std::size_t k, const std::vector<std::uint8_t>& targets,
                                 std::optional<std::int32_t> onlyClass) const {
  return routingWhere(
      *this, onlyClass, [&](std::size_t i) { return outcomes[k][i]; },
      [&](std::size_t i) { return targets[i] == k + 1; });
}

Routing TransferSetView::routingToAny(const std::vector<std::uint8_t>& targets,
                                      std::optional<std::int32_t> onlyClass) const {
  const auto outcomeAt = [&](std::size_t i) {
    const Outcome first = outcomes.front()[i];
    const bool studentRight = first == Outcome::BothRight || first == Outcome::OnlyStudent;
    bool right = false;
    for (const auto& each : outcomes) right |= each[i] == Outcome::BothRight || each[i] == Outcome::OnlyTeacher;
    return right ? (studentRight ? Outcome::BothRight : Outcome::OnlyTeacher)
                 : (studentRight ? Outcome::OnlyStudent : Outcome::BothWrong);
  };
  return routingWhere(*this, onlyClass, outcomeAt, [&](std::size_t i) { return targets[i] > 0; });
}

std::vector<std::uint32_t> transferSetOf(const DataSource& data, const TransferOptions& options,
                                         const std::vector<std::uint32_t>& leftOut) {
  const int classes = static_cast<int>(data.train->classNames().size());
  auto samples = stratifiedSubset(data.train->labels(), classes, options.subset, options.seed);
  if (samples.empty()) {
    failInput(data.path.string(), "the training split must hold images", "0 images", "Choose other data");
  }
  const std::size_t drawn = samples.size();
  const std::set<std::uint32_t> gone(leftOut.begin(), leftOut.end());
  std::erase_if(samples, [&](std::uint32_t sample) { return gone.contains(sample); });
  if (samples.empty()) {
    failInput(data.path.string(), "some image of the transfer set must be readable", "none of " + std::to_string(drawn),
              "Run gainfinder check to see what is wrong with them");
  }
  return samples;
}

TransferSetView viewTransferSet(FrozenModels& models, std::size_t teachers, const Control& control,
                                const std::function<void(std::size_t)>& done) {
  const torch::NoGradGuard noGradients;
  TransferSetView view;
  view.outcomes.resize(teachers);
  models.overTransferSet(control, [&](const Batch& batch, const FrozenLogits& logits) {
    append(view, batch, {logits.teachers, logits.frozen, batch.labels.to(logits.frozen.device())});
    done(view.labels.size());
  });
  return view;
}

}  // namespace gf
