// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gf {

/// Everything a run needs to go on, by name: weights, optimiser, generators, memory banks, positions.
class RunState {
 public:
  /// Keeps a copy on the CPU.
  void put(const std::string& name, const at::Tensor& tensor);
  void put(const std::string& name, std::int64_t number);
  void put(const std::string& name, double number);

  bool has(const std::string& name) const { return tensors_.contains(name); }
  /// Each throws Error(Input) when there is no such name, or when it is something else.
  const at::Tensor& tensor(const std::string& name) const;
  std::int64_t whole(const std::string& name) const;
  double real(const std::string& name) const;
  /// Writes the kept values into `into`, in place. Shape and type must be the same.
  void copyTo(const std::string& name, at::Tensor into) const;

  std::string bytes() const;
  /// Throws when these are not the bytes of a state.
  static RunState fromBytes(const std::string& bytes);

 private:
  std::map<std::string, at::Tensor> tensors_;
};

/// The saved states of one run: each written whole or not at all, with its own checksum; the last two are kept, so that
/// one that cannot be read costs a little work and not the run.
class StateFolder {
 public:
  explicit StateFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Writes the state under the next number and removes all but the last two. Throws Error(Run), for instance on a full
  /// disk; earlier states stay.
  void save(const RunState& state);
  /// The newest state that can be read; one that cannot is logged and passed over. Nothing when there is none.
  std::optional<RunState> newest() const;
  const std::filesystem::path& path() const { return folder_; }

 private:
  /// Files of states by number, ascending.
  std::map<std::int64_t, std::filesystem::path> files() const;

  std::filesystem::path folder_;
};

}  // namespace gf
