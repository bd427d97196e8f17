// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "jobs/sample.h"

namespace gf_test {

/// A place of its own for each test with a fresh cache, the program that inspections run in, and the shipped sample.
class Bench {
 public:
  Bench() : root_(std::filesystem::temp_directory_path() / ("gf-jobs-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    setenv("XDG_CACHE_HOME", (root_ / "cache").c_str(), 1);
    setenv("GAINFINDER_RESOURCES", GF_SOURCE_RESOURCES, 1);
    setenv("GAINFINDER_PROGRAM", GF_TEST_PROGRAM, 1);
    sample = gf::readSample();
  }
  ~Bench() { std::filesystem::remove_all(root_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return root_ / name; }

  gf::Sample sample;

 private:
  std::filesystem::path root_;
};

}  // namespace gf_test
