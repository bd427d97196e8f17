// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gf {

/// How knowledge goes from the teacher to the student.
enum class Method {
  Kl,         ///< KL-Dist (Eq. 1): every sample follows the teacher.
  XeKl,       ///< XE-KL (Eq. 2): λ·KL + (1−λ)·cross-entropy.
  XeKlMcl,    ///< XE-KL on fast weights; slow weights follow them by momentum and are the student (Eq. 3).
  KlDp,       ///< KL+DP, supervised (Eq. 4, 5): teacher or frozen student, by confidence in the label.
  KlDpUnsup,  ///< KL+DP, unsupervised: teacher or frozen student, by their own highest confidence.
  Ce,         ///< CE-Dist (B.1): cross-entropy with the teacher's soft labels in place of KL.
  Cd,         ///< Contrastive: similarities of penultimate features within a batch (Eq. 6), with cross-entropy.
  Crd         ///< Contrastive representation distillation (Eq. 7), with cross-entropy.
};
inline constexpr Method kAllMethods[] = {Method::Kl,        Method::XeKl, Method::XeKlMcl, Method::KlDp,
                                         Method::KlDpUnsup, Method::Ce,   Method::Cd,      Method::Crd};
/// Which way round the divergence is taken.
enum class Direction { TargetStudent, StudentTarget };
enum class Augment {
  None,
  Flip,
  Strong  ///< A random part of the image at a random aspect, mirrored or not, its colours changed; see StrongChange.
};
/// What becomes of an image that cannot be read.
enum class BadImages {
  Stop,  ///< The work ends with an error that names it.
  Skip   ///< It is left out, counted and named.
};
/// What several teachers are to one student (§4.3). One teacher is the same in all three.
enum class TeacherMode {
  Sequential,  ///< One transfer after the other; the student so far is the next frozen student.
  Parallel,    ///< One transfer: each sample follows the surest of frozen student and teachers. Partition methods only.
  Soup         ///< One transfer each from the same student; the student is the uniform mean of their weights.
};
/// In which order sequential teachers come.
enum class TeacherOrder { Ascending, Given };
enum class Schedule { Constant, Cosine };
/// Of the student's forward and backward pass. Teacher, frozen student, losses and evaluations are fp32 always.
enum class Precision {
  Auto,  ///< bf16 where a short timing shows a gain.
  Fp32,
  Bf16
};
/// How the student's images and filters lie in memory.
enum class MemoryLayout {
  Auto,  ///< Timed where the choice cannot change an fp32 result on the CPU: bf16, or a GPU.
  Contiguous,
  ChannelsLast
};

/// What precision and layout came to.
struct PassForm {
  bool bf16 = false, channelsLast = false;
};

/// Whether answers of models that do not change, and decoded training images, are kept and used again.
enum class CacheUse {
  Auto,  ///< Where that takes fewer passes.
  On,    ///< Wherever there is room.
  Off
};

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
  std::optional<double> lambda;  ///< Unset: the method's default, see lambdaOf().
  Direction direction = Direction::TargetStudent;
  int topK = 0;               ///< Classes the target ranks highest that the divergence is restricted to; 0: all.
  double labelSmoothing = 0;  ///< ε of the cross-entropy with the labels, [0, 1).
  double mclTau = 0.9999;     ///< τ of Eq. 3: what the slow weights keep of themselves.
  int mclEvery = 2;           ///< N: steps between two updates of the slow weights.
  double crdWeight = 0.8;     ///< Of the contrastive term beside one part of cross-entropy.
  int crdNegatives = 16384;   ///< K: negatives a sample; at most as many as other classes have samples.
  double crdMomentum = 0.5;   ///< What a memory bank's row keeps of itself.
  double crdTemperature = 0.07;
  TeacherMode teachers = TeacherMode::Sequential;
  TeacherOrder teacherOrder = TeacherOrder::Ascending;
  bool soupBatchNorm = false;  ///< Re-estimate the soup's batch-norm statistics on the transfer set.
  Schedule schedule = Schedule::Constant;
  double warmupEpochs = 0;     ///< Epochs over which the learning rate rises from 0; for Schedule::Cosine.
  int warmupLinearEpochs = 0;  ///< Epochs before the others in which only the classifier head trains (B.1).
  double clipNorm = 0;         ///< Largest norm of the whole gradient; 0: no clipping.
  bool freezeBatchNorm = false;
  Augment augment = Augment::Flip;
  BadImages badImages = BadImages::Stop;
  SubsetRule subset;
  double evaluateEvery = 1;  ///< Epochs between evaluations; below 1 means several an epoch.
  double saveEvery = 1;      ///< Epochs between saved states (what --resume goes on from); below 1 means several.
  int batch = 64;
  int microBatch = 0;  ///< Samples in one pass; gradients are gathered until `batch` is reached. 0: the batch at once.
  Precision precision = Precision::Fp32;
  MemoryLayout layout = MemoryLayout::Auto;
  std::uint64_t seed = 0;
  std::string device = "auto";
  int threads = 0;                  ///< Compute threads; 0 lets the program choose.
  CacheUse cache = CacheUse::Auto;  ///< Changes no result.
  bool operator==(const TransferOptions&) const = default;
};

/// The weight of the distillation term beside cross-entropy that this run uses: 1 for KL-Dist always, else the given or
/// the method's default (XE-KL ½, XE-KL+MCL 0.7, KL+DP and CE-Dist 1, CD ½). CRD has crdWeight instead; 0.5 there.
double lambdaOf(const TransferOptions& options);
bool usesPartition(Method method);
/// Whether the objective compares penultimate features instead of logits; such a teacher may lack classes.
bool usesFeatures(Method method);
/// Whether the objective reads the labels: not for KL-Dist and not for unsupervised KL+DP at λ = 1.
bool usesLabels(const TransferOptions& options);
/// Why these options do not go together for so many teachers, as one sentence with its remedy; empty when they do.
std::string conflictIn(const TransferOptions& options, std::size_t teachers);

std::string_view idOf(Method method);         ///< "kl", "xe-kl", "xe-kl-mcl", "kl-dp", "kl-dp-unsup", "ce", "cd", "crd"
std::string_view displayName(Method method);  ///< "KL-Dist", "XE-KL", "XE-KL+MCL", "KL+DP", …
std::string_view idOf(TeacherMode mode);      ///< "sequential", "parallel", "soup"
/// "0.1" or "600perclass".
std::string toText(const SubsetRule& rule);

}  // namespace gf
