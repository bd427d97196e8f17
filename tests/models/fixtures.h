// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of models/ and predictions/ share. Includes LibTorch through the precompiled header.
#include <ATen/core/Tensor.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "base/error.h"
#include "models/classifier.h"

namespace gf_test {
namespace fs = std::filesystem;

inline fs::path fixture(const std::string& name) {
  return fs::path(GF_MODEL_FIXTURES) / name;
}

inline gf::Classifier open(const std::string& name) {
  return gf::Classifier::load(fixture(name), c10::kCPU, nullptr);
}

/// Numbers that PyTorch computed in Python (make_fixtures.py).
inline nlohmann::json golden() {
  std::ifstream file(fixture("golden.json"));
  return nlohmann::json::parse(file);
}
inline at::Tensor tensorOf(const nlohmann::json& rows) {
  const std::vector<std::vector<float>> values = rows;
  at::Tensor result =
      at::empty({static_cast<std::int64_t>(values.size()), static_cast<std::int64_t>(values[0].size())});
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < values[i].size(); ++j) {
      result.index_put_({static_cast<std::int64_t>(i), static_cast<std::int64_t>(j)}, values[i][j]);
    }
  }
  return result;
}
inline at::Tensor goldenInputs() {
  const nlohmann::json all = golden();
  const std::vector<float> values = all["inputs"];
  const std::vector<std::int64_t> shape = all["shape"];
  return at::tensor(values).reshape(shape);
}

inline double largestDifference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// An empty folder of its own that is gone afterwards; while it lives it is also the cache folder.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "gainfinder-test-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    ::setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& folder() const { return folder_; }
  fs::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  fs::path folder_;
};

inline std::string bytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
inline void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// The failure that `action` throws; fails the calling test when there is none.
template <class Action>
gf::Error failureOf(Action action) {
  try {
    action();
  } catch (const gf::Error& error) {
    return error;
  }
  throw std::logic_error("no gf::Error was thrown");
}

}  // namespace gf_test
