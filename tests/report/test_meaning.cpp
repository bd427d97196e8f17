// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"
#include "meaning_material.h"
#include "report/meaning_parts.h"
#include "semantics/set_similarity.h"

using namespace gf;
using namespace gf::test;
using Json = nlohmann::ordered_json;

namespace {

using Texts = std::vector<std::string>;

const Figure& figureNamed(const std::vector<Figure>& figures, const std::string& id) {
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const Figure& each) { return each.id == id; });
  REQUIRE_MESSAGE(found != figures.end(), id);
  return *found;
}

Texts idsOf(const std::vector<Figure>& figures) {
  Texts ids;
  for (const auto& figure : figures) ids.push_back(figure.id);
  return ids;
}

/// As another program reads it: through text, and strictly.
void checkReadable(const Json& report) {
  const Json read = parseJson(report.dump(), "report.json");
  checkMeaning(JsonReader(read, "report.json").object("meaning"), report.at("classes").size(),
               report.at("teachers").size());
  CHECK(read.at("meaning") == report.at("meaning"));
}

}  // namespace

TEST_CASE("meaning of four classes, worked by hand") {
  const Wardrobe wardrobe;
  checkReadable(wardrobe.report);
  const Json& meaning = wardrobe.report.at("meaning");
  CHECK(meaning.at("provider") == "file");
  CHECK(meaning.at("provenance").at("path") == "/words.npy");
  CHECK(meaning.at("notes") == Json{"made by hand"});
  CHECK(meaning.at("mean_similarity").get<double>() == doctest::Approx(2.8 / 6));
  CHECK(meaning.at("order") == Json{0, 2, 1, 3});
  CHECK(meaning.at("merges")[2][0] == 4);
  CHECK(meaning.at("map").at("method") == "mds");
  const Json& groups = meaning.at("groups");
  CHECK(groups.at("method") == "clusters");
  REQUIRE(groups.at("groups").size() == 2);
  CHECK(groups.at("groups")[0] == Json{{"name", "around Shirt"}, {"parent", nullptr}, {"classes", {0, 2}}});
  CHECK(groups.at("groups")[1] == Json{{"name", "around Boot"}, {"parent", nullptr}, {"classes", {1, 3}}});
  const Json& top = meaning.at("teachers")[0].at("top");
  REQUIRE(top.size() == 5);
  for (std::size_t i = 0; i < 4; ++i) {  // 20 % of five flips is one: the shirts have it alone
    CHECK(top[i].at("classes") == 1);
    CHECK(top[i].at("similarity").is_null());
    CHECK(top[i].at("similarity_reason") == "a set of fewer than two classes");
    CHECK(top[i].at("band").is_null());
    CHECK(top[i].at("chance") == 1);
  }
  CHECK(top[4].at("percent") == 50);
  CHECK(top[4].at("classes") == 2);
  CHECK(top[4].at("similarity").get<double>() == doctest::Approx(0.9));
  CHECK(top[4].at("difference").get<double>() == doctest::Approx(100 * (0.9 / (2.8 / 6) - 1)));
  CHECK(top[4].at("similarity_band")[0].get<double>() == doctest::Approx(0.1));
  CHECK(top[4].at("similarity_band")[1].get<double>() == doctest::Approx(0.9));
  CHECK(top[4].at("chance").get<double>() == doctest::Approx(1.0 / 6).epsilon(0.2));
}

