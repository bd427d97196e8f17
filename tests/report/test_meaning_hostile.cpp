// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cctype>
#include <cstdint>
#include <iostream>

#include "base/error.h"
#include "broken_json.h"
#include "meaning_material.h"

using namespace gf;
using namespace gf::test;
using Json = nlohmann::ordered_json;

namespace {

struct Counter {
  int cases = 0;
  ~Counter() { std::cout << "hostile meanings refused: " << cases << "\n"; }
};
Counter counter;

constexpr std::size_t kClasses = 30, kTeachers = 2;

Json goodReport() {
  Material material;
  makeMaterial({.name = "x", .samples = 300, .classes = kClasses, .teachers = kTeachers}, material);
  std::vector<double> similarity(kClasses * kClasses, 1);
  for (std::size_t a = 0; a < kClasses; ++a) {  // two families, the first of which has parts
    for (std::size_t b = 0; b < a; ++b) {
      double value = (a < 20) == (b < 20) ? 0.5 : 0.1;
      if (a / 4 == b / 4) value = 0.9;
      similarity[a * kClasses + b] = similarity[b * kClasses + a] = value;
    }
  }
  Json report = buildReport(material.input);
  auto meaning = classMeaning(likenesses(material.input.classNames, similarity));
  meaning.groups.groups.clear();
  const auto group = [&](const char* name, int parent, std::size_t first, std::size_t last) {
    ClassGroup made{name, parent, {}};
    for (std::size_t k = first; k < last; ++k) made.classes.push_back(k);
    meaning.groups.groups.push_back(std::move(made));
  };
  group("first", ClassGroup::kTop, 0, 20);
  group("first of the first", 0, 0, 8);
  group("second of the first", 0, 8, 20);
  group("second", ClassGroup::kTop, 20, 30);
  addMeaning(report, material.input, meaning);
  report["meaning"]["similarity"] = {{"file", kSimilarityFile}, {"sha256", std::string(64, 'a')}};
  return report;
}
Json goodMeaning() {
  return goodReport().at("meaning");
}

void check(const Json& meaning) {
  const Json read = parseJson(Json{{"meaning", meaning}}.dump(), "report.json");
  checkMeaning(JsonReader(read, "report.json").object("meaning"), kClasses, kTeachers);
}

/// Refused with an input error that names the file and the key.
void mustRefuse(const Json& meaning) {
  ++counter.cases;
  try {
    check(meaning);
    FAIL_CHECK("was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == "report.json");
    CHECK(error.rule().starts_with("\"meaning"));
    CHECK_FALSE(error.observed().empty());
  } catch (const std::exception& error) {
    FAIL_CHECK("another exception: ", error.what());
  }
}

bool isElement(const std::string& pointer) {
  return std::isdigit(static_cast<unsigned char>(pointer.back())) != 0;
}
bool contains(const std::string& pointer, const char* part) {
  return pointer.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("every key of meaning: missing, of the wrong type, out of range") {
  const Json good = goodMeaning();
  CHECK_NOTHROW(check(good));
  const auto pointers = pointersOf(good);
  CHECK(pointers.size() > 300);
  for (const auto& text : pointers) {
    // What a provider says of itself is its own; a reason stands beside a null only.
    if (contains(text, "/provenance/") || contains(text, "_reason")) continue;
    CAPTURE(text);
    const Json::json_pointer pointer(text);
    Json changed = good;
    changed[pointer] = good.at(pointer).is_structured() ? Json("text") : Json{{"x", {1}}};
    mustRefuse(changed);
    if (!good.at(pointer).is_null()) {
      changed[pointer] = nullptr;
      mustRefuse(changed);
    }
    const bool anyLength = isElement(text) && (contains(text, "/notes/") || contains(text, "/top/"));
    const bool listElement = anyLength && !contains(text, "band");
    if (!listElement && text != "/similarity") mustRefuse(without(good, text));
    const bool anyNumber = contains(text, "/places/") || contains(text, "/band/") || contains(text, "/difference");
    if (good.at(pointer).is_number() && !anyNumber) {
      for (const Json& wrong : {Json(-5), Json(-1e300), Json("1"), Json(true)}) {
        changed = good;
        changed[pointer] = wrong;
        mustRefuse(changed);
      }
      const bool whole = good.at(pointer).is_number_integer();
      for (const Json& wrong : {Json(0.5), Json(UINT64_MAX), Json(1e18)}) {
        if (!whole) break;
        if (contains(text, "/random_sets/seed") && wrong == Json(1e18)) continue;
        changed[pointer] = wrong;
        mustRefuse(changed);
      }
    }
  }
}

TEST_CASE("trees, groups and sets that only the whole shows to be wrong") {
  const Json good = goodMeaning();
  const auto refuse = [&](const std::string& pointer, const Json& value) {
    CAPTURE(pointer);
    Json changed = good;
    changed[Json::json_pointer(pointer)] = value;
    mustRefuse(changed);
  };
  const auto swapped = [&](const std::string& one, const std::string& other) {
    CAPTURE(one);
    Json changed = good;
    std::swap(changed[Json::json_pointer(one)], changed[Json::json_pointer(other)]);
    mustRefuse(changed);
  };
  refuse("/order/0", good["order"][1]);
  refuse("/order/3", kClasses);
  swapped("/order/0", "/order/29");
  swapped("/order/2", "/order/17");
  swapped("/merges/0", "/merges/28");
  swapped("/merges/0/0", "/merges/0/1");
  refuse("/merges/0/1", kClasses);
  refuse("/merges/28/2", 2.5);
  refuse("/merges/28/2", 0.05);
  refuse("/merges/5/0", good["merges"][4][0]);
  refuse("/merges/5", {0, 1, 0.1, 0});
  refuse("/map/explained", 1.01);
  refuse("/map/places/3", {0});
  refuse("/map/places/3", {0, 1e9});
  refuse("/groups/groups", Json::array());
  refuse("/groups/groups/0/classes", Json::array());
  refuse("/groups/groups/3/classes/0", 19);
  refuse("/groups/groups/3/classes", {20, 21, 22, 23, 24, 25, 26, 27, 28});
  refuse("/groups/groups/3/classes", {21, 20, 22, 23, 24, 25, 26, 27, 28, 29});
  refuse("/groups/groups/3/classes", {20, 20, 22, 23, 24, 25, 26, 27, 28, 29});
  refuse("/groups/groups/0/parent", 0);
  refuse("/groups/groups/1/parent", 1);
  refuse("/groups/groups/1/parent", 3);
  refuse("/groups/groups/2/parent", 1);
  refuse("/groups/groups/2/parent", nullptr);
  refuse("/groups/groups/3/parent", 0);
  refuse("/groups/groups/1/classes", {0, 1, 2, 3, 4, 5, 6});
  refuse("/groups/groups/1/classes", {0, 1, 2, 3, 4, 5, 6, 8});
  refuse("/groups/groups/1/classes", {0, 1, 2, 3, 4, 5, 6, 25});
  refuse("/random_sets/draws", 0);
  refuse("/random_sets/draws", 2'000'000'000);
  refuse("/mean_similarity", 1.5);
  refuse("/teachers/0/top/1/percent", 2);
  refuse("/teachers/0/top/4/percent", 101);
  refuse("/teachers/0/top/4/classes", kClasses + 1);
  refuse("/teachers/0/top/4/classes", 1);
  refuse("/teachers/0/top/4/similarity", 1.5);
  refuse("/teachers/0/top/4/similarity_band", {0.5, 0.2});
  refuse("/teachers/0/top/4/band", {5, -5});
  refuse("/teachers/0/top/4/band", {1, 2, 3});
  refuse("/teachers/0/top/4/chance", 1.0001);
  refuse("/similarity/file", "../similarity.npy");
  refuse("/similarity/file", "/etc/passwd");
  refuse("/similarity/sha256", std::string(64, 'A'));
  refuse("/similarity/sha256", std::string(63, 'a'));
  refuse("/similarity", "similarity.npy");
  Json changed = good;  // a difference although nothing is known of the set
  auto& set = changed["teachers"][0]["top"][4];
  set["similarity"] = set["similarity_band"] = nullptr;
  set["similarity_reason"] = set["similarity_band_reason"] = "none";
  mustRefuse(changed);
  changed = good;
  changed["mean_similarity"] = nullptr;
  changed["mean_similarity_reason"] = "nobody asked";
  mustRefuse(changed);
  changed = good;
  changed["merges"].push_back({58, 59, 1});
  mustRefuse(changed);
}

TEST_CASE("what is read can be drawn, however odd its numbers are") {
  Json report = goodReport();
  const Json good = report.at("meaning");
  const std::vector<float> similarity(kClasses * kClasses, 0.5f);
  const auto pointers = pointersOf(good);
  int drawn = 0;
  for (const auto& text : pointers) {
    const Json::json_pointer pointer(text);
    if (!good.at(pointer).is_number()) continue;
    CAPTURE(text);
    for (const Json& odd : {Json(0), Json(1), Json(-0.5), Json(0.999), Json(-1e299), Json(1e299)}) {
      Json changed = good;
      changed[pointer] = odd;
      try {
        check(changed);
      } catch (const Error&) {
        continue;
      }
      report["meaning"] = std::move(changed);
      for (const Figure& figure : meaningFigures(report, similarity)) {
        CHECK_FALSE(figure.sentence.empty());
        CHECK_FALSE(toCsv(figure).empty());
      }
      ++drawn;
    }
  }
  CHECK(drawn > 200);
}
