// SPDX-License-Identifier: Apache-2.0
#include "predictions/evaluate.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/error.h"
#include "base/hash.h"
#include "data/loader.h"

namespace gf {
namespace {

/// Eval mode for a while; afterwards as it was.
class EvalMode {
 public:
  explicit EvalMode(Classifier& model)
      : model_(model), training_(model.isTraining()), frozen_(model.batchNormFrozen()) {
    model_.setTraining(false);
  }
  ~EvalMode() {
    if (training_) model_.setTraining(true, frozen_);
  }
  EvalMode(const EvalMode&) = delete;
  EvalMode& operator=(const EvalMode&) = delete;

 private:
  Classifier& model_;
  bool training_, frozen_;
};

/// Finite everywhere but in the columns of classes that the model does not know.
bool areNumbers(const at::Tensor& rows, const std::vector<std::int64_t>& arrangement) {
  at::Tensor fine = at::isfinite(rows);
  for (std::size_t k = 0; k < arrangement.size(); ++k) {
    if (arrangement[k] < 0) fine.select(1, static_cast<std::int64_t>(k)).fill_(true);
  }
  return fine.all().item<bool>();
}

void append(const at::Tensor& logits, const Batch& batch, const Classifier& model, Predictions& result) {
  const auto valid = static_cast<std::int64_t>(batch.valid);
  const at::Tensor rows = logits.narrow(0, 0, valid).cpu().contiguous();
  if (!areNumbers(rows, model.arrangement())) {
    failRun(model.path().string(), "logits must be finite numbers",
            "NaN or infinity in the batch that begins at sample " + std::to_string(batch.indices.front()),
            "If this came up while training, use a smaller learning rate");
  }
  const float* values = rows.const_data_ptr<float>();
  std::vector<float>& all = result.logits.own();
  all.insert(all.end(), values, values + rows.numel());
}

template <class Numbers>
std::string listed(const Numbers& numbers) {
  std::string text;
  char digits[32];
  for (const auto number : numbers) {
    std::snprintf(digits, sizeof digits, "%.9g ", static_cast<double>(number));
    text += digits;
  }
  return text;
}

/// A whole data set smaller than the batch is one batch: padding it would cost a large model minutes. At least 8 rows,
/// below which results depend on their number.
int evaluationBatchOf(const DataSet& data) {
  return static_cast<int>(std::clamp<std::size_t>(data.size(), 8, kEvaluationBatch));
}

}  // namespace

Predictions evaluate(Classifier& model, const std::shared_ptr<const DataSet>& data, const Control& control,
                     const std::string& stage) {
  Predictions result;
  result.samples = data->size();
  result.classes = static_cast<std::size_t>(model.classes());
  result.logits.own().reserve(result.samples * result.classes);
  std::vector<std::uint32_t> all(result.samples);
  std::iota(all.begin(), all.end(), 0u);
  LoaderOptions options;
  options.batch = evaluationBatchOf(*data);
  options.padTail = true;
  options.device = model.device();
  options.threads = loaderThreads(options.device);
  Loader loader(data, std::move(all), {model.preprocess()}, options);

  const EvalMode mode(model);
  // Not inference mode: a module may keep a tensor it made here and use it when it trains.
  const at::NoGradGuard noGradients;
  Meter meter(control, stage.empty() ? "Evaluating " + model.metadata().name : stage,
              static_cast<double>(result.samples));
  loader.start(0);
  std::size_t done = 0;
  while (true) {
    control.checkpoint();
    const std::optional<Batch> batch = loader.next();
    if (!batch) break;
    append(model.logits(batch->inputs.front()), *batch, model, result);
    done += batch->valid;
    meter.update(static_cast<double>(done));
  }
  fillPredicted(result);
  return result;
}

std::string keyText(const Preprocess& preprocess) {
  std::string text = "input " + listed(preprocess.inputSize);
  text += "\nmean " + listed(preprocess.mean) + "\nstd " + listed(preprocess.std);
  text += "\nresize " + std::to_string(static_cast<int>(preprocess.interpolation));
  text += " " + std::to_string(static_cast<int>(preprocess.cropMode));
  return text + " " + listed(std::array{preprocess.cropPct});
}

std::string keyText(const std::vector<std::int64_t>& numbers) {
  return listed(numbers);
}

std::string evaluationKey(const std::string& modelSha256, const Preprocess& preprocess, const DataSet& data,
                          c10::Device device, const std::vector<std::int64_t>& arrangement) {
  Sha256 hash;
  hash.add("gainfinder-evaluation/2 fp32 torch " TORCH_VERSION "\nmodel ").add(modelSha256);
  hash.add("\ndata ").add(data.identity()).add("\nsamples ").add(std::to_string(data.size()));
  hash.add("\n").add(keyText(preprocess));
  hash.add("\nbatch ").add(std::to_string(evaluationBatchOf(data))).add(device.is_cuda() ? " cuda" : " cpu");
  if (!arrangement.empty()) hash.add("\ncolumns ").add(listed(arrangement));
  return hash.hex();
}

Predictions evaluateOnce(Classifier& model, const std::string& modelSha256, const std::shared_ptr<const DataSet>& data,
                         const PredictionStore& store, const Control& control, const std::string& stage) {
  const std::string key = evaluationKey(modelSha256, model.preprocess(), *data, model.device(), model.arrangement());
  std::optional<Predictions> kept = store.find(key);
  if (kept && kept->samples == data->size() && kept->classes == static_cast<std::size_t>(model.classes())) {
    return *std::move(kept);
  }
  Predictions made = evaluate(model, data, control, stage);
  store.put(key, made);
  return made;
}

std::vector<std::int32_t> answersOnce(const std::string& key, std::size_t classes,
                                      const std::function<Classifier()>& open,
                                      const std::shared_ptr<const DataSet>& data, const PredictionStore& store,
                                      const Control& control, const std::string& stage) {
  constexpr std::size_t kSmall = std::size_t{64} << 20;
  if (auto kept = store.findAnswers(key, data->size(), classes)) return *std::move(kept);
  Classifier model = open();
  Predictions made = evaluate(model, data, control, stage);
  if (made.logits.size() * sizeof(float) <= kSmall) {
    store.put(key, made);
  } else {
    store.putAnswers(key, made.predicted);
  }
  return std::move(made.predicted);
}

}  // namespace gf
