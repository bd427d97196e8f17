// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "semantics/semantics.h"

namespace gf {

/// Vectors as a file has them, before anyone knows the classes.
struct VectorTable {
  std::vector<std::string> names;  ///< One a row; empty when the file names no rows.
  std::size_t rows = 0, dimensions = 0;
  std::vector<float> values;  ///< [rows, dimensions], row by row, all finite.
};

/// A NumPy array [C, D] of float32 or float64, either byte order, C or Fortran order, format versions 1 to 3. Nothing
/// is unpickled. Bytes in, numbers out; throws Error(Input) naming `subject`, the rule and what was seen.
VectorTable parseNpy(std::string_view bytes, const std::string& subject);

/// Comma-separated text (RFC 4180, UTF-8; line ends of either kind, a byte order mark may stand in front): a class
/// name, then D numbers, in each row. A first row is a heading when it has a field after the first that is no number,
/// or when its first field is empty or says "name", "class" or "label". Throws Error(Input) naming `subject`, the row
/// (the heading counts), the rule and the value.
VectorTable parseVectorCsv(std::string_view bytes, const std::string& subject);

/// Vectors of classes out of a file, by its ending: .npy (rows in the order of the classes), .csv (rows by name),
/// .safetensors (one tensor [C, D] in the order of the classes, or one tensor [D] for each class, by name). Names are
/// compared as in models/label_fit; further rows are left out and noted. Throws Error(Input).
ClassSemantics vectorFileSemantics(const std::filesystem::path& path, const std::vector<std::string>& names);

}  // namespace gf
