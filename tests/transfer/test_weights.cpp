// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/error.h"
#include "data/loader.h"
#include "transfer/fixtures.h"
#include "transfer/weights.h"

using namespace gf;
using namespace gf::test;

namespace {

at::Tensor named(const Classifier& model, const std::string& name) {
  for (const auto& all : {model.namedParameters(), model.namedBuffers()}) {
    for (const auto& [each, tensor] : all) {
      if (each == name) return tensor.detach();
    }
  }
  FAIL("no tensor ", name);
  return {};
}

void fill(Classifier& model, double value) {
  const at::NoGradGuard noGradients;
  for (auto& [name, tensor] : model.namedParameters()) at::Tensor(tensor).fill_(value);
  for (auto& [name, tensor] : model.namedBuffers()) at::Tensor(tensor).fill_(value);
}

/// Another student: every float tensor moved by random numbers, counters by one.
Classifier another(std::uint64_t seed) {
  Classifier model = gf::test::model("student.pt");
  at::Generator generator = at::detail::createCPUGenerator(seed);
  const at::NoGradGuard noGradients;
  for (const auto& all : {model.namedParameters(), model.namedBuffers()}) {
    for (const auto& [name, tensor] : all) {
      if (tensor.is_floating_point()) {
        at::Tensor(tensor).add_(at::empty_like(tensor).uniform_(0, 1, generator));
      } else {
        at::Tensor(tensor).add_(static_cast<std::int64_t>(seed));
      }
    }
  }
  return model;
}

/// The training pictures as the tiny models read them, in parts.
std::function<at::Tensor()> batchesOf(const std::vector<std::int64_t>& sizes) {
  std::vector<std::uint32_t> all(60);
  for (std::uint32_t i = 0; i < 60; ++i) all[i] = i;
  LoaderOptions options;
  options.batch = 60;
  Loader loader(pictures().train, all, {model("student.pt").preprocess()}, options);
  loader.start(0);
  const at::Tensor images = loader.next()->inputs[0].clone();
  return [=, next = std::size_t{0}, row = std::int64_t{0}]() mutable -> at::Tensor {
    if (next == sizes.size()) return {};
    const at::Tensor part = images.narrow(0, row, sizes[next]);
    row += sizes[next++];
    return part;
  };
}

at::Tensor generatorState() {
  return at::globalContext().defaultGenerator(c10::kCPU).get_state();
}

}  // namespace

TEST_CASE("by hand: slow weights follow, integer buffers are copied") {
  Classifier slow = model("student.pt"), fast = model("student.pt");
  fill(slow, 1);
  fill(fast, 3);
  followSlowly(slow, fast, 0.75);
  for (const auto& [name, tensor] : stateOf(slow)) {
    CAPTURE(name);
    const double expected = tensor.is_floating_point() ? 1.5 : 3;
    CHECK(tensor.eq(expected).all().item<bool>());
  }
  for (const auto& [name, tensor] : stateOf(fast)) CHECK(tensor.eq(3).all().item<bool>());
  followSlowly(slow, fast, 0.5);
  CHECK(named(slow, "head.weight").eq(2.25).all().item<bool>());
  for (const auto& [name, tensor] : slow.namedParameters()) CHECK(tensor.requires_grad());
}

TEST_CASE("slow weights with momentum one stay bit for bit, with zero they are the fast ones") {
  const Classifier fast = another(1);
  Classifier slow = model("student.pt");
  const auto before = stateOf(slow);
  followSlowly(slow, fast, 1);
  for (const auto& [name, tensor] : slow.namedParameters()) CHECK(at::equal(tensor, before.at(name)));
  CHECK(at::equal(named(slow, "norm1.running_var"), before.at("norm1.running_var")));
  CHECK(named(slow, "norm1.num_batches_tracked").item<int>() == named(fast, "norm1.num_batches_tracked").item<int>());
  followSlowly(slow, fast, 0);
  CHECK(bitEqual(stateOf(slow), stateOf(fast)));
}

TEST_CASE("many updates towards weights that stay change nothing once there") {
  const Classifier fast = another(1);
  Classifier slow = fast.clone();
  for (int i = 0; i < 1000; ++i) followSlowly(slow, fast, 0.9999);
  CHECK(bitEqual(stateOf(slow), stateOf(fast)));
}

TEST_CASE("by hand: the distance of weights counts parameters, relative to where they began") {
  Classifier origin = model("student.pt"), moved = model("student.pt");
  CHECK(weightDistance(moved, origin) == 0);
  fill(origin, 2);
  fill(moved, 2.5);
  CHECK(weightDistance(moved, origin) == doctest::Approx(0.25).epsilon(1e-12));
  fill(moved, 2);
  {
    const at::NoGradGuard noGradients;
    named(moved, "head.bias").fill_(5);             // 5 of 36 + 8 + 222 + 12 + 35 = 313 numbers
    named(moved, "norm1.running_mean").fill_(100);  // a buffer
  }
  CHECK(origin.parameterCount() == 313);
  CHECK(weightDistance(moved, origin) == doctest::Approx(1.5 * std::sqrt(5.0 / 313)).epsilon(1e-12));
  CHECK_THROWS_AS(weightDistance(model("teacher.pt"), origin), Error);
}

