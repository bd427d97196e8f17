// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <limits>

#include "images.h"
#include "models/fixtures.h"
#include "predictions/evaluate.h"

using namespace gf_test;

namespace {

at::Tensor inputsOf(const Images& images) {
  at::Tensor result = at::empty({static_cast<std::int64_t>(images.size()), 1, 6, 6});
  float* out = result.data_ptr<float>();
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (std::size_t k = 0; k < 36; ++k) *out++ = (static_cast<float>(Images::byteOf(i, k)) / 255.f - 0.5f) / 0.25f;
  }
  return result;
}

}  // namespace

TEST_CASE("every sample's logits are there, in order, whatever the last batch's size") {
  const at::NoGradGuard noGradients;
  for (const std::size_t count : {1, 249, 250, 251, 520}) {
    CAPTURE(count);
    gf::Classifier model = open("scripted.pt");
    const auto images = std::make_shared<Images>(count);
    const gf::Predictions seen = gf::evaluate(model, images, {});
    REQUIRE(seen.samples == count);
    REQUIRE(seen.classes == 3);
    REQUIRE(seen.logits.size() == 3 * count);
    const at::Tensor expected = model.logits(inputsOf(*images));
    const at::Tensor logits = at::tensor(seen.logits).reshape({-1, 3});
    CHECK(largestDifference(logits, expected) <= 1e-5);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(seen.predicted[i] == logits[static_cast<std::int64_t>(i)].argmax().item<std::int64_t>());
    }
  }
}

TEST_CASE("an evaluation is the same, bit for bit, alone and as part of a larger one") {
  gf::Classifier model = open("scripted.pt");
  const gf::Predictions few = gf::evaluate(model, std::make_shared<Images>(10), {});
  const gf::Predictions many = gf::evaluate(model, std::make_shared<Images>(600), {});
  CHECK(std::equal(few.logits.begin(), few.logits.end(), many.logits.begin()));
  CHECK(gf::evaluate(model, std::make_shared<Images>(600), {}).logits == many.logits);
}

TEST_CASE("the model's mode and statistics stay as they were") {
  gf::Classifier model = open("scripted.pt");
  const gf::Predictions asEval = gf::evaluate(model, std::make_shared<Images>(20), {});
  model.setTraining(true, true);
  const gf::Predictions asTrain = gf::evaluate(model, std::make_shared<Images>(20), {});
  CHECK(asEval.logits == asTrain.logits);
  CHECK(model.isTraining());
  CHECK(model.batchNormFrozen());
  CHECK(model.logits(goldenInputs()).requires_grad());
}

TEST_CASE("progress runs to the end and a stop is obeyed between batches") {
  gf::Classifier model = open("plain.pt");
  std::vector<gf::Progress> reports;
  std::stop_source source;
  gf::Control control(source.get_token(), nullptr, [&](const gf::Progress& progress) { reports.push_back(progress); });
  gf::evaluate(model, std::make_shared<Images>(600), control, "Evaluating the plain one");
  REQUIRE_FALSE(reports.empty());
  CHECK(reports.back().fraction == 1);
  CHECK(reports.back().stage == "Evaluating the plain one");
  reports.clear();
  gf::evaluate(model, std::make_shared<Images>(10), control);
  CHECK(reports.back().stage == "Evaluating plain");
  source.request_stop();
  model.setTraining(true);
  CHECK_THROWS_AS(gf::evaluate(model, std::make_shared<Images>(600), control), gf::Stopped);
  CHECK(model.isTraining());
}

TEST_CASE("logits that are no numbers end the evaluation with the place and the remedy") {
  gf::Classifier model = open("plain.pt");
  {
    const at::NoGradGuard noGradients;
    for (at::Tensor parameter : model.parameters()) parameter.fill_(std::numeric_limits<float>::quiet_NaN());
  }
  const gf::Error error = failureOf([&] { gf::evaluate(model, std::make_shared<Images>(10), {}); });
  CHECK(error.kind() == gf::ErrorKind::Run);
  CHECK(error.subject() == fixture("plain.pt").string());
  CHECK(error.remedy().find("learning rate") != std::string::npos);
}

