// SPDX-License-Identifier: Apache-2.0
// Supervised training against PyTorch in Python on the same TorchScript file and pictures (golden_fits.py).
#include <doctest/doctest.h>

#include "base/error.h"
#include "transfer/fit_plan.h"
#include "transfer/fixtures.h"

using namespace gf;
using namespace gf::test;

namespace {

FitOptions shortFit() {
  FitOptions options;
  options.training = shortRun(Method::XeKl);
  options.training.lambda = 0;
  return options;
}

double relativeError(const at::Tensor& value, const at::Tensor& expected) {
  const double scale = std::max(1e-12, expected.abs().max().item<double>());
  return (value - expected).abs().max().item<double>() / scale;
}

void checkWeights(const Classifier& fitted, const nlohmann::json& expected) {
  const auto after = stateOf(fitted);
  REQUIRE(after.size() == expected.size());
  for (const auto& [name, tensor] : after) {
    CAPTURE(name);
    REQUIRE(expected.contains(name));
    CHECK(relativeError(tensor.to(at::kFloat), tensorOf(expected[name], tensor.sizes())) < 1e-4);
  }
}

FitPlan planOf(const std::vector<std::string>& model, const std::vector<std::string>& data, FitHead head,
               FitClasses classes) {
  FitOptions options;
  options.head = head;
  options.classes = classes;
  return planFit("model.pt", {"m", model}, {"the data", data}, options);
}

template <class Action>
std::string failureOf(Action action, ErrorKind kind) {
  try {
    action();
  } catch (const Error& error) {
    CHECK(error.kind() == kind);
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("whole fits end at PyTorch's weights") {
  const auto file = golden("fits.json");
  CHECK(file["cases"].size() >= 11);
  for (const auto& each : file["cases"]) {
    CAPTURE(each["name"].get<std::string>());
    FitOptions options = shortFit();
    applyJson(options, each["options"], "golden");
    options.training.evaluateEvery = 20;
    const auto before = stateOf(model("student.pt"));
    TransferRun run = makeFit(options, model("student.pt", {{"classes", each["classes"]}}));
    Recorder recorder;
    const TransferOutcome outcome = run.run({}, recorder);
    CHECK(outcome.finished);
    CHECK(outcome.steps == each["steps"].get<std::int64_t>());
    CHECK(outcome.subset.size() == each["samples"].get<std::size_t>());
    checkWeights(run.student(), each["tensors"]);
    const bool headOnly = options.layers == FitLayers::Head;
    for (const auto& [name, tensor] : stateOf(run.student())) {
      CAPTURE(name);
      const bool ofHead = name.starts_with("head.");
      const bool statistic = options.training.freezeBatchNorm && !name.ends_with("weight") && !name.ends_with("bias");
      // What must stay does to the bit; the rest has moved.
      CHECK(at::equal(tensor, before.at(name)) == ((headOnly && !ofHead) || statistic));
    }
    CHECK_FALSE(run.student().isTraining());
    for (const StepRecord& step : recorder.steps) {
      REQUIRE(step.crossEntropy);
      CHECK(step.total == *step.crossEntropy);
      CHECK(step.distillation == 0);
    }
    CHECK(recorder.steps.back().total < recorder.steps.front().total);
  }
}

TEST_CASE("the head is kept where the model knows the classes, and new otherwise") {
  const std::vector<std::string> abc{"a", "b", "c"}, cab{"c", "a", "b"}, abcd{"a", "b", "c", "d"}, xb{"x", "b"};
  const FitPlan same = planOf(abc, abc, FitHead::Auto, FitClasses::All);
  CHECK_FALSE(same.newHead);
  CHECK(same.places == std::vector<std::int64_t>{0, 1, 2});
  const FitPlan turned = planOf(abc, cab, FitHead::Auto, FitClasses::All);
  CHECK_FALSE(turned.newHead);
  CHECK(turned.places == std::vector<std::int64_t>{2, 0, 1});
  const FitPlan part = planOf(abcd, cab, FitHead::Auto, FitClasses::All);
  CHECK_FALSE(part.newHead);
  CHECK(part.text == "m knows the 3 classes of the data: its 4 outputs are kept.");
  const FitPlan more = planOf(abc, abcd, FitHead::Auto, FitClasses::All);
  CHECK(more.newHead);
  CHECK(more.used == 4);
  CHECK(more.places == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(more.text ==
        "A new head with 4 outputs takes the place of the 3 classes of m; of the 4 classes of the data it knows 3.");
  CHECK(planOf(abc, abc, FitHead::New, FitClasses::All).newHead);

  const FitPlan shared = planOf(abc, xb, FitHead::Auto, FitClasses::Shared);
  CHECK_FALSE(shared.newHead);
  CHECK(shared.used == 1);
  CHECK(shared.places == std::vector<std::int64_t>{-1, 1});
  CHECK(shared.text ==
        "1 of the 2 classes of the data are among those of m and are used: its 3 outputs are kept; "
        "images of the other classes are left out.");

  const auto keep = [&] { planOf(abc, abcd, FitHead::Keep, FitClasses::All); };
  CHECK(failureOf(keep, ErrorKind::Input).find("lacks 1 of 4 classes (d)") != std::string::npos);
  const auto none = [&] { planOf(abc, {"x", "y"}, FitHead::Auto, FitClasses::Shared); };
  CHECK(failureOf(none, ErrorKind::Input).find("--head new") != std::string::npos);
  const auto both = [&] { planOf(abc, abc, FitHead::New, FitClasses::Shared); };
  CHECK(failureOf(both, ErrorKind::Usage).find("Keep the head") != std::string::npos);
}

TEST_CASE("what cannot be trained is refused with its reason") {
  FitOptions options = shortFit();
  const auto hidden = [&] { makeFit(options, model("hidden.pt")).run({}, *std::make_unique<Recorder>()); };
  CHECK(failureOf(hidden, ErrorKind::Input).find("no last linear layer") != std::string::npos);
  options.head = FitHead::New;
  const auto replaced = [&] { makeFit(options, model("hidden.pt")); };
  CHECK(failureOf(replaced, ErrorKind::Input).find("linear layer") != std::string::npos);
  const auto traced = [&] { makeFit(shortFit(), model("traced.pt")); };
  CHECK(failureOf(traced, ErrorKind::Input).find("traced") != std::string::npos);
  const auto distilled = [&] { makeRun(shortRun(Method::Kl), std::vector<Classifier>(), model("student.pt")); };
  CHECK(failureOf(distilled, ErrorKind::Usage).find("must have a teacher") != std::string::npos);
}

TEST_CASE("one image left over trains a head, though batch norm could not take it") {
  FitOptions options = shortFit();
  options.training.batch = 59;  // of 60
  Recorder recorder;
  CHECK(makeFit(options, model("student.pt")).run({}, recorder).steps == 4);
  options.layers = FitLayers::All;
  CHECK(makeFit(options, model("student.pt")).run({}, recorder).steps == 2);
}
