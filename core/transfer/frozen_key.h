// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/preprocess.h"
#include "data/subset.h"
#include "options/transfer_options.h"

namespace gf {

/// The different views that a run has of a sample: one without augmentation, two with flips, whatever the seed, and
/// with a strong augmentation a new one each epoch. A partition looks at every sample as it is, too.
class FrozenViews {
 public:
  explicit FrozenViews(const TransferOptions& options);
  std::size_t count() const { return (plain_ ? 1U : 0U) + (augment_ == Augment::Flip ? 1U : 0U) + drawn_; }
  /// Which one an epoch shows of a sample.
  std::size_t of(std::uint32_t sample, int epoch) const;
  /// The sample as it is; of a strong augmentation only where there is a partition.
  static constexpr std::size_t kPlain = 0;
  /// The view, where it is the same for every sample; else epochOf() draws it.
  std::optional<View> fixed(std::size_t view) const;
  int epochOf(std::size_t view) const { return static_cast<int>(view) - (plain_ ? 1 : 0); }
  /// What the view depends on, for keys.
  std::string text(std::size_t view) const;

 private:
  std::uint64_t seed_;
  Augment augment_;
  bool plain_;
  std::size_t drawn_;
};

/// Passes over the transfer set that a stage makes of each of its frozen models where they run live.
std::int64_t frozenPasses(const TransferOptions& options);
/// Rows of every pass of a frozen model. From 8 rows on the last bits of an answer depend on how many rows there are,
/// but not on which others; so batches are cut, and filled up, to this many, whether answers are kept or not.
std::int64_t frozenRows(const TransferOptions& options, std::size_t samples);
/// Batches of that many rows by which a model shows, before answers are kept, that they do not depend on the batch.
inline constexpr std::int64_t kComparedBatches = 3;
/// Why this method's teachers always run, as a sentence; empty where their logits are all it takes.
std::string teacherMustRun(Method method);
/// Whether answers are kept of which `missing` views are still to be computed, where all runs together would make
/// `passes` passes.
bool paysToKeep(CacheUse use, std::size_t missing, std::int64_t passes);

/// Passes of a run of so many stages over its transfer set that decode it, as it is or mirrored.
std::int64_t cropPasses(const TransferOptions& options, std::size_t stages);
/// Whether decoded images are kept, where all runs together would decode them in `passes` passes. A strong augmentation
/// crops every image anew each epoch.
bool keepsCrops(const TransferOptions& options, std::int64_t passes);

/// All that an answer depends on, but for the view.
struct FrozenSource {
  std::string weights{};                    ///< Hash.
  Preprocess preprocess{};                  ///< The model's own.
  Preprocess shared{};                      ///< The student's, whose crop all models are shown.
  std::vector<std::int64_t> arrangement{};  ///< Of the columns, see Classifier::arrangement().
  std::string data{};                       ///< Identity of the training split.
  std::string samples{};                    ///< samplesHash() of the transfer set.
  std::int64_t rows = 0;                    ///< frozenRows().
  bool cuda = false;
  int threads = 0;  ///< Which compute, on the CPU.
};
/// Key of the file that keeps the answers to one view.
std::string frozenKey(const FrozenSource& source, const std::string& view);
/// Its name in a folder of kept answers.
std::string frozenFileName(const std::string& key);

}  // namespace gf