TEST_CASE("classes that the model does not know are -infinity; everything else must still be a number") {
  const auto images = std::make_shared<Images>(30);
  gf::Classifier model = open("scripted.pt");
  const gf::Predictions own = gf::evaluate(model, images, {});
  model.arrangeFor({"star", "hexagon", "circle"});
  const gf::Predictions seen = gf::evaluate(model, images, {});
  for (std::size_t i = 0; i < seen.samples; ++i) {
    CHECK(seen.row(i)[0] == own.row(i)[2]);
    CHECK(seen.row(i)[1] == -std::numeric_limits<float>::infinity());
    CHECK(seen.row(i)[2] == own.row(i)[0]);
    CHECK(seen.predicted[i] == (own.row(i)[2] >= own.row(i)[0] ? 0 : 2));
  }
  {
    const at::NoGradGuard noGradients;
    for (at::Tensor parameter : model.headParameters()) parameter.fill_(-std::numeric_limits<float>::infinity());
  }
  CHECK_THROWS_AS(gf::evaluate(model, images, {}), gf::Error);
}

TEST_CASE("evaluations in two orders of classes are kept apart") {
  const Scratch scratch;
  const gf::PredictionStore store(scratch / "evaluations");
  const auto images = std::make_shared<Images>(30);
  gf::Classifier model = open("scripted.pt");
  const gf::Predictions own = gf::evaluateOnce(model, "a hash", images, store, {});
  model.arrangeFor({"star", "circle", "square", "hexagon"});
  const gf::Predictions arranged = gf::evaluateOnce(model, "a hash", images, store, {});
  CHECK(arranged.classes == 4);
  const std::size_t reads = images->reads();
  const gf::Predictions again = gf::evaluateOnce(model, "a hash", images, store, {});
  CHECK(images->reads() == reads);
  CHECK(again.logits == arranged.logits);
  CHECK(again.predicted == arranged.predicted);
  model.arrangeFor(model.metadata().classes);
  CHECK(gf::evaluateOnce(model, "a hash", images, store, {}).logits == own.logits);
  CHECK(images->reads() == reads);
}

TEST_CASE("a model is evaluated once per data set") {
  const Scratch scratch;
  const gf::PredictionStore store(scratch / "evaluations");
  gf::Classifier model = open("scripted.pt");
  const auto images = std::make_shared<Images>(30);
  const gf::Predictions first = gf::evaluateOnce(model, "a hash", images, store, {});
  const std::size_t reads = images->reads();
  CHECK(reads >= 30);
  const gf::Predictions second = gf::evaluateOnce(model, "a hash", images, store, {});
  CHECK(images->reads() == reads);
  CHECK(second.logits == first.logits);
  CHECK(second.predicted == first.predicted);
  gf::evaluateOnce(model, "another hash", images, store, {});
  CHECK(images->reads() > reads);
}

TEST_CASE("the key tells apart everything that an evaluation depends on") {
  const Images images(30), more(31), others(30, "others");
  const gf::Preprocess base = open("scripted.pt").preprocess();
  std::vector<std::string> keys{
      gf::evaluationKey("model", base, images, c10::kCPU), gf::evaluationKey("model 2", base, images, c10::kCPU),
      gf::evaluationKey("model", base, more, c10::kCPU), gf::evaluationKey("model", base, others, c10::kCPU),
      gf::evaluationKey("model", base, images, c10::Device(c10::kCUDA, 0))};
  const auto with = [&](auto change) {
    gf::Preprocess changed = base;
    change(changed);
    keys.push_back(gf::evaluationKey("model", changed, images, c10::kCPU));
  };
  with([](gf::Preprocess& p) { p.inputSize = {1, 6, 7}; });
  with([](gf::Preprocess& p) { p.inputSize = {1, 7, 6}; });
  with([](gf::Preprocess& p) { p.mean = {0.5000001f}; });
  with([](gf::Preprocess& p) { p.std = {0.3f}; });
  with([](gf::Preprocess& p) { p.interpolation = gf::Interpolation::Bicubic; });
  with([](gf::Preprocess& p) { p.cropPct = 0.875; });
  with([](gf::Preprocess& p) { p.cropMode = gf::CropMode::Squash; });
  for (const std::vector<std::int64_t>& arrangement :
       {std::vector<std::int64_t>{2, 0, 1}, {2, 0, -1}, {2, 0}, {2, 0, 1, -1}}) {
    keys.push_back(gf::evaluationKey("model", base, images, c10::kCPU, arrangement));
  }
  CHECK(gf::evaluationKey("model", base, images, c10::kCPU) == keys.front());
  CHECK(gf::evaluationKey("model", base, images, c10::Device(c10::kCUDA, 1)) == keys[4]);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    CHECK(keys[i].size() == 64);
    for (std::size_t j = 0; j < i; ++j) CHECK(keys[i] != keys[j]);
  }
}
