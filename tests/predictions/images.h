// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace gf_test {

/// Grey 6×6 images that need no resizing: what the model sees is (byte/255 − 0.5) / 0.25.
class Images : public gf::DataSet {
 public:
  explicit Images(std::size_t count, std::string identity = "images") : labels_(count), identity_(std::move(identity)) {
    for (std::size_t i = 0; i < count; ++i) labels_[i] = static_cast<std::int32_t>(i % 3);
  }
  std::size_t size() const override { return labels_.size(); }
  std::span<const std::int32_t> labels() const override { return labels_; }
  const std::vector<std::string>& classNames() const override { return names_; }
  gf::Pixels image(std::size_t index) const override {
    ++read_;
    gf::Pixels pixels{6, 6, 1, {}};
    for (std::size_t k = 0; k < 36; ++k) pixels.bytes.push_back(byteOf(index, k));
    return pixels;
  }
  std::string sampleName(std::size_t index) const override { return std::to_string(index); }
  const std::string& identity() const override { return identity_; }
  static std::uint8_t byteOf(std::size_t index, std::size_t k) {
    return static_cast<std::uint8_t>((index * 37 + k * 11 + index * k) % 256);
  }
  std::size_t reads() const { return read_; }

 private:
  std::vector<std::int32_t> labels_;
  std::string identity_;
  std::vector<std::string> names_{"circle", "square", "star"};
  mutable std::atomic<std::size_t> read_{0};
};

}  // namespace gf_test
