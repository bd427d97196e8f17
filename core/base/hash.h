// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/control.h"

namespace gf {

/// SHA-256, fed piece by piece (libcrypto).
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256& add(std::string_view bytes);
  /// 64 lower-case hexadecimal digits; the object is spent afterwards.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256(std::string_view bytes);
/// Throws Error(Input) when the file cannot be read, Stopped at a checkpoint.
std::string sha256OfFile(const std::filesystem::path& path, const Control& control = {});

}  // namespace gf
