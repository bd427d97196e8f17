// SPDX-License-Identifier: Apache-2.0
// The whole path against PyTorch in Python on the same TorchScript files and pictures (make_golden.py).
#include <doctest/doctest.h>

#include "options/option_table.h"
#include "predictions/evaluate.h"
#include "transfer/fixtures.h"

using namespace gf;
using namespace gf::test;

namespace {

double relativeError(const at::Tensor& value, const at::Tensor& expected) {
  const double scale = std::max(1e-12, expected.abs().max().item<double>());
  return (value - expected).abs().max().item<double>() / scale;
}

}  // namespace

TEST_CASE("twenty full-batch steps end at PyTorch's weights") {
  const auto file = golden("weights.json");
  CHECK(file["cases"].size() == 9);
  for (const auto& each : file["cases"]) {
    CAPTURE(each["name"].get<std::string>());
    TransferOptions options = shortRun(Method::Kl);
    applyJson(options, each["options"], "golden");
    options.evaluateEvery = 20;
    const auto before = stateOf(model("student.pt"));
    TransferRun run = makeRun(options, model("teacher.pt", each["teacher_meta"]), model("student.pt"));
    Recorder recorder;
    const TransferOutcome outcome = run.run({}, recorder);
    CHECK(outcome.steps == 20);
    const auto after = stateOf(run.student());
    REQUIRE(after.size() == each["tensors"].size());
    bool moved = false;
    for (const auto& [name, tensor] : after) {
      CAPTURE(name);
      REQUIRE(each["tensors"].contains(name));
      const at::Tensor expected = tensorOf(each["tensors"][name], tensor.sizes());
      CHECK(relativeError(tensor.to(at::kFloat), expected) < 1e-4);
      moved = moved || relativeError(before.at(name).to(at::kFloat), expected) > 1e-2;
    }
    CHECK(moved);
  }
}

TEST_CASE("the sample models give PyTorch's logits") {
  const auto file = golden("sample_logits.json");
  const std::string folder = GF_SOURCE_RESOURCES "/sample";
  const DataSource slice = openData(folder + "/fashion-slice");
  CHECK(file["logits"].size() >= 8);
  for (const auto& [name, numbers] : file["logits"].items()) {
    CAPTURE(name);
    Classifier classifier = Classifier::load(folder + "/shelf/" + name, c10::kCPU, nullptr);
    const Predictions predictions = evaluate(classifier, slice.eval, {});
    double worst = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      worst = std::max(worst, std::abs(static_cast<double>(predictions.logits[i]) - numbers[i].get<double>()));
    }
    CHECK(worst < 1e-5);
  }
}
