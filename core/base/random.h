// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace gf {

/// SplitMix64's output function: a well-mixed pure function of its argument, the same on every machine.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}
/// A pure function of several numbers, for choices keyed by (seed, sample, epoch).
template <class... Rest>
constexpr std::uint64_t mix(std::uint64_t first, Rest... rest) {
  std::uint64_t state = mix(first);
  ((state = mix(state ^ mix(static_cast<std::uint64_t>(rest) + 0x632BE59BD9B4E019ULL))), ...);
  return state;
}

/// A small seeded generator whose sequence is part of our file contract: subsets and orders must be the same
/// everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(mix(seed)) {}
  std::uint64_t next() { return mix(state_++); }
  /// Uniform in [0, bound); bound > 0. Rejection keeps it exactly uniform.
  std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t value = next();
    while (value >= limit) value = next();
    return value % bound;
  }
  /// Uniform in [0, 1), a multiple of 2⁻⁵³.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  /// Fisher–Yates.
  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace gf
