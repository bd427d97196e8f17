// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "models/classifier.h"
#include "models/fixtures.h"

using namespace gf_test;

namespace {

std::vector<at::Tensor> copies(const gf::Classifier& model) {
  std::vector<at::Tensor> result;
  for (const auto& [name, tensor] : model.namedParameters()) result.push_back(tensor.detach().clone());
  for (const auto& [name, tensor] : model.namedBuffers()) result.push_back(tensor.detach().clone());
  return result;
}
bool equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const at::Tensor& x, const at::Tensor& y) { return x.dtype() == y.dtype() && x.equal(y); });
}
/// One plain gradient step on cross-entropy.
void step(gf::Classifier& model) {
  at::Tensor loss = at::cross_entropy_loss(model.logits(goldenInputs()), at::arange(10, at::kLong).remainder(3));
  loss.backward();
  const at::NoGradGuard noGradients;
  for (at::Tensor parameter : model.parameters()) parameter.sub_(parameter.grad(), 0.5);
}
at::Tensor buffer(const gf::Classifier& model, const std::string& name) {
  for (const auto& [key, tensor] : model.namedBuffers()) {
    if (key == name) return tensor.clone();
  }
  return {};
}

}  // namespace

TEST_CASE("logits and features equal PyTorch's own") {
  const at::NoGradGuard noGradients;
  const auto expected = golden();
  for (const auto& [name, key] :
       {std::pair{"scripted.pt", "scripted"}, std::pair{"scripted_without_debug.pt", "scripted"},
        std::pair{"traced.pt", "scripted"}, std::pair{"frozen.pt", "scripted"}, std::pair{"plain.pt", "plain"},
        std::pair{"traced_plain.pt", "plain"}}) {
    CAPTURE(name);
    gf::Classifier model = open(name);
    const at::Tensor logits = model.logits(goldenInputs());
    CHECK(logits.sizes() == c10::IntArrayRef({10, 3}));
    CHECK(largestDifference(logits, tensorOf(expected[key])) <= 1e-5);
  }
  const at::Tensor features = open("scripted.pt").logitsAndFeatures(goldenInputs()).features;
  CHECK(largestDifference(features, tensorOf(expected["features"])) <= 1e-6);
}

TEST_CASE("repeated calls give the same bits") {
  const at::NoGradGuard noGradients;
  gf::Classifier model = open("scripted.pt");
  const at::Tensor first = model.logits(goldenInputs());
  for (int i = 0; i < 4; ++i) CHECK(model.logits(goldenInputs()).equal(first));
}

TEST_CASE("train mode uses the batch's statistics and dropout; eval mode neither") {
  const at::NoGradGuard noGradients;
  const auto expected = golden();
  gf::Classifier model = open("scripted.pt");
  CHECK_FALSE(model.isTraining());
  const at::Tensor before = buffer(model, "norm.running_mean");
  model.logits(goldenInputs());
  CHECK(buffer(model, "norm.running_mean").equal(before));
  model.setTraining(true);
  CHECK(model.isTraining());
  at::manual_seed(1);
  const at::Tensor one = model.logits(goldenInputs()), two = model.logits(goldenInputs());
  CHECK_FALSE(one.equal(two));
  const std::vector<float> after = expected["running_mean_after"];
  gf::Classifier fresh = open("scripted.pt");
  fresh.setTraining(true);
  fresh.logits(goldenInputs());
  CHECK(largestDifference(buffer(fresh, "norm.running_mean"), at::tensor(after)) <= 1e-6);
  fresh.setTraining(false);
  const at::Tensor still = fresh.logits(goldenInputs());
  CHECK(still.equal(fresh.logits(goldenInputs())));
}

TEST_CASE("with frozen batch norm the statistics stay while the rest trains") {
  gf::Classifier model = open("scripted.pt");
  const at::Tensor mean = buffer(model, "norm.running_mean"), count = buffer(model, "norm.num_batches_tracked");
  model.setTraining(true, true);
  CHECK(model.batchNormFrozen());
  at::manual_seed(1);
  const at::Tensor one = model.logits(goldenInputs()), two = model.logits(goldenInputs());
  CHECK_FALSE(one.equal(two));  // dropout is on
  CHECK(buffer(model, "norm.running_mean").equal(mean));
  CHECK(buffer(model, "norm.num_batches_tracked").equal(count));
  step(model);
  CHECK(buffer(model, "norm.running_mean").equal(mean));
  model.setTraining(true);
  model.logits(goldenInputs());
  CHECK_FALSE(buffer(model, "norm.running_mean").equal(mean));
}

