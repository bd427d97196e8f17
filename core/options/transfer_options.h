// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gf {

/// How knowledge goes from the teacher to the student.
enum class Method {
  Kl,        ///< KL-Dist (Eq. 1): every sample follows the teacher.
  XeKl,      ///< XE-KL (Eq. 2): λ·KL + (1−λ)·cross-entropy.
  KlDp,      ///< KL+DP, supervised (Eq. 4, 5): teacher or frozen student, by confidence in the label.
  KlDpUnsup  ///< KL+DP, unsupervised: teacher or frozen student, by their own highest confidence.
};
/// Which way round the divergence is taken.
enum class Direction { TargetStudent, StudentTarget };
enum class Augment { None, Flip };

/// What part of the training split is the transfer set: a share of every class, or a count per class.
struct SubsetRule {
  bool perClass = false;
  double amount = 0.1;  ///< Share of each class in (0, 1], or samples per class when `perClass`.
  bool operator==(const SubsetRule&) const = default;
};

/// Everything that decides what a transfer computes. These initialisers are the only defaults there are.
struct TransferOptions {
  Method method = Method::KlDp;
  int epochs = 20;
  double learningRate = 1e-4;
  double momentum = 0.9;
  double weightDecay = 1e-3;
  double temperature = 1;
  std::optional<double> lambda;  ///< Unset: 0.5 for XE-KL and 1 for KL+DP, see lambdaOf().
  Direction direction = Direction::TargetStudent;
  bool freezeBatchNorm = false;
  Augment augment = Augment::Flip;
  SubsetRule subset;
  double evaluateEvery = 1;  ///< Epochs between evaluations; below 1 means several an epoch.
  int batch = 64;
  std::uint64_t seed = 0;
  std::string device = "auto";
  int threads = 0;  ///< Compute threads; 0 lets the program choose.
  bool operator==(const TransferOptions&) const = default;
};

/// The weight of the KL term that this run uses: 1 for KL-Dist always, else the given or the method's default.
double lambdaOf(const TransferOptions& options);
bool usesPartition(Method method);
/// Whether the objective reads the labels: not for KL-Dist and not for unsupervised KL+DP at λ = 1.
bool usesLabels(const TransferOptions& options);

std::string_view idOf(Method method);         ///< "kl", "xe-kl", "kl-dp", "kl-dp-unsup"
std::string_view displayName(Method method);  ///< "KL-Dist", "XE-KL", "KL+DP", "KL+DP (unsupervised)"
/// "0.1" or "600perclass".
std::string toText(const SubsetRule& rule);

}  // namespace gf