TEST_CASE("its figures, worked by hand") {
  const Wardrobe wardrobe;
  const auto figures = meaningFigures(wardrobe.report, wardrobe.similarity());
  CHECK(idsOf(figures) == Texts{"top-similarity", "groups", "class-map", "meaning-map", "similarity"});

  const Figure& top = figures[0];
  CHECK(top.paper == "Fig. 2b");
  CHECK(top.kind == FigureKind::Columns);
  CHECK(top.labels == Texts{"Top 50 %"});
  CHECK(top.series[0].band);
  CHECK(top.series[0].y[0] == doctest::Approx(92.857142857));
  CHECK(top.series[0].low[0] == doctest::Approx(-78.571428571));
  CHECK(top.details[0].starts_with("2 classes, mean similarity 0.90; "));
  CHECK(top.sentence ==
        "The 2 classes with half of the positive flips are 93 % more alike than all 4 classes; of 1,000 random sets of "
        "that size 95 % lie between −79 % and +93 %. A smaller share lies in one class alone and is left out.");

  const Figure& groups = figures[1];
  CHECK(groups.labels == Texts{"around Shirt", "around Boot"});
  CHECK(groups.details == Texts{"4 of 10 images", "1 of 10 images"});
  CHECK(groups.series.size() == 1);
  CHECK(groups.series[0].y == std::vector<double>{40, 10});
  CHECK(groups.sentence ==
        "tailor adds most in the group “around Shirt”: 4 of 10 images (40.0 %); of all images it is 25.0 %.");

  const Figure& grid = figures[2];
  CHECK(grid.kind == FigureKind::Grid);
  CHECK(grid.scale == FigureScale::Sequential);
  CHECK(grid.labels == Texts{"Shirt", "Coat", "Boot", "Sandal"});
  CHECK(grid.series[0].y == std::vector<double>{40, 40, 0, 20});
  CHECK(grid.details[3] == "1 of 5 images");
  CHECK(grid.sentence == "tailor adds most in Shirt: 2 of 5 images (40.0 %). Beside it stands Coat (40.0 %).");

  const Figure& map = figures[3];
  CHECK(map.kind == FigureKind::Scatter);
  CHECK(map.labels == Texts{"Shirt", "Boot", "Coat", "Sandal"});
  CHECK(map.series[0].size == std::vector<double>{2, 0, 2, 1});
  CHECK(map.series[0].x[2] == wardrobe.meaning.map.places[2][0]);
  CHECK(map.sentence.ends_with("Most positive flips: Shirt (2), Coat (2) and Sandal (1)."));

  const Figure& heat = figures[4];
  CHECK(heat.kind == FigureKind::Heat);
  CHECK(heat.namedColumns);
  CHECK(heat.labels == Texts{"Shirt", "Coat", "Boot", "Sandal"});
  CHECK(heat.series[1].name == "Coat");
  CHECK(heat.series[1].y == std::vector<double>{0.9, 1, 0.5, 0.3});
  CHECK(heat.details[2] == "most like Sandal (0.80)");
  REQUIRE(heat.merges.size() == 3);
  CHECK(heat.merges[0].a == 0);
  CHECK(heat.merges[0].b == 1);
  CHECK(heat.merges[1].a == 2);
  CHECK(heat.merges[1].b == 3);
  CHECK(heat.merges[2].a == 4);
  CHECK(heat.merges[2].height == doctest::Approx(1 - 1.1 / 4));
  CHECK(heat.sentence == "Most alike are Shirt and Coat (0.90); the mean of all pairs is 0.47.");
  CHECK(idsOf(meaningFigures(wardrobe.report, {})).size() == 4);
}

TEST_CASE("where classes are alike by nothing, sets are compared by their similarity") {
  Wardrobe wardrobe;
  auto semantics = wardrobe.meaning.semantics;
  for (double& value : semantics.similarity) value = value == 1 ? 1 : value - 0.6;
  addMeaning(wardrobe.report, wardrobe.material.input, classMeaning(semantics));
  checkReadable(wardrobe.report);
  const Json& top = wardrobe.report.at("meaning").at("teachers")[0].at("top")[4];
  CHECK(top.at("difference").is_null());
  CHECK(top.at("difference_reason") == "all classes together have a mean similarity of 0 or less");
  const Figure figure = meaningFigures(wardrobe.report, {})[0];
  CHECK(figure.id == "top-similarity");
  CHECK(figure.series[0].y[0] == doctest::Approx(0.3));
  CHECK(*figure.zeroLine == doctest::Approx(2.8 / 6 - 0.6));
  CHECK(figure.sentence ==
        "The 2 classes with half of the positive flips have mean similarity 0.30, all 4 classes −0.13; of 1,000 random "
        "sets of that size 95 % lie between −0.50 and 0.30. A smaller share lies in one class alone and is left out.");
}

