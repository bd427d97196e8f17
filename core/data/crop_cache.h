// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/kept_limit.h"

namespace gf {

/// How images came about; counts of images, each in one view.
struct CropUse {
  std::int64_t decoded = 0;
  std::int64_t served = 0;  ///< From what was kept, without decoding.
};

/// Where decoded images are kept, to be used again by every epoch, run and process that crops them alike.
struct CropCache {
  std::filesystem::path folder;
  std::uint64_t bound = 0;  ///< Bytes that the folder may hold; what was used longest ago goes first.
  /// Passes over the transfer set that all runs to come would decode it for; 0: only this run is known of.
  std::int64_t passes = 0;
};
/// The user's own folder of decoded images, and what it may hold: 32 GB, or a quarter of the disk, where nobody chose
/// otherwise.
std::filesystem::path cropFolder();
KeptLimit cropLimit();

}  // namespace gf
