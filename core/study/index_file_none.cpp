// SPDX-License-Identifier: Apache-2.0
// Where the build machine has no SQLite: every program reads the folders anew.
#include "study/index_file.h"

namespace gf {

KnownMarks IndexFile::load(const std::unordered_set<std::string>&, const Control&) const {
  return {};
}

bool IndexFile::save(const KnownMarks&) const {
  return false;
}

}  // namespace gf
