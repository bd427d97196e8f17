// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <vector>

namespace gf {
class GuardedMap;

/// The numbers of a matrix of logits, in memory, or read where they lie in a file: then all programs that read it share
/// the system's copy. Reads as a vector of floats does.
class Logits {
 public:
  Logits() = default;
  Logits(std::vector<float> own) : own_(std::move(own)) {}
  Logits(std::initializer_list<float> own) : own_(own) {}
  /// All of the map's bytes, which must be floats.
  explicit Logits(std::shared_ptr<const GuardedMap> map);

  std::size_t size() const { return map_ ? mappedSize_ : own_.size(); }
  bool empty() const { return size() == 0; }
  const float* data() const { return map_ ? mapped_ : own_.data(); }
  const float* begin() const { return data(); }
  const float* end() const { return data() + size(); }
  float operator[](std::size_t i) const { return data()[i]; }
  bool operator==(const Logits& other) const;

  /// To be changed; what lies in a file is copied, which stays as it is.
  std::vector<float>& own();
  /// Throws Error(Run) when the file has lost numbers that were read.
  void requireSound() const;

 private:
  std::vector<float> own_;
  std::shared_ptr<const GuardedMap> map_;
  const float* mapped_ = nullptr;
  std::size_t mappedSize_ = 0;
};

}  // namespace gf
