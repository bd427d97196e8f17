// SPDX-License-Identifier: Apache-2.0
#include "options/transfer_options.h"

#include <array>
#include <charconv>

namespace gf {

double lambdaOf(const TransferOptions& options) {
  switch (options.method) {
    case Method::Kl:
      return 1;
    case Method::XeKl:
    case Method::Cd:
      return options.lambda.value_or(0.5);
    case Method::XeKlMcl:
      return options.lambda.value_or(0.7);
    case Method::Crd:
      return 0.5;
    case Method::KlDp:
    case Method::KlDpUnsup:
    case Method::Ce:
      break;
  }
  return options.lambda.value_or(1);
}

bool usesPartition(Method method) {
  return method == Method::KlDp || method == Method::KlDpUnsup;
}

bool usesFeatures(Method method) {
  return method == Method::Cd || method == Method::Crd;
}

bool usesLabels(const TransferOptions& options) {
  return options.method == Method::KlDp || options.method == Method::Crd || lambdaOf(options) < 1;
}

std::string conflictIn(const TransferOptions& options, std::size_t teachers) {
  if (teachers > 1 && options.teachers == TeacherMode::Parallel && !usesPartition(options.method)) {
    return std::string(displayName(options.method)) +
           " cannot follow several teachers in parallel: only a partition says whom a sample follows. Choose KL+DP, or "
           "sequential teachers.";
  }
  if (options.microBatch > options.batch)
    return "The micro-batch is larger than the batch. Lower it, or raise the batch.";
  if (options.schedule == Schedule::Cosine && options.warmupEpochs > options.epochs)
    return "The learning rate would still rise at the end. Lower the warm-up.";
  if (options.method != Method::Cd) return {};
  if (options.batch == 1 || options.microBatch == 1)
    return "CD compares the images of one pass with each other. Take two at least.";
  if (lambdaOf(options) >= 1 && options.warmupLinearEpochs > 0)
    return "CD without cross-entropy asks nothing of the classifier head. Lower λ, or leave out the linear warm-up.";
  return {};
}

std::string_view idOf(Method method) {
  switch (method) {
    case Method::Kl:
      return "kl";
    case Method::XeKl:
      return "xe-kl";
    case Method::XeKlMcl:
      return "xe-kl-mcl";
    case Method::KlDp:
      return "kl-dp";
    case Method::KlDpUnsup:
      return "kl-dp-unsup";
    case Method::Ce:
      return "ce";
    case Method::Cd:
      return "cd";
    case Method::Crd:
      break;
  }
  return "crd";
}

std::string_view displayName(Method method) {
  switch (method) {
    case Method::Kl:
      return "KL-Dist";
    case Method::XeKl:
      return "XE-KL";
    case Method::XeKlMcl:
      return "XE-KL+MCL";
    case Method::KlDp:
      return "KL+DP";
    case Method::KlDpUnsup:
      return "KL+DP (unsupervised)";
    case Method::Ce:
      return "CE-Dist";
    case Method::Cd:
      return "CD";
    case Method::Crd:
      break;
  }
  return "CRD";
}

std::string_view idOf(TeacherMode mode) {
  switch (mode) {
    case TeacherMode::Sequential:
      return "sequential";
    case TeacherMode::Parallel:
      return "parallel";
    case TeacherMode::Soup:
      break;
  }
  return "soup";
}

std::string toText(const SubsetRule& rule) {
  if (rule.perClass) return std::to_string(static_cast<std::int64_t>(rule.amount)) + "perclass";
  std::array<char, 32> buffer{};  // the shortest text that reads back as the same number
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rule.amount).ptr;
  return {buffer.data(), end};
}

}  // namespace gf
