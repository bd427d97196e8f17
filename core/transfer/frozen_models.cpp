// SPDX-License-Identifier: Apache-2.0
#include "transfer/frozen_models.h"

#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "transfer/frozen_parts.h"

namespace gf {

at::Tensor logitsInRows(Classifier& model, const at::Tensor& images, std::int64_t rows) {
  const std::int64_t all = images.size(0);
  std::vector<at::Tensor> parts;
  for (std::int64_t begin = 0; begin < all; begin += rows) {
    const std::int64_t count = std::min(rows, all - begin);
    at::Tensor part = images.narrow(0, begin, count);
    if (count < rows) {
      std::vector<std::int64_t> padding(static_cast<std::size_t>(images.dim()), -1);
      padding[0] = rows - count;
      part = at::cat({part, part.narrow(0, count - 1, 1).expand(padding)});
    }
    parts.push_back(model.logits(part).narrow(0, 0, count));
  }
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

FrozenModels::FrozenModels(const TransferOptions& options, const DataSource& data,
                           const std::vector<std::uint32_t>& subset, const StageModels& models,
                           const FrozenCache* cache, CropStore* crops)
    : options_(options),
      data_(data),
      subset_(subset),
      models_(models),
      cache_(cache),
      crops_(crops),
      views_(options),
      keptRows_(frozenRows(options, subset.size())),
      liveRows_(keptRows_) {
  for (std::size_t k = 0; k < models.teachers.size(); ++k) {
    One& one = all_.emplace_back();
    one.model = models.teachers[k];
    one.use.model = one.model->metadata().name;
    one.input = k + 1;
    if (!cache) continue;
    if (k < cache->teachers.size()) one.weights = cache->teachers[k];
    if (k < cache->teacherPasses.size()) one.passes = cache->teacherPasses[k];
  }
  if (!models.frozen) return;
  One& one = all_.emplace_back();
  one.model = models.frozen;
  one.use.model = one.model->metadata().name + " (frozen student)";
  one.isStudent = true;
  if (!cache) return;
  one.weights = cache->student;
  one.passes = cache->studentPasses;
}

FrozenModels::~FrozenModels() = default;

void FrozenModels::runs(One& one, const std::string& why) {
  one.wanted = false;
  one.files.clear();
  one.answers.reset();
  one.use.kept = false;
  one.use.how = "runs live: " + why;
}

std::vector<Preprocess> FrozenModels::inputs() const {
  std::vector<Preprocess> inputs{models_.student->preprocess()};
  for (const One& one : all_) {
    if (!one.wanted && !one.isStudent) inputs.push_back(one.model->preprocess());
  }
  return inputs;
}

bool FrozenModels::look(const Batch& batch) {
  return look(batch, std::nullopt);
}

/// `view`: of all samples; else what the batch's epoch shows.
bool FrozenModels::look(const Batch& batch, std::optional<std::size_t> view) {
  bool sound = true;
  std::size_t input = 1;
  for (One& one : all_) {
    if (one.wanted) {
      const std::int64_t columns = one.model->classes();
      const at::Tensor rows = at::empty({static_cast<std::int64_t>(batch.valid), columns}, at::kFloat);
      auto* to = rows.data_ptr<float>();
      for (const std::uint32_t sample : batch.indices) {
        const KeptLogits& file = *one.files[view.value_or(views_.of(sample, batch.epoch))];
        if (!file.copyRow(places_[sample], to)) {
          giveUp(one, file);
          sound = false;
          break;
        }
        to += columns;
      }
      one.answers = one.wanted ? rows.to(one.model->device()) : at::Tensor();
    }
    if (!one.wanted && !one.isStudent) one.input = input++;
  }
  for (One& one : all_) {
    if (sound && one.wanted) one.use.read += static_cast<std::int64_t>(batch.valid);
  }
  return sound;
}

/// A file of it is damaged: it runs from now on, and the file is made again next time.
void FrozenModels::giveUp(One& one, const KeptLogits& damaged) {
  try {
    damaged.remove();
  } catch (const Error& error) {
    logLine(LogLevel::Warning, error.what());
  }
  runs(one, "its kept answers turned out to be damaged");
  logLine(LogLevel::Warning, one.use.model + " " + one.use.how + ".");
}

at::Tensor FrozenModels::liveLogits(One& one, const at::Tensor& images) {
  one.use.live += images.size(0);
  return logitsInRows(*one.model, images, liveRows_);
}

FrozenLogits FrozenModels::logits(const Batch& batch) {
  // Teachers and frozen student stay in fp32, whatever the student computes in: they decide who is surer.
  const at::NoGradGuard noGradients;
  FrozenLogits all;
  for (One& one : all_) {
    if (!one.isStudent && usesFeatures(options_.method)) continue;
    const at::Tensor logits =
        one.wanted ? one.answers
                   : liveLogits(one, batch.inputs[one.input].narrow(0, 0, static_cast<std::int64_t>(batch.valid)));
    if (one.isStudent) {
      all.frozen = logits;
    } else {
      all.teachers.push_back(logits);
    }
  }
  return all;
}

at::Tensor FrozenModels::features(std::size_t k, const at::Tensor& images) {
  const at::NoGradGuard noGradients;
  all_[k].use.live += images.size(0);
  return all_[k].model->logitsAndFeatures(images).features;
}

const at::Tensor& FrozenModels::imagesOf(std::size_t k, const Batch& batch) const {
  return batch.inputs[all_[k].input];
}

void FrozenModels::limitRows(std::int64_t rows) {
  constexpr std::int64_t kFewestRows = 8;
  liveRows_ = std::min(liveRows_, std::max(kFewestRows, rows));
}

std::unique_ptr<Loader> FrozenModels::plainLoader() const {
  const auto inputs = this->inputs();
  const bool studentRuns = !all_.empty() && all_.back().isStudent && !all_.back().wanted;
  if (inputs.size() == 1 && !studentRuns) return nullptr;
  LoaderOptions options;
  options.batch = static_cast<int>(keptRows_);
  options.device = models_.student->device();
  options.threads = loaderThreads(options.device);
  options.sharedCrop = true;
  options.view = View{};
  options.crops = crops_;
  return std::make_unique<Loader>(data_.train, subset_, inputs, options);
}

/// The batch that begins there, without images.
Batch FrozenModels::bareBatch(std::size_t begin) const {
  Batch batch;
  batch.valid = std::min(static_cast<std::size_t>(keptRows_), subset_.size() - begin);
  const auto from = subset_.begin() + static_cast<std::ptrdiff_t>(begin);
  batch.indices.assign(from, from + static_cast<std::ptrdiff_t>(batch.valid));
  batch.labels = at::empty({static_cast<std::int64_t>(batch.valid)}, at::kLong);
  auto* labels = batch.labels.data_ptr<std::int64_t>();
  for (const std::uint32_t sample : batch.indices) *labels++ = data_.train->labels()[sample];
  return batch;
}

void FrozenModels::overTransferSet(const Control& control,
                                   const std::function<void(const Batch&, const FrozenLogits&)>& visit) {
  std::unique_ptr<Loader> loader;
  bool reading = false;
  for (std::size_t begin = 0; begin < subset_.size();) {
    control.checkpoint();
    if (!reading) {
      loader = plainLoader();
      if (loader) loader->start(0, begin / static_cast<std::size_t>(keptRows_));
      reading = true;
    }
    std::optional<Batch> batch = loader ? loader->next() : bareBatch(begin);
    if (!batch) failRun("transfer", "the loader must give every batch", "none at sample " + std::to_string(begin));
    reading = look(*batch, FrozenViews::kPlain);
    if (!reading) continue;
    visit(*batch, logits(*batch));
    begin += batch->valid;
  }
}

std::vector<FrozenUse> FrozenModels::use() const {
  std::vector<FrozenUse> uses;
  for (const One& one : all_) uses.push_back(one.use);
  return uses;
}

void FrozenModels::logUse() const {
  for (const One& one : all_) {
    const FrozenUse& use = one.use;
    std::string line = use.model + ": " + std::to_string(use.live) + " images passed where answers were needed";
    if (use.computed > 0 || use.read > 0) {
      line += ", " + std::to_string(use.computed) + " to fill the cache; " + std::to_string(use.read) +
              " answers read from it";
    }
    logLine(LogLevel::Info, line + ".");
  }
}

void FrozenModels::forgetPassing() {
  if (!cache_ || !cache_->passing || all_.empty()) return;
  try {
    for (const auto& file : all_.back().files) {
      if (file) file->remove();
    }
  } catch (const Error& error) {
    logLine(LogLevel::Warning, error.what());
  }
}

}  // namespace gf
