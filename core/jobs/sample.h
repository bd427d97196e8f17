// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "options/transfer_options.h"

namespace gf {

/// Transfers that show the phenomenon on one data set: the same settings for each method, over several seeds.
struct SampleTransfers {
  std::vector<TransferOptions> methods;  ///< KL-Dist first, then KL+DP; seed unset.
  std::vector<std::uint64_t> seeds;
};

/// Who teaches whom.
struct SamplePair {
  std::filesystem::path teacher, student;
};

/// The shipped models and images, as the resources' sample/sample.json describes them; paths are absolute.
struct Sample {
  std::vector<std::filesystem::path> models;
  SamplePair pair;                  ///< The one to begin with.
  SamplePair badChoice;             ///< One that shows where a transfer does not pay.
  std::filesystem::path slice;      ///< The shipped part of the real images.
  SampleTransfers onSlice, onFull;  ///< On the slice, and on the whole data set.
};

/// Throws Error(Input) naming the file, the key, the rule and the value, Error(Run) when the resources are not there.
Sample readSample();

/// The whole of Fashion-MNIST where it is installed: the first folder of sample.json's data.full that is there; else
/// empty.
std::filesystem::path installedFashionMnist();

/// The transfer with the partition, which the window suggests and which takes about a minute.
TransferOptions suggestedTransfer(const SampleTransfers& transfers);

}  // namespace gf