TEST_CASE("parameters come in the module's order and are trainable leaves") {
  const gf::Classifier model = open("scripted.pt");
  std::vector<std::string> names;
  for (const auto& [name, tensor] : model.namedParameters()) {
    names.push_back(name);
    CHECK(tensor.requires_grad());
    CHECK(tensor.is_leaf());
  }
  CHECK(names ==
        std::vector<std::string>{"conv.weight", "conv.bias", "norm.weight", "norm.bias", "head.weight", "head.bias"});
  // 4·9 + 4 convolution, 4 + 4 norm, 12 + 3 head.
  CHECK(model.parameterCount() == 63);
  CHECK(model.parameters().size() == 6);
}

TEST_CASE("a clone shares nothing") {
  gf::Classifier model = open("scripted.pt");
  model.setTraining(true, true);
  gf::Classifier copy = model.clone();
  const auto before = copies(model);
  CHECK(equal(copies(copy), before));
  CHECK(copy.isTraining());
  CHECK(copy.batchNormFrozen());
  for (const at::Tensor& parameter : copy.parameters()) {
    CHECK(parameter.requires_grad());
    CHECK(parameter.is_leaf());
  }
  copy.setTraining(true);
  step(copy);
  CHECK_FALSE(equal(copies(copy), before));
  CHECK(equal(copies(model), before));
  CHECK(model.batchNormFrozen());
  copy.freeze();
  CHECK(model.parameters().front().requires_grad());
  for (const at::Tensor& parameter : model.parameters()) CHECK_FALSE(parameter.grad().defined());
}

TEST_CASE("a weight under two names stays one weight in a clone and on disk") {
  const Scratch scratch;
  gf::Classifier model = open("tied.pt");
  model.clone().save(scratch / "tied.pt");
  for (const gf::Classifier& other : {model.clone(), gf::Classifier::load(scratch / "tied.pt", c10::kCPU, nullptr)}) {
    std::set<const void*> places;
    for (const at::Tensor& parameter : other.parameters()) places.insert(parameter.const_data_ptr());
    CHECK(places.size() == 5);
    CHECK(other.parameters().size() == model.parameters().size());
    CHECK(other.parameterCount() == model.parameterCount());
  }
  // 36·36 once, its two biases, and the head.
  CHECK(model.parameterCount() == 36 * 36 + 36 + 36 + 36 * 3 + 3);
}

TEST_CASE("a saved model is the same model, bit for bit") {
  const Scratch scratch;
  gf::Classifier model = open("scripted.pt");
  model.setTraining(true);
  step(model);
  gf::ModelMetadata metadata = model.metadata();
  metadata.name = "taught";
  model.setMetadata(metadata);
  model.save(scratch / "student.pt");
  CHECK(model.isTraining());
  gf::Classifier read = gf::Classifier::load(scratch / "student.pt", c10::kCPU, nullptr);
  CHECK(equal(copies(read), copies(model)));
  CHECK(gf::toJson(read.metadata()) == gf::toJson(metadata));
  CHECK(read.canTrain());
  model.setTraining(false);
  const at::NoGradGuard noGradients;
  CHECK(read.logits(goldenInputs()).equal(model.logits(goldenInputs())));
  CHECK(read.logitsAndFeatures(goldenInputs()).features.equal(model.logitsAndFeatures(goldenInputs()).features));
}

TEST_CASE("saving where nothing can be written fails with the path and leaves nothing behind") {
  const Scratch scratch;
  const gf::Error error = failureOf([&] { open("plain.pt").save(scratch / "no-such-folder/x.pt"); });
  CHECK(error.kind() == gf::ErrorKind::Run);
  CHECK(error.subject() == (scratch / "no-such-folder/x.pt").string());
  CHECK(fs::is_empty(scratch.folder()));
}

