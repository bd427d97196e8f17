// SPDX-License-Identifier: Apache-2.0
// Fresh heads against torch.nn.Linear's own in Python (make_new_heads.py).
#include <doctest/doctest.h>

#include "models/classifier.h"
#include "models/fixtures.h"
#include "models/label_fit.h"

using namespace gf_test;

namespace {

gf::NamedClasses someClasses(std::size_t count) {
  gf::NamedClasses classes{"the data", {}};
  for (std::size_t k = 0; k < count; ++k) classes.names.push_back("bird " + std::to_string(k));
  return classes;
}

nlohmann::json newHeads() {
  std::ifstream file(fixture("new_heads.json"));
  return nlohmann::json::parse(file);
}

/// Parameters and buffers by name, but for those of the head.
std::vector<std::pair<std::string, at::Tensor>> bodyOf(const gf::Classifier& model) {
  std::vector<std::pair<std::string, at::Tensor>> body;
  const auto head = model.headParameters();
  for (const auto& [name, tensor] : model.namedParameters()) {
    const auto same = [&, &parameter = tensor](const at::Tensor& each) { return each.is_same(parameter); };
    if (std::none_of(head.begin(), head.end(), same)) body.emplace_back(name, tensor.detach().clone());
  }
  for (const auto& [name, tensor] : model.namedBuffers()) body.emplace_back(name, tensor.clone());
  return body;
}

}  // namespace

TEST_CASE("a fresh head begins as torch.nn.Linear does, and nothing else changes") {
  const at::NoGradGuard noGradients;
  const auto expected = newHeads();
  const std::uint64_t seed = expected["seed"];
  CHECK(expected["models"].size() >= 13);
  const Scratch scratch;
  for (const auto& [name, bySize] : expected["models"].items()) {
    for (const auto& [size, numbers] : bySize.items()) {
      CAPTURE(name);
      CAPTURE(size);
      gf::Classifier model = open(name + ".pt");
      const gf::Classifier before = model.clone();
      model.featuresProblem();  // what was found for the old head must not stay
      const auto classes = someClasses(std::stoul(size));
      model.replaceHead(classes, seed);
      CHECK(model.classes() == std::stoi(size));
      CHECK(model.metadata().classes == classes.names);
      CHECK(model.metadata().wnids.empty());
      CHECK_FALSE(model.metadata().referenceAccuracy);
      CHECK(largestDifference(model.logits(goldenInputs()), tensorOf(numbers)) <= 1e-6);
      CHECK(before.classes() == static_cast<int>(before.metadata().classes.size()));
      const auto was = bodyOf(before), is = bodyOf(model);
      REQUIRE(was.size() == is.size());
      for (std::size_t i = 0; i < is.size(); ++i) {
        CHECK(was[i].first == is[i].first);
        CHECK(was[i].second.equal(is[i].second));
      }
      for (const at::Tensor& parameter : model.headParameters()) CHECK(parameter.requires_grad());
      CHECK(model.featuresProblem() == "");
      CHECK(model.logitsAndFeatures(goldenInputs()).logits.equal(model.logits(goldenInputs())));

      model.save(scratch / "new.pt");
      gf::Classifier again = gf::Classifier::load(scratch / "new.pt", c10::kCPU, nullptr);
      CHECK(again.classes() == std::stoi(size));
      CHECK(again.canTrain());
      CHECK(again.logits(goldenInputs()).equal(model.logits(goldenInputs())));
      CHECK(again.headParameters().size() == model.headParameters().size());
      CHECK(again.featuresProblem() == "");
    }
  }
}

TEST_CASE("another seed is another head, and a fresh head can be replaced again") {
  const at::NoGradGuard noGradients;
  gf::Classifier one = open("plain.pt"), other = open("plain.pt"), same = open("plain.pt");
  one.replaceHead(someClasses(4), 1);
  other.replaceHead(someClasses(4), 2);
  same.replaceHead(someClasses(7), 9);
  same.replaceHead(someClasses(4), 1);
  CHECK_FALSE(one.logits(goldenInputs()).equal(other.logits(goldenInputs())));
  CHECK(one.logits(goldenInputs()).equal(same.logits(goldenInputs())));
}

TEST_CASE("ImageNet ids come with the classes") {
  gf::Classifier model = open("scripted.pt");
  model.replaceHead({"the data", {"tench", "goldfish"}, {"n01440764", "n01443537"}}, 0);
  CHECK(model.metadata().wnids == std::vector<std::string>{"n01440764", "n01443537"});
}

TEST_CASE("a head that cannot be replaced is refused with its reason, and the model stays as it was") {
  const at::NoGradGuard noGradients;
  const std::pair<const char*, const char*> cases[] = {
      {"conv_head.pt", "linear layer"}, {"by_data.pt", "branch"}, {"prior.pt", "5"}, {"cnn_frozen.pt", "constants"}};
  for (const auto& [name, reason] : cases) {
    CAPTURE(name);
    gf::Classifier model = open(name);
    const at::Tensor before = model.logits(goldenInputs());
    const auto failure = failureOf([&, &file = model] { file.replaceHead(someClasses(5), 0); });
    CHECK(failure.kind() == gf::ErrorKind::Input);
    CHECK_MESSAGE(std::string(failure.what()).find(reason) != std::string::npos, failure.what());
    CHECK(model.classes() == 3);
    CHECK(model.logits(goldenInputs()).equal(before));
  }
}