TEST_CASE("a soup is the plain mean, its integer buffers are the first part's") {
  const Classifier a = another(1), b = another(2), c = another(3);
  Classifier soup = model("student.pt");
  mixWeights(soup, {&a, &b, &c}, {1.0 / 3, 1.0 / 3, 1.0 / 3});
  const auto first = stateOf(a), second = stateOf(b), third = stateOf(c);
  for (const auto& [name, tensor] : stateOf(soup)) {
    CAPTURE(name);
    if (!tensor.is_floating_point()) {
      CHECK(at::equal(tensor, first.at(name)));
      continue;
    }
    const at::Tensor mean = at::stack({first.at(name), second.at(name), third.at(name)}).mean(0);
    CHECK((tensor - mean).abs().max().item<double>() < 1e-6);
  }
  CHECK(bitEqual(first, stateOf(a)));
}

TEST_CASE("a point between two students is one of them at either end, bit for bit") {
  const Classifier a = another(1), b = another(2);
  Classifier point = model("student.pt");
  mixWeights(point, {&a, &b}, {1, 0});
  CHECK(bitEqual(stateOf(point), stateOf(a)));
  mixWeights(point, {&a, &b}, {0, 1});
  for (const auto& [name, tensor] : b.namedParameters()) CHECK(at::equal(named(point, name), tensor));
  CHECK(at::equal(named(point, "norm2.running_mean"), named(b, "norm2.running_mean")));
  mixWeights(point, {&a, &b}, {0.75, 0.25});
  const at::Tensor between = 0.75 * named(a, "conv2.weight") + 0.25 * named(b, "conv2.weight");
  CHECK((named(point, "conv2.weight") - between).abs().max().item<double>() < 1e-6);

  Classifier itself = a.clone();
  mixWeights(itself, {&itself, &b}, {0.5, 0.5});
  mixWeights(point, {&a, &b}, {0.5, 0.5});
  CHECK(bitEqual(stateOf(itself), stateOf(point)));

  // Nor does what has no share spoil it.
  Classifier broken = model("student.pt");
  {
    const at::NoGradGuard noGradients;
    for (at::Tensor parameter : broken.parameters()) parameter.fill_(std::numeric_limits<float>::infinity());
  }
  mixWeights(point, {&a, &broken}, {1, 0});
  CHECK(bitEqual(stateOf(point), stateOf(a)));

  CHECK_THROWS_AS(mixWeights(point, {}, {}), Error);
  CHECK_THROWS_AS(mixWeights(point, {&a, &b}, {1}), Error);
}

TEST_CASE("batch-norm statistics are PyTorch's cumulative average, whatever momentum the module has") {
  const auto file = golden("batchnorm.json");
  CHECK(file["cases"].size() == 2);
  for (const auto& each : file["cases"]) {
    Classifier student = model(each["file"]);
    const auto before = stateOf(student);
    const at::Tensor generator = generatorState();
    estimateBatchNorm(student, batchesOf(each["batches"].get<std::vector<std::int64_t>>()));
    CHECK(at::equal(generator, generatorState()));  // dropout has drawn from it
    CHECK_FALSE(student.isTraining());
    const auto after = stateOf(student);
    for (const auto& [name, numbers] : each["buffers"].items()) {
      CAPTURE(name);
      const at::Tensor expected = tensorOf(numbers, after.at(name).sizes());
      const at::Tensor distance = (after.at(name).to(at::kFloat) - expected).abs() / expected.abs().clamp_min(0.1);
      CHECK(distance.max().item<double>() < 1e-5);
      CHECK(at::equal(after.at(name), before.at(name)) == name.starts_with("spare."));
    }
    for (const auto& [name, tensor] : student.namedParameters()) CHECK(at::equal(tensor, before.at(name)));
  }
}

TEST_CASE("the first batch is seen as if it had not been measured on, dropout included") {
  Classifier plain = model("norms.pt"), estimated = model("norms.pt");
  const at::Tensor images = batchesOf({60})();
  {
    const at::NoGradGuard noGradients;
    plain.setTraining(true);
    named(plain, "norm2.running_mean").zero_();
    named(plain, "norm2.running_var").zero_();
    at::manual_seed(9);
    plain.logits(images);
  }
  at::manual_seed(9);
  estimateBatchNorm(estimated, batchesOf({60}));
  for (const char* each : {"norm2.running_mean", "norm2.running_var"}) {
    const at::Tensor statistic = 10 * named(plain, each);  // momentum 0.1
    CHECK((named(estimated, each) / statistic - 1).abs().max().item<double>() < 1e-5);
  }
}

TEST_CASE("an estimate that is broken off, or has nothing to see, leaves the statistics as they were") {
  CHECK(hasBatchNorm(model("student.pt")));
  CHECK_FALSE(hasBatchNorm(model("teacher.pt")));
  Classifier student = model("norms.pt");
  const auto before = stateOf(student);
  estimateBatchNorm(student, [] { return at::Tensor(); });
  CHECK(bitEqual(before, stateOf(student)));
  auto batches = batchesOf({30, 30});
  int given = 0;
  const at::Tensor generator = generatorState();
  CHECK_THROWS_AS(estimateBatchNorm(student,
                                    [&]() -> at::Tensor {
                                      if (given++ == 1) throw Stopped();
                                      return batches();
                                    }),
                  Stopped);
  CHECK(bitEqual(before, stateOf(student)));
  CHECK_FALSE(student.isTraining());
  CHECK(at::equal(generator, generatorState()));

  Classifier plain = model("teacher.pt");
  plain.setTraining(true);
  estimateBatchNorm(plain, []() -> at::Tensor {
    FAIL_CHECK("nothing to estimate, but a batch was asked for");
    return {};
  });
  CHECK_FALSE(plain.isTraining());
}