TEST_CASE("a frozen model gives no gradients and stays in eval mode") {
  gf::Classifier model = open("scripted.pt");
  model.setTraining(true);
  model.freeze();
  CHECK_FALSE(model.isTraining());
  CHECK_FALSE(model.logits(goldenInputs()).requires_grad());
  gf::Classifier free = open("scripted.pt");
  CHECK(free.logits(goldenInputs()).requires_grad());
}

TEST_CASE("a module that does not answer with logits is refused in words") {
  struct Case {
    const char* file;
    const char* inRule;
    const char* inObserved;
  };
  for (const Case& one : {Case{"wrong_count.pt", "one logit per class (3)", "5 logits"},
                          Case{"raises.pt", "must run on inputs", "this model never answers"},
                          Case{"pair.pt", "one tensor", "Tuple"}, Case{"integers.pt", "floating-point", "Long"}}) {
    CAPTURE(one.file);
    gf::Classifier model = open(one.file);
    const gf::Error error = failureOf([&] { model.logits(goldenInputs()); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK(error.subject() == fixture(one.file).string());
    CHECK(error.rule().find(one.inRule) != std::string::npos);
    CHECK(error.observed().find(one.inObserved) != std::string::npos);
    CHECK(error.observed().find('\n') == std::string::npos);
  }
  gf::Classifier model = open("plain.pt");
  const gf::Error error = failureOf([&] { model.logits(at::zeros({2, 1, 9, 9})); });
  CHECK(error.observed().find("mat1 and mat2") != std::string::npos);
}

TEST_CASE("overrides replace the archive's metadata") {
  const gf::Error missing = failureOf([] { open("no_metadata.pt"); });
  CHECK(missing.observed().find("classes") != std::string::npos);
  CHECK(missing.remedy().find("--model-meta") != std::string::npos);
  const nlohmann::json overrides{
      {"name", "given"}, {"classes", {"x", "y", "z"}}, {"input_size", {1, 6, 6}}, {"mean", {0}}, {"std", {1}}};
  const gf::Classifier model = gf::Classifier::load(fixture("no_metadata.pt"), c10::kCPU, overrides);
  CHECK(model.metadata().name == "given");
  CHECK(model.classes() == 3);
}

TEST_CASE("preprocessing follows the metadata") {
  const gf::Classifier model = open("scripted.pt");
  gf::Preprocess expected;
  expected.inputSize = {1, 6, 6};
  expected.mean = {0.5f};
  expected.std = {0.25f};
  expected.interpolation = gf::Interpolation::Bilinear;
  expected.cropPct = 1;
  expected.cropMode = gf::CropMode::Center;
  CHECK(model.preprocess() == expected);
  gf::ModelMetadata metadata = model.metadata();
  metadata.interpolation = "bicubic";
  metadata.cropMode = "squash";
  CHECK(gf::preprocessOf(metadata).interpolation == gf::Interpolation::Bicubic);
  CHECK(gf::preprocessOf(metadata).cropMode == gf::CropMode::Squash);
  metadata.cropMode = "border";
  CHECK(gf::preprocessOf(metadata).cropMode == gf::CropMode::Border);
}

TEST_CASE("devices are named as on the command line") {
  CHECK(gf::deviceOf("cpu") == c10::Device(c10::kCPU));
  const c10::Device automatic = gf::deviceOf("auto");
  CHECK((automatic.is_cpu() || automatic.is_cuda()));
  for (const char* wrong : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:99", "cuda:1000", "cpu:0", "CPU"}) {
    CAPTURE(wrong);
    const gf::Error error = failureOf([&] { gf::deviceOf(wrong); });
    CHECK(error.kind() == gf::ErrorKind::Usage);
  }
}

TEST_CASE("compute threads are as asked, and never none") {
  gf::setComputeThreads(2);
  CHECK(at::get_num_threads() == 2);
  gf::setComputeThreads(0);
  CHECK(at::get_num_threads() >= 1);
  gf::setComputeThreads(1);
  CHECK(at::get_num_threads() == 1);
}
