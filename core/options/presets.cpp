// SPDX-License-Identifier: Apache-2.0
// The published settings of each method, and the values that were searched to find them.
#include "options/option_table.h"

namespace gf {
namespace {

std::vector<Preset> makePresets() {
  std::vector<Preset> made;
  const auto add = [&](std::string_view id, std::string_view label, std::string_view help, Method method) {
    TransferOptions options;
    options.method = method;
    made.push_back({id, label, help, options});
    return &made.back().options;
  };
  add("paper-kl-dp", "Paper: KL+DP", "Partition by confidence in the label; learning rate 0.0001, T 1, 20 epochs.",
      Method::KlDp);
  add("paper-kl-dp-unsup", "Paper: KL+DP, unsupervised",
      "Partition by confidence; learning rate 0.0001, T 1, 20 epochs.", Method::KlDpUnsup);
  add("paper-kl", "Paper: KL-Dist", "Plain distillation; learning rate 0.0001, T 1, 20 epochs.", Method::Kl);
  add("paper-xe-kl", "Paper: XE-KL", "Distillation with cross-entropy; λ 0.5, T 1, 20 epochs.", Method::XeKl);
  add("paper-xe-kl-mcl", "Paper: XE-KL+MCL",
      "Slow weights with τ 0.9999 every 2 steps; learning rate 0.01, λ 0.7, 20 epochs.", Method::XeKlMcl)
      ->learningRate = 0.01;
  add("paper-label-smoothing", "Paper: XE-KL, smoothed labels", "XE-KL with a tenth of each label spread over all.",
      Method::XeKl)
      ->labelSmoothing = 0.1;
  add("paper-ce", "Paper: CE-Dist", "Cross-entropy with the teacher's soft labels; learning rate 0.0001.", Method::Ce);
  add("paper-top-10", "Paper: KL-Dist, top 10", "Divergence over the target's 10 highest classes.", Method::Kl)->topK =
      10;
  add("paper-top-100", "Paper: KL-Dist, top 100", "Divergence over the target's 100 highest classes.", Method::Kl)
      ->topK = 100;
  add("paper-linear-warmup", "Paper: KL-Dist, linear warm-up", "One epoch of the classifier head alone goes before.",
      Method::Kl)
      ->warmupLinearEpochs = 1;
  add("paper-cd", "Paper: CD", "Similarities of features, half and half with cross-entropy; learning rate 0.0001.",
      Method::Cd);
  add("paper-crd", "Paper: CRD",
      "16,384 negatives, temperature 0.07, momentum 0.5, weight 0.8 beside cross-entropy; learning rate 0.0001.",
      Method::Crd);
  return made;
}

}  // namespace

std::span<const Preset> transferPresets() {
  static const std::vector<Preset> presets = makePresets();
  return presets;
}

std::span<const GridAxis> searchGrid(Method method) {
  static const std::vector<GridAxis> distillation{
      {"lr", {1e-2, 1e-3, 1e-4, 1e-5}}, {"temperature", {0.1, 1, 4, 10}}, {"lambda", {0.05, 0.1, 0.25, 0.5}}};
  static const std::vector<GridAxis> plain{distillation.begin(), distillation.begin() + 2};
  static const std::vector<GridAxis> mcl{{"lr", {1e-2, 1e-3}},
                                         {"mcl-tau", {0.99, 0.999, 0.9999}},
                                         {"mcl-every", {2, 10, 50, 100}},
                                         {"lambda", {0.5, 0.7}}};
  static const std::vector<GridAxis> partition{
      {"lr", {1e-3, 1e-4}}, {"lambda", {0.5, 0.75, 0.9, 1}}, {"temperature", {0.1, 1, 10}}};
  switch (method) {
    case Method::Kl:
      return plain;
    case Method::XeKl:
      return distillation;
    case Method::XeKlMcl:
      return mcl;
    case Method::KlDp:
    case Method::KlDpUnsup:
      return partition;
    case Method::Ce:
    case Method::Cd:
    case Method::Crd:
      break;
  }
  return {};
}

}  // namespace gf