TEST_CASE("of every plan: what is written can be read, and groups hold all flips, gains and losses") {
  for (const Plan& plan : allPlans()) {
    CAPTURE(plan.name);
    Material material;
    makeMaterial(plan, material);
    Json report = buildReport(material.input);
    addMeaning(report, material.input, classMeaning(families(material.input.classNames, 0.2)));
    checkReadable(report);
    const auto& teachers = report.at("before").at("teachers");
    for (std::size_t t = 0; t < teachers.size(); ++t) {
      const MeaningTable table(report, t);
      MeaningTable::Count sum;
      for (const auto& group : table.groups) {
        if (!group.parent) sum += group.count;
      }
      CHECK(sum.flips == teachers[t].at("counts").at("only_teacher").get<std::int64_t>());
      CHECK(sum.samples == report.at("evaluation").at("samples").get<std::int64_t>());
      CHECK(table.transferred == plan.transferred);
      if (!plan.transferred) continue;
      const double samples = static_cast<double>(sum.samples);
      CHECK(static_cast<double>(sum.gained) / samples ==
            doctest::Approx(report.at("transfer").at("gain").get<double>()));
      CHECK(static_cast<double>(sum.lost) / samples == doctest::Approx(report.at("transfer").at("loss").get<double>()));
    }
    for (const Figure& figure : meaningFigures(report, {})) {
      CAPTURE(figure.id);
      CHECK_FALSE(figure.sentence.empty());
      CHECK_FALSE(figure.title.empty());
      CHECK(figure.details.size() == figure.labels.size());
      for (const auto& series : figure.series) CHECK(series.y.size() == figure.labels.size());
      if (figure.id.starts_with("groups")) CHECK(figure.series.size() == (plan.transferred ? 3 : 1));
      CHECK_FALSE(toCsv(figure).empty());
    }
  }
}

TEST_CASE("each of several teachers has the sets of its own flips") {
  Material material;
  makeMaterial({.name = "own", .samples = 600, .classes = 20, .teachers = 3}, material);
  const auto semantics = families(material.input.classNames, 0.2);
  const auto knowledge = knowledgeOf(material.input);
  Json report = buildReport(material.input);
  addMeaning(report, material.input, classMeaning(semantics));
  const Json& teachers = report.at("meaning").at("teachers");
  for (std::size_t t = 0; t < 3; ++t) {
    for (const Json& set : teachers[t].at("top")) {
      const auto own = knowledge[t].topClasses(set.at("percent").get<double>());
      CHECK(set.at("classes") == own.size());
      const auto similarity = meanSimilarity(semantics, own);
      CHECK(set.at("similarity").is_null() == !similarity);
      if (similarity) CHECK(set.at("similarity").get<double>() == doctest::Approx(*similarity).epsilon(1e-12));
    }
  }
  CHECK(teachers[0].at("top") != teachers[1].at("top"));
}

TEST_CASE("figures of several teachers bear their names, the similarity stands once") {
  Material material;
  makeMaterial({.name = "two", .samples = 200, .classes = 6, .teachers = 2}, material);
  Json report = buildReport(material.input);
  const auto meaning = classMeaning(families(material.input.classNames, 0.2));
  addMeaning(report, material.input, meaning);
  const auto& similarity = meaning.semantics.similarity;
  const auto figures = meaningFigures(report, std::vector<float>(similarity.begin(), similarity.end()));
  const Texts ids = idsOf(figures);
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
  CHECK(std::count(ids.begin(), ids.end(), "similarity") == 1);
  CHECK(std::count_if(ids.begin(), ids.end(), [](const std::string& id) { return id.starts_with("groups-"); }) == 2);
  CHECK(meaningFigures(buildReport(material.input), {}).empty());
}

TEST_CASE("one, two and three classes, equal ones, and a teacher without any flip") {
  for (const int classes : {1, 2, 3}) {
    for (const double across : {0.5, -0.4, 0.0}) {
      CAPTURE(classes);
      Material material;
      makeMaterial({.name = "few", .samples = 60, .classes = classes}, material);
      Json report = buildReport(material.input);
      std::vector<double> similarity(static_cast<std::size_t>(classes * classes), across);
      for (int k = 0; k < classes; ++k) similarity[static_cast<std::size_t>(k * classes + k)] = 1;
      const auto meaning = classMeaning(likenesses(material.input.classNames, similarity));
      addMeaning(report, material.input, meaning);
      checkReadable(report);
      const std::vector<float> floats(similarity.begin(), similarity.end());
      for (const Figure& figure : meaningFigures(report, floats)) CHECK_FALSE(figure.sentence.empty());
    }
  }
  Material material;
  makeMaterial({.name = "none", .samples = 60, .classes = 5, .teacherSkill = 0}, material);
  Json report = buildReport(material.input);
  addMeaning(report, material.input, classMeaning(families(material.input.classNames, 0.2)));
  checkReadable(report);
  const auto figures = meaningFigures(report, {});
  CHECK(idsOf(figures) == Texts{"groups", "class-map", "meaning-map"});
  for (const Figure& figure : figures) {
    CHECK(figure.sentence.find("is right on no image that the student misses.") != std::string::npos);
  }
}

