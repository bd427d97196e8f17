// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <limits>

#include "base/error.h"
#include "meaning_golden.h"
#include "semantics/class_map.h"

using namespace gf_test;

namespace {

double apart(const gf::ClassMap& map, std::size_t a, std::size_t b) {
  return std::hypot(map.places[a][0] - map.places[b][0], map.places[a][1] - map.places[b][1]);
}

void checkPlaces(const gf::ClassMap& map, const nlohmann::json& wanted, double tolerance) {
  REQUIRE(map.places.size() == wanted["places"].size());
  for (std::size_t k = 0; k < map.places.size(); ++k) {
    for (const std::size_t axis : {0, 1}) {
      CHECK(std::abs(map.places[k][axis] - wanted["places"][k][axis].get<double>()) < tolerance);
    }
  }
  CHECK(std::abs(map.explained - wanted["explained"].get<double>()) < tolerance);
}

}  // namespace

TEST_CASE("vectors are mapped by the principal components that NumPy finds") {
  for (const auto& wanted : meaningGolden()["pca"]) {
    const auto rows = wanted["rows"].get<std::vector<float>>();
    const auto width = wanted["width"].get<std::size_t>();
    const auto map = gf::classMap(gf::semanticsOf(namesOf(rows.size() / width), rows, width, {}));
    CHECK(map.method == "pca");
    checkPlaces(map, wanted, 1e-6);  // unit vectors are kept in float32
  }
}

TEST_CASE("similarities are mapped by Torgerson's scaling as NumPy does it") {
  for (const auto& wanted : meaningGolden()["mds"]) {
    const auto map = gf::classMap(likenesses(wanted["similarity"].get<std::vector<double>>()));
    CHECK(map.method == "mds");
    checkPlaces(map, wanted, 1e-10);
  }
}

TEST_CASE("three classes keep their distances, whichever way they are mapped") {
  // Distances √(2 − 2s): 1 where s is a half.
  const auto triangle = gf::classMap(allAlike(3, 0.5));
  CHECK(triangle.explained == doctest::Approx(1));
  for (const auto& [a, b] : {std::pair{0, 1}, {0, 2}, {1, 2}}) {
    CHECK(apart(triangle, static_cast<std::size_t>(a), static_cast<std::size_t>(b)) == doctest::Approx(1));
  }
  const auto square = gf::classMap(gf::semanticsOf(namesOf(4), {1, 0, 0, 1, -1, 0, 0, -1}, 2, {}));
  CHECK(square.explained == doctest::Approx(1));
  CHECK(apart(square, 0, 2) == doctest::Approx(2));
  CHECK(apart(square, 0, 1) == doctest::Approx(std::sqrt(2)));
}

TEST_CASE("one, two, equal and opposite classes have a place") {
  CHECK(gf::classMap(likenesses({})).places.empty());
  CHECK((gf::classMap(likenesses({1})).places == std::vector<std::array<double, 2>>{{0, 0}}));
  const auto two = gf::classMap(likenesses({1, -1, -1, 1}));
  CHECK(two.places[0][0] == doctest::Approx(1));  // of equally far classes the lower is to the right
  CHECK(two.places[1][0] == doctest::Approx(-1));
  CHECK(two.places[0][1] == 0);
  CHECK(two.places[1][1] == 0);
  CHECK(two.explained == doctest::Approx(1));
  const auto equal = gf::classMap(allAlike(7, 1));
  CHECK(equal.explained == 1);
  for (const auto& place : equal.places) CHECK((place == std::array<double, 2>{0, 0}));
  const auto twins = gf::classMap(gf::semanticsOf(namesOf(3), {1, 2, 1, 2, 2, 4}, 2, {}));
  for (const auto& place : twins.places) CHECK(std::hypot(place[0], place[1]) < 1e-6);
  const auto lonely = gf::classMap(allAlike(30, 0));
  CHECK(lonely.explained == doctest::Approx(2.0 / 29));
  for (const auto& place : lonely.places) CHECK(std::isfinite(place[0] + place[1]));
}

TEST_CASE("what has no map is refused") {
  auto semantics = allAlike(3, 0.5);
  semantics.similarity[1] = semantics.similarity[3] = std::nan("");
  CHECK_THROWS_AS(gf::classMap(semantics), gf::Error);
  semantics.similarity.pop_back();
  CHECK_THROWS_AS(gf::classMap(semantics), gf::Error);
  auto vectors = gf::semanticsOf(namesOf(2), {1, 0, 0, 1}, 2, {});
  vectors.vectors.pop_back();
  CHECK_THROWS_AS(gf::classMap(vectors), gf::Error);
}
