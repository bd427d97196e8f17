// SPDX-License-Identifier: Apache-2.0
// Classifier rows of the tiny models of tests/models, against PyTorch's own (make_vectors_golden.py).
#include <doctest/doctest.h>

#include <fstream>

#include "base/error.h"
#include "models/fixtures.h"
#include "semantics/head_semantics.h"

using namespace gf_test;

namespace {

using Names = std::vector<std::string>;

nlohmann::json pytorch() {
  std::ifstream file(GF_TEST_DATA "/vectors_golden.json");
  return nlohmann::json::parse(file)["heads"];
}
gf::Classifier opened(const std::string& name) {
  const bool own = name.rfind("square", 0) == 0;
  return own ? gf::Classifier::load(fs::path(GF_TEST_DATA) / (name + ".pt"), c10::kCPU, nullptr) : open(name + ".pt");
}

}  // namespace

TEST_CASE("classes are as alike as PyTorch finds the rows of the classifier") {
  const auto expected = pytorch();
  CHECK(expected.size() == 8);
  for (const auto& [name, head] : expected.items()) {
    CAPTURE(name);
    const gf::Classifier model = opened(name);
    const gf::ClassSemantics seen = gf::headSemantics(model);
    CHECK(seen.names == model.metadata().classes);
    CHECK(seen.dimensions == head["rows"][0].size());
    for (std::size_t a = 0; a < seen.names.size(); ++a) {
      double length = 0;
      for (const double value : head["rows"][a]) length += value * value;
      for (std::size_t j = 0; j < seen.dimensions; ++j) {
        const double wanted = head["rows"][a][j].get<double>() / std::sqrt(length);
        CHECK(std::abs(seen.vectors[a * seen.dimensions + j] - wanted) < 1e-6);
      }
      for (std::size_t b = 0; b < seen.names.size(); ++b) {
        CHECK(std::abs(seen.between(a, b) - head["cosines"][a][b].get<double>()) < 1e-6);
      }
    }
    CHECK(seen.provenance["provider"] == "head");
    CHECK(seen.provenance["files"][0]["sha256"].get<std::string>().size() == 64);
  }
}

TEST_CASE("rows follow the order of the data, and classes that the model lacks are like no other") {
  const auto cosines = pytorch()["fixed"]["cosines"];
  gf::Classifier model = open("fixed.pt");  // Star, triangle, Square, circle
  model.arrangeFor({"circle", "square"});   // what it was arranged for changes nothing
  const Names names{"square", "hexagon", "CIRCLE", "star"};
  const gf::ClassSemantics seen = gf::headSemantics(model, names);
  CHECK(seen.names == names);
  CHECK(seen.between(0, 2) == doctest::Approx(cosines[2][3].get<double>()));
  CHECK(seen.between(3, 2) == doctest::Approx(cosines[0][3].get<double>()));
  for (const std::size_t k : {0, 2, 3}) CHECK(seen.between(1, k) == 0);
  CHECK(seen.between(1, 1) == 1);
  REQUIRE(seen.notes.size() == 1);
  CHECK(seen.notes[0] == "1 class is unknown to the model and like no other: hexagon");

  const auto square = pytorch()["square_columns"]["cosines"];
  gf::Classifier turned = opened("square_columns");
  turned.arrangeFor({"star", "circle"});
  CHECK(gf::headSemantics(turned, {"star", "square", "circle"}).between(0, 1) ==
        doctest::Approx(square[2][1].get<double>()).epsilon(1e-5));
}

TEST_CASE("models without rows for their classes are refused, and stay as they were") {
  for (const char* name : {"conv_head.pt", "conv_after_linear.pt", "frozen.pt"}) {
    CAPTURE(name);
    const gf::Classifier model = open(name);
    const gf::Error error = failureOf([&] { gf::headSemantics(model); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK(error.subject() == fixture(name).string());
    CHECK(error.rule().find("linear layer") != std::string::npos);
  }
  gf::Classifier model = opened("square_rows");
  model.setTraining(true);
  gf::headSemantics(model);
  CHECK(model.isTraining());
  const gf::Error strangers = failureOf([&] { gf::headSemantics(model, {"cat", "dog"}); });
  CHECK(strangers.observed().find("not one class") != std::string::npos);
}
