// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <limits>

#include "models/classifier.h"
#include "models/fixtures.h"

using namespace gf_test;

namespace {

using Names = std::vector<std::string>;

at::Tensor columns(const at::Tensor& logits, const std::vector<std::int64_t>& which) {
  return logits.index_select(1, at::tensor(which, at::kLong));
}

}  // namespace

// The fixtures' classes are circle, square, star; fixed.pt knows Star, triangle, Square, circle.

TEST_CASE("another order of classes gives the same numbers, bit for bit, in that order") {
  const at::NoGradGuard noGradients;
  for (const char* name : {"scripted.pt", "cnn.pt", "traced.pt"}) {
    CAPTURE(name);
    gf::Classifier model = open(name);
    const at::Tensor own = model.logits(goldenInputs());
    const at::Tensor features = model.logitsAndFeatures(goldenInputs()).features;
    model.arrangeFor({" STAR", "circle", "Square"});
    CHECK(model.classes() == 3);
    CHECK(model.arrangement() == std::vector<std::int64_t>{2, 0, 1});
    CHECK(model.missingClasses().empty());
    CHECK(model.logits(goldenInputs()).equal(columns(own, {2, 0, 1})));
    const auto both = model.logitsAndFeatures(goldenInputs());
    CHECK(both.logits.equal(columns(own, {2, 0, 1})));
    CHECK(both.features.equal(features));
    CHECK(model.clone().logits(goldenInputs()).equal(columns(own, {2, 0, 1})));
  }
}

TEST_CASE("the same order leaves the model as it is") {
  const at::NoGradGuard noGradients;
  gf::Classifier model = open("plain.pt");
  const at::Tensor own = model.logits(goldenInputs());
  model.arrangeFor({"star", "square", "circle"});
  CHECK_FALSE(model.arrangement().empty());
  model.arrangeFor({"Circle", "square ", "star"});
  CHECK(model.arrangement().empty());
  CHECK(model.logits(goldenInputs()).equal(own));
}

TEST_CASE("further classes of the model are left out, and classes it lacks are never its answer") {
  const at::NoGradGuard noGradients;
  gf::Classifier model = open("fixed.pt");
  const at::Tensor own = model.logits(goldenInputs());
  REQUIRE(own.size(1) == 4);
  model.arrangeFor({"circle", "square", "star"});
  CHECK(model.classes() == 3);
  CHECK(model.logits(goldenInputs()).equal(columns(own, {3, 2, 0})));
  CHECK(model.missingClasses().empty());

  model.arrangeFor({"hexagon", "circle", "ring", "triangle"});
  CHECK(model.classes() == 4);
  CHECK(model.missingClasses() == Names{"hexagon", "ring"});
  CHECK(model.arrangement() == std::vector<std::int64_t>{-1, 3, -1, 1});
  const at::Tensor seen = model.logits(goldenInputs());
  CHECK(columns(seen, {1, 3}).equal(columns(own, {3, 1})));
  const float never = -std::numeric_limits<float>::infinity();
  CHECK(columns(seen, {0, 2}).eq(never).all().item<bool>());
  const at::Tensor answers = seen.argmax(1);
  CHECK((answers.eq(1) | answers.eq(3)).all().item<bool>());
  CHECK(seen.softmax(1).isfinite().all().item<bool>());
}

TEST_CASE("gradients pass through an arrangement") {
  gf::Classifier model = open("fixed.pt");
  model.arrangeFor({"hexagon", "circle", "square"});
  at::cross_entropy_loss(model.logits(goldenInputs()), at::ones({10}, at::kLong)).backward();
  const at::Tensor gradient = model.parameters().front().grad();
  CHECK(gradient.isfinite().all().item<bool>());
  CHECK(gradient[3].abs().sum().item<float>() > 0);   // circle
  CHECK(gradient[1].abs().sum().item<float>() == 0);  // triangle is not asked for
}

TEST_CASE("what is saved keeps the model's own order") {
  const Scratch scratch;
  const at::NoGradGuard noGradients;
  gf::Classifier model = open("fixed.pt");
  const at::Tensor own = model.logits(goldenInputs());
  model.arrangeFor({"circle", "square", "hexagon"});
  CHECK(model.metadata().classes == Names{"Star", "triangle", "Square", "circle"});
  model.save(scratch / "saved.pt");
  gf::Classifier read = gf::Classifier::load(scratch / "saved.pt", c10::kCPU, nullptr);
  CHECK(read.metadata().classes == Names{"Star", "triangle", "Square", "circle"});
  CHECK(read.arrangement().empty());
  CHECK(read.logits(goldenInputs()).equal(own));
}

TEST_CASE("classes that cannot be matched are refused, and the model stays as it was") {
  gf::Classifier model = open("fixed.pt");
  const gf::Error strangers = failureOf([&] { model.arrangeFor({"dog", "cat"}); });
  CHECK(strangers.kind() == gf::ErrorKind::Input);
  CHECK(strangers.subject() == fixture("fixed.pt").string());
  CHECK(strangers.observed().find("not one class") != std::string::npos);
  const gf::Error twice = failureOf([&] { model.arrangeFor({"circle", "guinea pig", "guinea pig"}); });
  CHECK(twice.observed().find("\"guinea pig\" twice") != std::string::npos);
  CHECK(model.arrangement().empty());
  CHECK(model.classes() == 4);
}
