// SPDX-License-Identifier: Apache-2.0
#include "transfer/frozen_key.h"

#include <ATen/Version.h>
#include <torch/version.h>

#include <algorithm>

#include "base/files.h"
#include "base/hash.h"
#include "predictions/evaluate.h"
#include "transfer/frozen_cache.h"

namespace gf {
namespace {

constexpr std::int64_t kFewestRows = 8;

/// What of the student's preprocessing decides which part of an image the others see, and what lies outside it.
Preprocess cropOf(const Preprocess& shared) {
  Preprocess crop;
  crop.inputSize = {0, shared.inputSize[1], shared.inputSize[2]};
  crop.cropPct = shared.cropPct;
  crop.cropMode = shared.cropMode;
  if (shared.cropMode == CropMode::Border) crop.mean = shared.mean;
  return crop;
}

int epochsOf(const TransferOptions& options) {
  return options.epochs + options.warmupLinearEpochs;
}

}  // namespace

FrozenViews::FrozenViews(const TransferOptions& options)
    : seed_(options.seed),
      augment_(options.augment),
      plain_(options.augment != Augment::Strong || usesPartition(options.method)),
      drawn_(options.augment == Augment::Strong ? static_cast<std::size_t>(epochsOf(options)) : 0) {}

std::size_t FrozenViews::of(std::uint32_t sample, int epoch) const {
  if (augment_ == Augment::Strong) return static_cast<std::size_t>(epoch) + (plain_ ? 1 : 0);
  return viewOf(seed_, sample, epoch, augment_).flip ? 1 : 0;
}

std::optional<View> FrozenViews::fixed(std::size_t view) const {
  if (plain_ && view == kPlain) return View{};
  if (augment_ == Augment::Strong) return std::nullopt;
  return View{true};
}

std::string FrozenViews::text(std::size_t view) const {
  if (const auto same = fixed(view)) return same->flip ? "mirrored" : "plain";
  return "strong, seed " + std::to_string(seed_) + ", epoch " + std::to_string(epochOf(view));
}

std::int64_t frozenPasses(const TransferOptions& options) {
  return epochsOf(options) + (usesPartition(options.method) ? 1 : 0);
}

std::int64_t frozenRows(const TransferOptions& options, std::size_t samples) {
  const int asked = options.microBatch > 0 ? std::min(options.microBatch, options.batch) : options.batch;
  return std::max(kFewestRows, std::min<std::int64_t>(asked, static_cast<std::int64_t>(samples)));
}

std::string teacherMustRun(Method method) {
  if (!usesFeatures(method)) return {};
  return std::string(displayName(method)) + " compares penultimate features, which are not kept";
}

bool paysToKeep(CacheUse use, std::size_t missing, std::int64_t passes) {
  if (use == CacheUse::Off) return false;
  return use == CacheUse::On || static_cast<std::int64_t>(missing) < passes;
}

std::int64_t cropPasses(const TransferOptions& options, std::size_t stages) {
  return frozenPasses(options) * static_cast<std::int64_t>(stages);
}

bool keepsCrops(const TransferOptions& options, std::int64_t passes) {
  if (options.cache == CacheUse::Off || options.augment == Augment::Strong) return false;
  return options.cache == CacheUse::On || passes > 1;
}

std::string frozenKey(const FrozenSource& source, const std::string& view) {
  Sha256 hash;
  hash.add("gainfinder-frozen/1 fp32 torch " TORCH_VERSION "\nmodel ").add(source.weights);
  hash.add("\n").add(keyText(source.preprocess)).add("\ncolumns ").add(keyText(source.arrangement));
  hash.add("\nshown ").add(keyText(cropOf(source.shared)));
  hash.add("\ndata ").add(source.data).add("\nsamples ").add(source.samples).add("\nview ").add(view);
  hash.add("\nrows ").add(std::to_string(source.rows));
  if (source.cuda) {
    hash.add(" cuda");
  } else {
    hash.add(" cpu ").add(at::get_cpu_capability()).add(" threads ").add(std::to_string(source.threads));
  }
  return hash.hex();
}

std::string frozenFileName(const std::string& key) {
  return key + ".logits";
}

std::filesystem::path frozenFolder() {
  return cacheFolder() / "frozen";
}

KeptLimit frozenLimit() {
  constexpr std::uint64_t kShare = 2;
  return limitOf(frozenFolder(), kFrozenCacheBound, kShare);
}

}  // namespace gf
