// SPDX-License-Identifier: Apache-2.0
#include "jobs/predict_job.h"

#include "base/error.h"
#include "base/files.h"
#include "jobs/compare_models.h"
#include "predictions/evaluate.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// Asked before long work: an existing file is replaced on request only, and only if it is an array.
void checkOut(const PredictRequest& request) {
  const fs::path& out = request.out;
  std::error_code error;
  if (!out.has_filename()) failUsage("--out", "must name a file", out.empty() ? "nothing" : out.string());
  const auto status = fs::status(out, error);
  if (!fs::exists(status)) return;
  if (!fs::is_regular_file(status))
    failUsage(out.string(), "the logits must go into a file", "a folder or a special file");
  if (!request.overwrite) {
    failUsage(out.string(), "the file must be new", "a file that is there", "Choose another --out, or add --overwrite");
  }
  constexpr std::size_t kLargestArray = std::size_t{1} << 36;
  if (out.extension() != ".npy" || !readFile(out, kLargestArray).starts_with("\x93NUMPY")) {
    failUsage(out.string(), "only an earlier NumPy array may be overwritten", "another kind of file",
              "Choose another --out");
  }
}

}  // namespace

PredictResult predictInto(const PredictRequest& request, const Control& control) {
  checkOut(request);
  control.report({"Opening the data"});
  const DataSource source = openData(request.data);
  const auto data = request.trainSplit ? source.train : source.eval;
  if (!data) {
    failInput(request.data.string(), "must have a training split", "none", "Leave --split train out");
  }
  control.report({"Inspecting the model"});
  const Inspection inspection = requireUsable(request.model, control);
  setComputeThreads(request.threads);
  Classifier model = loadModel(request.model, deviceOf(request.device));
  const PredictionStore store(cacheFolder() / "predictions");
  const Predictions made = evaluateOnce(model, inspection.sha256, data, store, control);
  std::error_code ignored;  // what fails here fails again, with its reason, when the file is written
  if (request.out.has_parent_path()) fs::create_directories(request.out.parent_path(), ignored);
  writeNpy(request.out, made);
  return {made.samples, made.classes, inspection.metadata->classes};
}

}  // namespace gf
