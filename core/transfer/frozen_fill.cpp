// SPDX-License-Identifier: Apache-2.0
// Which answers are kept, and how those that are missing are computed.
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/kept_files.h"
#include "base/log.h"
#include "base/sizes.h"
#include "transfer/frozen_models.h"
#include "transfer/frozen_parts.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

bool sameBits(const at::Tensor& one, const at::Tensor& other) {
  const at::Tensor a = one.cpu().contiguous(), b = other.cpu().contiguous();
  return a.nbytes() == b.nbytes() && std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()) == 0;
}

}  // namespace

FrozenSource FrozenModels::sourceOf(const One& one) const {
  FrozenSource source;
  source.weights = one.weights;
  source.preprocess = one.model->preprocess();
  source.shared = models_.student->preprocess();
  source.arrangement = one.model->arrangement();
  source.data = data_.train->identity();
  source.samples = samplesHash(subset_);
  source.rows = keptRows_;
  source.cuda = one.model->device().is_cuda();
  source.threads = at::get_num_threads();
  return source;
}

KeptShape FrozenModels::shapeOf(const One& one, std::size_t view) const {
  return {frozenKey(sourceOf(one), views_.text(view)), subset_.size(), static_cast<std::size_t>(one.model->classes())};
}

/// Takes up the file of a view where it is there.
bool FrozenModels::open(One& one, std::size_t view) {
  const KeptShape shape = shapeOf(one, view);
  one.files[view] = KeptLogits::open(cache_->folder / frozenFileName(shape.key), shape);
  return one.files[view] != nullptr;
}

void FrozenModels::decide(One& one) {
  const std::string mustRun = one.isStudent ? "" : teacherMustRun(options_.method);
  if (!mustRun.empty()) return runs(one, mustRun);
  if (options_.cache == CacheUse::Off) return runs(one, "--cache is off");
  if (one.weights.empty()) return runs(one, "nothing says which weights it has");
  one.files.resize(views_.count());
  std::size_t missing = 0;
  for (std::size_t view = 0; view < views_.count(); ++view) missing += open(one, view) ? 0 : 1;
  const std::int64_t passes = std::max(one.passes, frozenPasses(options_));
  one.wanted = missing == 0 || paysToKeep(options_.cache, missing, passes);
  if (one.wanted) return;
  runs(one, std::to_string(missing) + " views of every image to be computed are no fewer than the " +
                std::to_string(passes) + " passes that are made without");
}

/// What is missing must fit into the cache and on the disk.
void FrozenModels::makeRoom() {
  std::uint64_t needed = 0;
  for (const One& one : all_) {
    for (std::size_t view = 0; one.wanted && view < one.files.size(); ++view) {
      needed += one.files[view] ? 0 : shapeOf(one, view).fileBytes();
    }
  }
  if (needed == 0) return;
  std::error_code ignored;
  fs::create_directories(cache_->folder, ignored);
  const std::string obstacle = makeKeptRoom(cache_->folder, needed, cache_->bound);
  if (obstacle.empty()) return;
  const std::string why = "its answers are part of " + bytesText(needed) + ", and " + obstacle;
  for (One& one : all_) {
    const bool whole =
        std::all_of(one.files.begin(), one.files.end(), [](const auto& file) { return file != nullptr; });
    if (one.wanted && !whole) runs(one, why);
  }
}

void FrozenModels::prepare(const Control& control) {
  if (prepared_) return;
  if (cache_) {
    const auto guarded = [&](One& one) {
      try {
        decide(one);
      } catch (const Error& error) {
        runs(one, std::string("its answers cannot be kept: ") + error.what());
      }
    };
    for (One& one : all_) guarded(one);
    makeRoom();
    while (fillSome(control)) {
    }
  }
  prepared_ = true;
  std::size_t input = 1;
  for (One& one : all_) {
    if (!one.wanted && !one.isStudent) one.input = input++;
    if (!cache_) continue;
    if (one.wanted) {
      one.use.kept = true;
      one.use.how = "is read from the cache: " + std::to_string(views_.count()) + " views of " +
                    std::to_string(subset_.size()) + " images, " + std::to_string(one.use.computed) +
                    " answers computed now";
    }
    logLine(LogLevel::Info, one.use.model + " " + one.use.how + ".");
  }
  if (std::none_of(all_.begin(), all_.end(), [](const One& one) { return one.wanted; })) return;
  places_.assign(data_.train->size(), 0);
  for (std::size_t i = 0; i < subset_.size(); ++i) places_[subset_[i]] = static_cast<std::uint32_t>(i);
}

