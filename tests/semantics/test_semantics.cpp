// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <limits>

#include "base/error.h"
#include "semantics/semantics.h"

namespace {

TEST_CASE("vectors become unit rows and their cosines") {
  const auto semantics = gf::semanticsOf({"a", "b", "c"}, {3, 4, 0, 2, -6, -8}, 2, {{"provider", "file"}});
  CHECK(semantics.vectors[0] == doctest::Approx(0.6));
  CHECK(semantics.vectors[1] == doctest::Approx(0.8));
  CHECK(semantics.between(0, 1) == doctest::Approx(0.8));
  CHECK(semantics.between(0, 2) == doctest::Approx(-1));
  CHECK(semantics.between(1, 0) == semantics.between(0, 1));
  CHECK(semantics.between(1, 1) == 1);
  CHECK(semantics.provenance["provider"] == "file");
}

TEST_CASE("a vector without direction is refused by the name of its class") {
  for (const float bad : {0.f, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    try {
      gf::semanticsOf({"cat", "dog"}, {1, 0, bad, 0}, 2, {});
      FAIL("no error for " << bad);
    } catch (const gf::Error& error) {
      CHECK(error.kind() == gf::ErrorKind::Input);
      CHECK(error.subject() == "\"dog\"");
    }
  }
  CHECK_THROWS_AS(gf::semanticsOf({"cat", "dog"}, {1, 0, 1}, 2, {}), gf::Error);
}

TEST_CASE("what --semantics takes") {
  CHECK(gf::parseSemantics("wordnet").kind == "wordnet");
  CHECK(gf::parseSemantics("wordnet:senses.json").path == "senses.json");
  const auto clip = gf::parseSemantics("clip:/models/a:b");
  CHECK(clip.kind == "clip");
  CHECK(clip.path == "/models/a:b");
  CHECK(gf::parseSemantics("text:x").kind == "text");
  CHECK(gf::parseSemantics("file:v.npy").path == "v.npy");
  CHECK(gf::parseSemantics("head").kind == "head");
  for (const char* wrong : {"", "clip", "clip:", "bert:x", "wordnet:", ":x", "head:", "head:x", "Head"}) {
    try {
      gf::parseSemantics(wrong);
      FAIL("no error for " << wrong);
    } catch (const gf::Error& error) {
      CHECK(error.kind() == gf::ErrorKind::Usage);
      CHECK(error.subject() == "--semantics");
    }
  }
}

}  // namespace
