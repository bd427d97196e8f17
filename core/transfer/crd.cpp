// SPDX-License-Identifier: Apache-2.0
#include "transfer/crd.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"
#include "transfer/objectives.h"
#include "transfer/precise.h"

namespace gf {
namespace {

/// Keeps a noise probability away from zero, as the published implementation does.
constexpr double kEpsilon = 1e-7;
/// What the seed is mixed with, so that neither heads nor negatives repeat the views' or torch's own sequence.
constexpr std::uint64_t kHeads = 0x6372642D68656164ULL, kNegatives = 0x6372642D6E656773ULL;

at::Tensor uniform(at::IntArrayRef shape, double bound, at::Generator& generator, c10::Device device) {
  // Drawn on the CPU: the same numbers on every device.
  return at::empty(shape, at::kFloat).uniform_(-bound, bound, generator).to(device);
}

at::Tensor toTensor(std::span<const std::uint32_t> positions) {
  const at::Tensor result = at::empty({static_cast<std::int64_t>(positions.size())}, at::kLong);
  std::copy(positions.begin(), positions.end(), result.mutable_data_ptr<std::int64_t>());
  return result;
}

/// Floyd's sampling: `wanted` different numbers below `count`, every set of them equally likely. `taken[x] == stamp`
/// marks what is in the sample.
template <class Take>
void sampleWithoutRepetition(std::uint64_t count, std::uint64_t wanted, Random& random,
                             std::vector<std::uint32_t>& taken, std::uint32_t stamp, Take take) {
  for (std::uint64_t last = count - wanted; last < count; ++last) {
    std::uint64_t chosen = random.below(last + 1);
    if (taken[chosen] == stamp) chosen = last;
    taken[chosen] = stamp;
    take(chosen);
  }
}

}  // namespace

CrdMemory::CrdMemory(const TransferOptions& options, std::vector<std::int32_t> labels, std::int64_t studentWidth,
                     std::int64_t teacherWidth, c10::Device device)
    : options_(options), labels_(std::move(labels)) {
  const auto samples = static_cast<std::int64_t>(labels_.size());
  std::int32_t classes = 0;
  for (const std::int32_t label : labels_) classes = std::max(classes, label + 1);
  classStart_.assign(static_cast<std::size_t>(classes) + 1, 0);
  for (const std::int32_t label : labels_) ++classStart_[static_cast<std::size_t>(label) + 1];
  const std::size_t largest = *std::max_element(classStart_.begin(), classStart_.end());
  if (largest == labels_.size()) {
    failInput("transfer set", "CRD needs images of two classes at least, as the others are its negatives",
              std::to_string(samples) + " images of one class", "Choose another method or more data");
  }
  negatives_ = std::min<std::int64_t>(options_.crdNegatives, samples - static_cast<std::int64_t>(largest));
  for (std::size_t k = 1; k < classStart_.size(); ++k) classStart_[k] += classStart_[k - 1];
  byClass_.resize(labels_.size());
  std::vector<std::size_t> next(classStart_.begin(), classStart_.end() - 1);
  for (std::uint32_t i = 0; i < labels_.size(); ++i) byClass_[next[static_cast<std::size_t>(labels_[i])]++] = i;

  at::Generator generator = at::detail::createCPUGenerator(mix(options_.seed, kHeads));
  const auto linear = [&](std::int64_t width, at::Tensor& weight, at::Tensor& bias) {
    const double bound = 1 / std::sqrt(static_cast<double>(width));  // as torch.nn.Linear begins
    weight = uniform({kWidth, width}, bound, generator, device).set_requires_grad(true);
    bias = uniform({kWidth}, bound, generator, device).set_requires_grad(true);
  };
  linear(studentWidth, studentWeight_, studentBias_);
  linear(teacherWidth, teacherWeight_, teacherBias_);
  const double bound = 1 / std::sqrt(static_cast<double>(kWidth) / 3);  // rows of about unit length
  studentBank_ = uniform({samples, kWidth}, bound, generator, device);
  teacherBank_ = uniform({samples, kWidth}, bound, generator, device);
  studentNormaliser_ = at::full({}, -1, at::TensorOptions(at::kDouble).device(device));
  teacherNormaliser_ = studentNormaliser_.clone();
}

at::Tensor CrdMemory::head(const at::Tensor& features, const at::Tensor& weight, const at::Tensor& bias) const {
  return unitRows(at::linear(precise(features), weight, bias));
}

at::Tensor CrdMemory::side(const at::Tensor& anchors, const at::Tensor& bank, at::Tensor normaliser,
                           const at::Tensor& candidates) {
  // One product with the whole bank instead of a copy of K + 1 rows for each sample.
  const at::Tensor scores = at::mm(anchors, bank.t()).gather(1, candidates) * (1 / options_.crdTemperature);
  const double samples = static_cast<double>(bank.size(0)), rows = static_cast<double>(scores.size(0));
  if (normaliser.item<double>() < 0) {
    const at::Tensor all = scores.detach().to(at::kDouble).flatten();
    normaliser.copy_((all.logsumexp(0) + std::log(samples / static_cast<double>(all.numel()))).exp());
    normaliserIsFresh_ = true;
  }
  // With P = exp(score) / Z and c = K/n + ε the terms are P/(P + c) and (K/n)/(P + c). Their logarithms, taken straight
  // from the scores, cannot overflow at a low temperature.
  const double noise = static_cast<double>(candidates.size(1) - 1) / samples;
  const at::Tensor odds = scores - std::log(normaliser.item<double>() * (noise + kEpsilon));
  const at::Tensor positive = at::log_sigmoid(odds.narrow(1, 0, 1)).sum();
  const at::Tensor negative = at::log_sigmoid(-odds.narrow(1, 1, candidates.size(1) - 1)).sum();
  const double remainder = rows * (static_cast<double>(candidates.size(1)) - 1) * std::log1p(kEpsilon / noise);
  return (remainder - positive - negative) * (1 / rows);
}

at::Tensor CrdMemory::loss(const at::Tensor& studentFeatures, const at::Tensor& teacherFeatures,
                           std::span<const std::uint32_t> positions, std::uint64_t draw) {
  return lossAgainst(studentFeatures, teacherFeatures, toTensor(positions), drawNegatives(positions, draw));
}

at::Tensor CrdMemory::lossAgainst(const at::Tensor& studentFeatures, const at::Tensor& teacherFeatures,
                                  const at::Tensor& positions, const at::Tensor& negatives) {
  const Fp32Scope fp32;
  const at::Tensor rows = positions.to(studentBank_.device());
  const at::Tensor candidates = at::cat({rows.unsqueeze(1), negatives.to(rows.device())}, 1);
  const at::Tensor student = head(studentFeatures, studentWeight_, studentBias_);
  const at::Tensor teacher = head(teacherFeatures.detach(), teacherWeight_, teacherBias_);
  seen_.push_back({student.detach(), teacher.detach(), rows});
  return side(student, teacherBank_, studentNormaliser_, candidates) +
         side(teacher, studentBank_, teacherNormaliser_, candidates);
}

at::Tensor CrdMemory::drawNegatives(std::span<const std::uint32_t> positions, std::uint64_t draw) const {
  const at::Tensor drawn = at::empty({static_cast<std::int64_t>(positions.size()), negatives_}, at::kLong);
  std::int64_t* out = drawn.mutable_data_ptr<std::int64_t>();
  std::vector<std::uint32_t> taken(labels_.size(), 0);
  std::uint32_t stamp = 0;
  for (const std::uint32_t position : positions) {
    const auto own = static_cast<std::size_t>(labels_[position]);
    const std::size_t begin = classStart_[own], size = classStart_[own + 1] - begin;
    Random random(mix(options_.seed, kNegatives, draw, position));
    sampleWithoutRepetition(labels_.size() - size, static_cast<std::uint64_t>(negatives_), random, taken, ++stamp,
                            [&](std::uint64_t other) { *out++ = byClass_[other < begin ? other : other + size]; });
  }
  return drawn;
}

void CrdMemory::remember() {
  const at::NoGradGuard noGradients;
  const auto move = [this](at::Tensor& bank, const at::Tensor& positions, const at::Tensor& features) {
    const double kept = options_.crdMomentum;
    bank.index_copy_(0, positions, unitRows(bank.index_select(0, positions) * kept + features * (1 - kept)));
  };
  for (const Seen& each : seen_) {
    move(studentBank_, each.positions, each.student);
    move(teacherBank_, each.positions, each.teacher);
  }
  seen_.clear();
  normaliserIsFresh_ = false;
}

void CrdMemory::forget() {
  seen_.clear();
  if (!normaliserIsFresh_) return;
  studentNormaliser_.fill_(-1);
  teacherNormaliser_.fill_(-1);
  normaliserIsFresh_ = false;
}

std::vector<at::Tensor> CrdMemory::parameters() const {
  return {studentWeight_, studentBias_, teacherWeight_, teacherBias_};
}

std::vector<std::pair<std::string, at::Tensor>> CrdMemory::tensors() const {
  // Detached handles share storage, so that copying into them needs no guard.
  return {{"student_head.weight", studentWeight_.detach()},
          {"student_head.bias", studentBias_.detach()},
          {"teacher_head.weight", teacherWeight_.detach()},
          {"teacher_head.bias", teacherBias_.detach()},
          {"student_bank", studentBank_},
          {"teacher_bank", teacherBank_},
          {"student_normaliser", studentNormaliser_},
          {"teacher_normaliser", teacherNormaliser_}};
}

std::int64_t CrdMemory::negatives() const {
  return negatives_;
}

}  // namespace gf
