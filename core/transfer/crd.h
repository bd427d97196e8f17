// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "options/transfer_options.h"

namespace gf {

/// Contrastive representation distillation (Eq. 7; Tian et al. 2020): a linear head to 128 dimensions and L2
/// normalisation on each side, both trained; a memory bank [n, 128] a side; noise-contrastive estimation of each side's
/// features against the other side's bank, one positive and K negatives of other classes a sample. Draws from
/// generators of its own: torch's is left alone. Copies share their tensors.
class CrdMemory {
 public:
  static constexpr std::int64_t kWidth = 128;

  /// `labels`: of the transfer set [n], by position. Seeded by `options.seed`. Throws Error(Input) when a class has
  /// every sample, as there are no negatives then.
  CrdMemory(const TransferOptions& options, std::vector<std::int32_t> labels, std::int64_t studentWidth,
            std::int64_t teacherWidth, c10::Device device);

  /// Both sides' losses, each summed and divided by the number of rows; scalar with gradient. Features [B, D];
  /// `positions`: of the rows in the transfer set. The negatives are a pure function of (seed, draw, position); the
  /// normalisers come from the first call.
  at::Tensor loss(const at::Tensor& studentFeatures, const at::Tensor& teacherFeatures,
                  std::span<const std::uint32_t> positions, std::uint64_t draw);
  /// The same with given negatives, int64 [B, K] positions.
  at::Tensor lossAgainst(const at::Tensor& studentFeatures, const at::Tensor& teacherFeatures,
                         const at::Tensor& positions, const at::Tensor& negatives);
  /// K positions of other classes for each of `positions`, int64 [B, K], without repetition; K is the option's or what
  /// there is.
  at::Tensor drawNegatives(std::span<const std::uint32_t> positions, std::uint64_t draw) const;

  /// Moves the banks by the features that loss() saw since the last call (momentum, then L2); call it after the
  /// optimiser's step, so that a batch in several passes equals one in a single pass.
  void remember();
  /// Drops what loss() saw since the last remember(), normalisers it set included: the step will be done again.
  void forget();

  /// Weights and biases of both heads, leaves that ask for gradients.
  std::vector<at::Tensor> parameters() const;
  /// Everything a saved state needs, by name, on the device: heads, banks, normalisers. Loading copies into them.
  std::vector<std::pair<std::string, at::Tensor>> tensors() const;
  std::int64_t negatives() const;  ///< K in use.

 private:
  struct Seen {
    at::Tensor student, teacher, positions;
  };
  at::Tensor head(const at::Tensor& features, const at::Tensor& weight, const at::Tensor& bias) const;
  at::Tensor side(const at::Tensor& anchors, const at::Tensor& bank, at::Tensor normaliser,
                  const at::Tensor& candidates);

  TransferOptions options_;
  std::int64_t negatives_ = 0;
  bool normaliserIsFresh_ = false;  ///< Set since the last remember(): forget() takes it back.
  std::vector<std::int32_t> labels_;
  std::vector<std::uint32_t> byClass_;   ///< Positions, class after class.
  std::vector<std::size_t> classStart_;  ///< Of each class within byClass_, and its end.
  at::Tensor studentWeight_, studentBias_, teacherWeight_, teacherBias_;
  at::Tensor studentBank_, teacherBank_;  ///< [n, 128]; rows of unit length once remembered, nearly so before.
  at::Tensor studentNormaliser_, teacherNormaliser_;  ///< Scalars (float64); negative until the first batch sets them.
  std::vector<Seen> seen_;
};

}  // namespace gf