/// One look at all files: computes those that nobody else does, waits for the others a little. False when all are
/// there.
bool FrozenModels::fillSome(const Control& control) {
  bool missing = false, worked = false;
  control.checkpoint();
  for (std::size_t view = 0; view < views_.count(); ++view) {
    std::vector<Fill> fills;
    for (One& one : all_) {
      try {
        if (!one.wanted || one.files[view] || open(one, view)) continue;  // another program may have made it
        missing = true;
        const KeptShape shape = shapeOf(one, view);
        auto maker = LogitsMaker::claim(cache_->folder / frozenFileName(shape.key), shape);
        if (maker) fills.push_back({&one, std::move(maker), 0});
      } catch (const Error& error) {
        runs(one, std::string("its answers cannot be kept: ") + error.what());
      }
    }
    if (fills.empty()) continue;
    worked = true;
    fill(view, fills, control);
  }
  if (missing && !worked) {
    control.report({"Waiting for another program, which computes what teachers answer"});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return missing;
}

void FrozenModels::fill(std::size_t view, std::vector<Fill>& fills, const Control& control) {
  const at::NoGradGuard noGradients;
  try {
    fillRows(view, fills, control);
    for (Fill& fill : fills) {
      if (fill.maker) fill.maker->finish();
    }
  } catch (const Stopped&) {
    throw;  // what is there is taken up next time
  } catch (const std::exception& failure) {
    for (Fill& fill : fills) {
      if (!fill.maker) continue;
      fill.maker->giveUp();
      fill.maker.reset();
      runs(*fill.one, std::string("its answers could not be computed beforehand: ") + failure.what());
    }
  }
}

void FrozenModels::fillRows(std::size_t view, std::vector<Fill>& fills, const Control& control) {
  const auto rows = static_cast<std::size_t>(keptRows_);
  std::size_t done = subset_.size();
  std::vector<Preprocess> inputs{models_.student->preprocess()};
  std::string names;
  for (Fill& fill : fills) {
    if (fill.maker->rows() < subset_.size()) done = std::min(done, fill.maker->rows() / rows * rows);
    if (!fill.one->isStudent) {
      fill.input = inputs.size();
      inputs.push_back(fill.one->model->preprocess());
    }
    names += (names.empty() ? "" : ", ") + fill.one->use.model;
  }
  LoaderOptions options;
  options.batch = static_cast<int>(rows);
  options.padTail = true;
  options.device = models_.student->device();
  options.threads = loaderThreads(options.device);
  options.augment = options_.augment;
  options.seed = options_.seed;
  options.sharedCrop = true;
  options.view = views_.fixed(view);
  options.crops = crops_;
  Loader loader(data_.train, subset_, inputs, options);
  Meter meter(control,
              "Computing what " + names + " answers, view " + std::to_string(view + 1) + " of " +
                  std::to_string(views_.count()),
              static_cast<double>(subset_.size()));
  loader.start(options.view ? 0 : views_.epochOf(view), done / rows);
  while (const auto batch = loader.next()) {
    control.checkpoint();
    for (Fill& fill : fills) fillFrom(*batch, done, fill);
    done += batch->valid;
    meter.update(static_cast<double>(done));
  }
}

/// `begin`: the batch's first row in the file.
void FrozenModels::fillFrom(const Batch& batch, std::size_t begin, Fill& fill) {
  One& one = *fill.one;
  const std::size_t there = fill.maker ? fill.maker->rows() : subset_.size();
  if (there >= begin + batch.valid) return;
  const at::Tensor& images = batch.inputs[fill.input];
  const at::Tensor logits = one.model->logits(images);
  one.use.computed += static_cast<std::int64_t>(batch.valid);
  // Before anything is kept, so that a kill leaves nothing that was not compared.
  if (one.use.compared == 0 && !standsAlone(one, images, logits)) {
    fill.maker->giveUp();
    fill.maker.reset();
    return runs(one, "its answer to an image depends on the others of the batch, or on its place there");
  }
  const at::Tensor rows = logits.cpu().contiguous();
  const std::size_t known = there - begin;
  fill.maker->append(rows.const_data_ptr<float>() + known * static_cast<std::size_t>(rows.size(1)),
                     batch.valid - known);
}

/// Whether a row comes out the same among other rows and in other places, asked of a few batches made of one.
bool FrozenModels::standsAlone(One& one, const at::Tensor& images, const at::Tensor& logits) {
  // Shifted by one; backwards, every image twice; and with a stride, so that neighbours change as well.
  const at::Tensor places = at::arange(keptRows_, at::kLong);
  for (const at::Tensor& order : {places + 1, keptRows_ - 1 - places.div(2, "floor"), places * 7 + 3}) {
    const at::Tensor mixed = order.remainder(keptRows_).to(images.device());
    one.use.compared += keptRows_;
    if (!sameBits(one.model->logits(images.index_select(0, mixed)), logits.index_select(0, mixed))) return false;
  }
  return true;
}

}  // namespace gf
