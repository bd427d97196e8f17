// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "models/classifier.h"
#include "models/fixtures.h"

using namespace gf_test;

namespace {

at::Tensor named(const std::vector<std::pair<std::string, at::Tensor>>& tensors, const std::string& name) {
  for (const auto& [key, tensor] : tensors) {
    if (key == name) return tensor;
  }
  return {};
}

/// Names of the head's parameters, by being the very tensors of namedParameters().
std::vector<std::string> headOf(const gf::Classifier& model) {
  std::vector<std::string> names;
  for (const at::Tensor& tensor : model.headParameters()) {
    for (const auto& [name, parameter] : model.namedParameters()) {
      if (parameter.is_same(tensor)) names.push_back(name);
    }
  }
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("logits and features of one pass equal PyTorch's own, by its forward hooks") {
  const at::NoGradGuard noGradients;
  const auto expected = golden();
  CHECK(expected["models"].size() >= 12);
  for (const auto& [name, numbers] : expected["models"].items()) {
    CAPTURE(name);
    gf::Classifier model = open(name + ".pt");
    CHECK(model.featuresProblem() == "");
    const gf::LogitsAndFeatures seen = model.logitsAndFeatures(goldenInputs());
    CHECK((seen.features.scalar_type() == at::kFloat));
    CHECK(largestDifference(seen.features, tensorOf(numbers["features"])) <= 1e-6);
    CHECK(largestDifference(seen.logits, tensorOf(numbers["logits"])) <= 1e-5);
    CHECK(seen.logits.equal(model.logits(goldenInputs())));
    CHECK(seen.features.equal(model.logitsAndFeatures(goldenInputs()).features));
    gf::Classifier copy = model.clone();
    CHECK(copy.logitsAndFeatures(goldenInputs()).features.equal(seen.features));
  }
}

TEST_CASE("traced and frozen models have features, whoever exported them") {
  const at::NoGradGuard noGradients;
  const at::Tensor expected = tensorOf(golden()["features"]);
  for (const char* name :
       {"scripted.pt", "scripted_without_debug.pt", "traced.pt", "traced_without_debug.pt", "frozen.pt"}) {
    CAPTURE(name);
    CHECK(largestDifference(open(name).logitsAndFeatures(goldenInputs()).features, expected) <= 1e-6);
  }
}

TEST_CASE("the head's parameters are those of the last linear layer, as parameters() has them") {
  CHECK(headOf(open("scripted.pt")) == Names{"head.weight", "head.bias"});
  CHECK(headOf(open("plain.pt")) == Names{"second.weight", "second.bias"});
  CHECK(headOf(open("tied.pt")) == Names{"head.weight", "head.bias"});
  for (const char* name : {"cnn.pt", "cnn_scaled.pt", "cnn_dropout.pt", "cnn_traced.pt", "cast.pt"}) {
    CAPTURE(name);
    CHECK(headOf(open(name)) == Names{"head.weight", "head.bias"});
  }
  CHECK(headOf(open("sequential.pt")) == Names{"4.weight", "4.bias"});
  CHECK(headOf(open("nested.pt")) == Names{"head.fc.weight", "head.fc.bias"});
  CHECK(headOf(open("nested_twice.pt")) == Names{"head.fc.weight", "head.fc.bias"});
  CHECK(headOf(open("by_hand.pt")) == Names{"weight", "bias"});
  CHECK(headOf(open("old_linear.pt")) == Names{"weight", "bias"});
  CHECK(headOf(open("fixed.pt")) == Names{"weight"});
  // Two heads side by side are the head; constants of a frozen module are no parameters.
  Names both = headOf(open("two_heads.pt"));
  std::sort(both.begin(), both.end());
  CHECK(both == Names{"head.bias", "head.weight", "head_dist.bias", "head_dist.weight"});
  CHECK(headOf(open("cnn_frozen.pt")).empty());
  CHECK(headOf(open("conv_head.pt")).empty());
  const gf::Classifier model = open("cnn.pt");
  CHECK(headOf(model.clone()) == Names{"head.weight", "head.bias"});
  CHECK_FALSE(model.clone().headParameters()[0].is_same(model.headParameters()[0]));
}

TEST_CASE("where there are no features the reason is said, and the logits are still there") {
  const at::NoGradGuard noGradients;
  for (const auto& [name, reason] :
       {std::pair{"conv_head.pt", "its forward() has no linear layer"},
        std::pair{"conv_after_linear.pt", "its forward() does not end with a linear layer but with mean"},
        std::pair{"by_data.pt", "its last linear layer is inside a branch of forward()"},
        std::pair{"tokens.pt",
                  "its features must be one row of numbers for each image, not CPUFloatType of shape [2, 6, 6] for 2 "
                  "images"}}) {
    CAPTURE(name);
    gf::Classifier model = open(name);
    CHECK(model.featuresProblem() == reason);
    CHECK(model.logits(goldenInputs()).sizes() == c10::IntArrayRef({10, 3}));
    const gf::Error error = failureOf([&] { model.logitsAndFeatures(goldenInputs()); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK(error.subject() == fixture(name).string());
    CHECK(error.remedy().find("forward_head") != std::string::npos);
  }
}

TEST_CASE("asking for a problem changes neither the mode nor the statistics") {
  gf::Classifier model = open("cnn.pt");
  model.setTraining(true, true);
  const at::Tensor before = named(model.namedBuffers(), "norm.running_mean").clone();
  CHECK(model.featuresProblem() == "");
  CHECK(model.isTraining());
  CHECK(model.batchNormFrozen());
  CHECK(named(model.namedBuffers(), "norm.running_mean").equal(before));
}

TEST_CASE("in train mode the statistics of batch norm move once, as one forward of PyTorch moves them") {
  std::size_t seen = 0;
  const auto expected = golden();
  for (const auto& [name, numbers] : expected["models"].items()) {
    if (!numbers.contains("norm")) continue;
    CAPTURE(name);
    ++seen;
    const std::string norm = numbers["norm"];
    gf::Classifier model = open(name + ".pt");
    model.setTraining(true);
    model.logitsAndFeatures(goldenInputs());
    const std::vector<float> after = numbers["running_mean_after"];
    CHECK(largestDifference(named(model.namedBuffers(), norm + ".running_mean"), at::tensor(after)) <= 1e-6);
    CHECK(named(model.namedBuffers(), norm + ".num_batches_tracked").item<std::int64_t>() == 1);
  }
  CHECK(seen >= 5);
}

TEST_CASE("in train mode the logits come from the very features that are given") {
  gf::Classifier model = open("cnn.pt");
  model.setTraining(true);
  const auto [logits, features] = model.logitsAndFeatures(goldenInputs());
  const auto head = model.headParameters();
  CHECK(largestDifference(at::linear(features, head[0], head[1]), logits) <= 1e-6);
  // Dropout before the head: features and logits see the same draw.
  gf::Classifier dropped = open("sequential.pt");
  dropped.setTraining(true);
  const auto one = dropped.logitsAndFeatures(goldenInputs());
  CHECK(one.features.eq(0).any().item<bool>());
  const auto last = dropped.headParameters();
  CHECK(largestDifference(at::linear(one.features, last[0], last[1]), one.logits) <= 1e-6);
  gf::Classifier own = open("scripted.pt");
  own.setTraining(true);
  const auto two = own.logitsAndFeatures(goldenInputs());
  const auto ownHead = own.headParameters();
  CHECK(largestDifference(at::linear(two.features, ownHead[0], ownHead[1]), two.logits) <= 1e-6);
}

TEST_CASE("gradients flow from the features into everything below the head, and into clones apart") {
  for (const char* name : {"cnn.pt", "scripted.pt", "nested.pt", "two_heads.pt", "sequential.pt"}) {
    CAPTURE(name);
    gf::Classifier model = open(name);
    model.setTraining(true);
    gf::Classifier copy = model.clone();
    copy.logitsAndFeatures(goldenInputs()).features.square().sum().backward();
    const auto head = copy.headParameters();
    for (const auto& [key, parameter] : copy.namedParameters()) {
      CAPTURE(key);
      const bool inHead =
          std::any_of(head.begin(), head.end(), [&](const auto& one) { return one.is_same(parameter); });
      CHECK(parameter.grad().defined() == !inHead);
      CHECK_FALSE(named(model.namedParameters(), key).grad().defined());
    }
    copy.logitsAndFeatures(goldenInputs()).logits.square().sum().backward();
    for (const at::Tensor& parameter : head) CHECK(parameter.grad().abs().sum().item<float>() > 0);
    // The copy's weights are its own: changed there, the features change there only.
    const at::NoGradGuard noGradients;
    model.setTraining(false);
    copy.setTraining(false);
    const at::Tensor before = model.logitsAndFeatures(goldenInputs()).features;
    for (at::Tensor parameter : copy.parameters()) parameter.mul_(0.5);
    CHECK(model.logitsAndFeatures(goldenInputs()).features.equal(before));
    CHECK_FALSE(copy.logitsAndFeatures(goldenInputs()).features.equal(before));
  }
}

TEST_CASE("the gradient through the features is the one through the logits, by the chain rule") {
  gf::Classifier one = open("cnn.pt"), other = open("cnn.pt");
  one.logits(goldenInputs()).sum().backward();
  // d(sum of logits)/d(features) is the sum of the head's rows.
  const auto [logits, features] = other.logitsAndFeatures(goldenInputs());
  features.backward(other.headParameters()[0].detach().sum(0).expand_as(features));
  const at::Tensor expected = named(one.namedParameters(), "conv.weight").grad();
  CHECK(largestDifference(named(other.namedParameters(), "conv.weight").grad(), expected) <= 1e-5);
}

TEST_CASE("lack of memory has its own type, whoever raises it") {
  gf::Classifier model = open("out_of_memory.pt");
  CHECK_NOTHROW(model.logits(goldenInputs().slice(0, 0, 2)));
  try {
    model.logits(goldenInputs());
    FAIL("the module raises");
  } catch (const gf::OutOfMemory& failure) {
    CHECK(failure.kind() == gf::ErrorKind::Run);
    CHECK(failure.subject() == fixture("out_of_memory.pt").string());
    CHECK(failure.observed().find("Tried to allocate 20.00 MiB") != std::string::npos);
    CHECK(failure.remedy() == "Use a smaller batch");
    CHECK(gf::isOutOfMemory(failure));
  }
  CHECK(gf::isOutOfMemory(std::bad_alloc()));
  CHECK(gf::isOutOfMemory(std::runtime_error("CUDA out of memory. Tried to allocate 1 GiB")));
  CHECK_FALSE(gf::isOutOfMemory(std::runtime_error("mat1 and mat2 shapes cannot be multiplied")));
}
