// SPDX-License-Identifier: Apache-2.0
// Which modules can be trained: recognised from the archive alone.
#include <doctest/doctest.h>

#include "models/fixtures.h"
#include "models/script_module.h"

using namespace gf_test;

TEST_CASE("scripted modules can be trained, with and without debug records") {
  for (const char* name : {"scripted.pt", "scripted_without_debug.pt", "plain.pt", "tied.pt"}) {
    CAPTURE(name);
    CHECK(open(name).canTrain());
  }
}

TEST_CASE("traced and frozen modules cannot, because their mode was baked in") {
  for (const char* name : {"traced.pt", "traced_without_debug.pt", "traced_plain.pt", "frozen.pt"}) {
    CAPTURE(name);
    CHECK_FALSE(open(name).canTrain());
  }
}

TEST_CASE("a traced module really ignores train mode, a scripted one does not") {
  const at::NoGradGuard noGradients;
  const at::Tensor inputs = goldenInputs();
  for (const auto& [name, follows] : {std::pair{"traced.pt", false}, std::pair{"scripted.pt", true}}) {
    CAPTURE(name);
    gf::Classifier model = open(name);
    const at::Tensor before = model.logits(inputs);
    model.setTraining(true);
    CHECK((largestDifference(model.logits(inputs), before) > 1e-3) == follows);
  }
}

TEST_CASE("what was saved by us is recognised as before") {
  const Scratch scratch;
  open("scripted.pt").save(scratch / "a.pt");
  open("traced.pt").save(scratch / "b.pt");
  CHECK(gf::Classifier::load(scratch / "a.pt", c10::kCPU, nullptr).canTrain());
  CHECK_FALSE(gf::Classifier::load(scratch / "b.pt", c10::kCPU, nullptr).canTrain());
}
