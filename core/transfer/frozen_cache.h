// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/kept_limit.h"

namespace gf {

/// Bytes that kept answers of frozen models usually take at most: 64 GB.
inline constexpr std::uint64_t kFrozenCacheBound = 64'000'000'000;

/// Where the answers of models that do not change are kept, to be used again by every run that shares them, and what
/// names these models.
struct FrozenCache {
  std::filesystem::path folder;
  std::uint64_t bound = kFrozenCacheBound;  ///< Bytes that the folder may hold; what was used longest ago goes first.
  std::string student{};                    ///< Hash of the frozen student's weights: its file's, where it is a file.
  std::vector<std::string> teachers{};      ///< Hashes of the teachers' files.
  /// Passes over the transfer set that all runs to come would make of a model whose answers they share; 0: only this
  /// run is known of.
  std::int64_t studentPasses = 0;
  std::vector<std::int64_t> teacherPasses{};
  bool passing = false;  ///< The frozen student is no file: nobody asks for its answers after the stage.
};

/// How one frozen model's answers came about in a stage; counts are of images.
struct FrozenUse {
  std::string model;          ///< Its name.
  std::string how;            ///< For people: "read from the cache", or that it runs and why.
  bool kept = false;          ///< Whether they are read from the cache.
  std::int64_t live = 0;      ///< Passes where answers were needed.
  std::int64_t computed = 0;  ///< Passes that filled the cache.
  std::int64_t compared = 0;  ///< Passes that checked that an answer does not depend on the batch it is in.
  std::int64_t read = 0;      ///< Answers read.
};

/// The user's own folder of kept answers.
std::filesystem::path frozenFolder();
/// What it may hold: kFrozenCacheBound, or half of the disk, where nobody chose otherwise.
KeptLimit frozenLimit();

}  // namespace gf