TEST_CASE("after a transfer groups show what was learned and forgotten") {
  Material material;
  makeMaterial({.name = "run", .samples = 400, .classes = 30, .transferred = true}, material);
  Json report = buildReport(material.input);
  addMeaning(report, material.input, classMeaning(families(material.input.classNames, 0.2)));
  const Figure groups = figureNamed(meaningFigures(report, {}), "groups");
  REQUIRE(groups.series.size() == 3);
  CHECK(groups.series[0].role == Role::Teacher);
  CHECK(groups.series[1].role == Role::Gain);
  CHECK(groups.series[2].role == Role::Loss);
  CHECK(std::is_sorted(groups.series[0].y.rbegin(), groups.series[0].y.rend()));
  CHECK(groups.details[0].find("; learned ") != std::string::npos);
  CHECK(groups.sentence.find("After the transfer") != std::string::npos);
}

TEST_CASE("similarity.npy is written, named by its hash and read back; another file is not taken for it") {
  ScratchFolder scratch;
  Wardrobe wardrobe;
  writeSimilarity(scratch / "result", wardrobe.meaning.semantics, wardrobe.report);
  checkReadable(wardrobe.report);
  const auto file = scratch / "result" / kSimilarityFile;
  CHECK(wardrobe.report.at("meaning").at("similarity").at("sha256") == sha256OfFile(file));
  CHECK(readSimilarity(scratch / "result", wardrobe.report) == wardrobe.similarity());

  std::vector<std::string> warnings;
  const LogSubscription listening([&](const LogEntry& entry) { warnings.push_back(entry.text); });
  std::string bytes = readFile(file, 1 << 20);
  bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 1);
  writeAtomically(file, bytes);
  CHECK(readSimilarity(scratch / "result", wardrobe.report).empty());
  wardrobe.report["meaning"]["similarity"]["sha256"] = sha256(bytes);
  CHECK(readSimilarity(scratch / "result", wardrobe.report).size() == 16);
  for (const std::string& other : {std::string(), std::string("no array"), bytes.substr(0, 100)}) {
    writeAtomically(file, other);
    wardrobe.report["meaning"]["similarity"]["sha256"] = sha256(other);
    CHECK(readSimilarity(scratch / "result", wardrobe.report).empty());
  }
  Wardrobe fewer;
  fewer.report["meaning"]["similarity"] = {{"file", kSimilarityFile}, {"sha256", sha256(bytes)}};
  fewer.report["classes"].erase(3);
  writeAtomically(file, bytes);
  CHECK(readSimilarity(scratch / "result", fewer.report).empty());
  CHECK(readSimilarity(scratch / "nowhere", wardrobe.report).empty());
  CHECK(warnings.size() == 6);
  wardrobe.report["meaning"].erase("similarity");
  CHECK(readSimilarity(scratch / "result", wardrobe.report).empty());
  wardrobe.report.erase("meaning");
  CHECK(readSimilarity(scratch / "result", wardrobe.report).empty());
  CHECK(warnings.size() == 6);
}

TEST_CASE("meaning and knowledge must be about the same classes and teachers") {
  const Wardrobe wardrobe;
  const auto knowledge = knowledgeOf(wardrobe.material.input);
  const std::vector<std::string> two{"a", "b"}, one{"a"};
  CHECK_THROWS_AS(meaningJson(wardrobe.meaning, two, knowledge), Error);
  CHECK_THROWS_AS(meaningJson(classMeaning(families({"a", "b"}, 0.1)), one, knowledge), Error);
}
