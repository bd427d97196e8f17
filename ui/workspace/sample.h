// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <filesystem>
#include <vector>

#include "options/transfer_options.h"

namespace gf {

/// The shipped models and images, as the resources' sample/sample.json describes them; paths are absolute.
struct Sample {
  std::vector<std::filesystem::path> models;
  std::filesystem::path teacher, student;  ///< The pair to begin with.
  std::filesystem::path slice;             ///< The shipped part of the real images.
  TransferOptions sliceOptions;            ///< A transfer of about a minute on the slice …
  TransferOptions fullOptions;             ///< … and on the whole data set.
};

/// Throws Error(Input) naming the file, the key, the rule and the value, Error(Run) when the resources are not there.
Sample readSample();

/// Debian's whole Fashion-MNIST where its package is installed; else empty.
QString installedFashionMnist();

}  // namespace gf
