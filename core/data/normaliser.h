// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gf {

/// 8-bit pixels to a model's numbers: (value / 255 − mean) / std in fp32, every operation rounded as IEEE 754 says.
/// Const use is thread-safe.
class Normaliser {
 public:
  /// One mean and std for each channel. `portable`: without the processor's vectors, with the same results.
  Normaliser(const std::vector<float>& mean, const std::vector<float>& std, bool portable = false);
  /// Interleaved [pixels, C] to planes [C, pixels].
  void run(const std::uint8_t* in, std::size_t pixels, float* out) const;
  /// What becomes of each value of a channel, [C, 256].
  const std::vector<float>& table() const { return table_; }

 private:
  std::size_t channels() const { return mean_.size(); }

  std::vector<float> mean_, std_, inverse_, table_;
  bool vectors_ = false;
};

}  // namespace gf
