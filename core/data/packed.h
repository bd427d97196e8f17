// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "data/dataset.h"
#include "data/packed_format.h"

namespace gf {

/// Whether a regular file begins as packed ones do; false of everything that is not there or cannot be read.
bool isPackedFile(const std::filesystem::path& path);

/// Opens a packed file: kind, split names, classes and ImageNet ids are those of what was packed. Costs no more for a
/// million images than reading their labels. Throws Error(Input) naming file, rule and value. Reading an image throws
/// Error(Input) when its bytes are damaged, Error(Run) when the file was changed while it is open; the process goes on.
DataSource openPacked(const std::filesystem::path& path);

/// What a packed file says of itself. Throws as openPacked() does.
struct PackedFacts {
  PackedHeader header;
  PackedDescription description;
};
PackedFacts readPackedFacts(const std::filesystem::path& path);

}  // namespace gf
