// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <functional>

#include "base/error.h"
#include "broken_json.h"
#include "report/shelf_report.h"
#include "report_material.h"
#include "shelf_material.h"

using namespace gf;
using namespace gf::test;
using Json = nlohmann::ordered_json;

namespace {

void write(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// The reader must refuse with an input error that names the file.
void mustRefuse(const ScratchFolder& scratch, const std::string& bytes) {
  const auto file = scratch / "report.json";
  write(file, bytes);
  try {
    readShelfReport(file);
    FAIL_CHECK("was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK_FALSE(error.rule().empty());
  } catch (const std::exception& error) {
    FAIL_CHECK("another exception: ", error.what());
  }
}

const Figure& figureOf(const std::vector<Figure>& figures, const std::string& id) {
  for (const auto& figure : figures) {
    if (figure.id == id) return figure;
  }
  throw std::runtime_error("no figure " + id);
}

/// Three models of four, three and four right answers, as in the test of the knowledge.
ShelfInput handWorked() {
  ShelfMaterial material("hand", 7, 3, 3);
  const std::vector<std::int32_t> truth{0, 0, 2, 0, 2, 2, 0};
  const std::vector<std::vector<std::int32_t>> answers{
      {0, 0, 0, 0, 0, 0, 0}, {0, 2, 2, 2, 2, 0, 2}, {2, 0, 2, 2, 2, 2, 2}};
  const std::vector<Labels> predicted(answers.begin(), answers.end());
  material.input.knowledge = shelfKnowledge(truth, predicted, 3);
  material.input.classNames = {"shirt", "hat", "coat"};
  for (std::size_t m = 0; m < 3; ++m) material.input.models[m].name = std::string(1, static_cast<char>('a' + m));
  return material.input;
}

}  // namespace

TEST_CASE("a shelf's report says what a hand-worked shelf holds, and reads back as it was") {
  const ScratchFolder scratch;
  const Json report = buildShelfReport(handWorked());
  CHECK(report.at("schema") == kShelfSchema);
  CHECK(report.at("pairs").at("only_teacher") == Json::parse("[[0,3,3],[2,0,1],[3,2,0]]"));
  CHECK(report.at("pairs").at("headroom") == Json::parse("[[0,3,3],[0,0,0],[3,0,0]]"));
  CHECK(report.at("pairs").at("flip_entropy")[0][0].is_null());
  const auto& ranking = report.at("ranking");
  REQUIRE(ranking.size() == 6);
  // a → b and a → c and c → a have headroom 3 and 3 flips; a → b loses least.
  CHECK(ranking[0].at("teacher") == "a");
  CHECK(ranking[0].at("student") == "b");
  CHECK(ranking[0].at("reason") == "alone right on 3 images (42.9 %), leads in shirt; the student alone is right on 2");
  CHECK(ranking[5].at("reason") ==
        "alone right on 1 image (14.3 %), leads beyond chance in no class; the student alone is right on 2");
  CHECK(report.at("best_teachers")[0].at("teacher") == "c");
  CHECK(report.at("manifest").at("left_out").size() == 1);
  CHECK(shelfHeadline(report) ==
        "Most to teach among 3 models: a to b, alone right on 3 images (42.9 %), leads in shirt; the student alone is "
        "right on 2.");
  write(scratch / "report.json", report.dump(1));
  CHECK(readShelfReport(scratch / "report.json") == report);
}

TEST_CASE("a lead in three classes names them all") {
  ShelfInput input = handWorked();
  const std::vector<std::int32_t> truth{0, 0, 0, 1, 1, 1, 2, 2, 2}, wrong{1, 1, 1, 2, 2, 2, 0, 0, 0};
  const std::vector<Labels> predicted{truth, wrong};
  input.knowledge = shelfKnowledge(truth, predicted, 3);
  input.models.pop_back();
  CHECK(buildShelfReport(input).at("ranking")[0].at("reason") ==
        "alone right on 9 images (100.0 %), leads in shirt, hat and coat; the student alone is right on 0");
}

TEST_CASE("every made-up shelf reads back, and models that share a name are told apart") {
  const ScratchFolder scratch;
  for (const auto& shelf : allShelves()) {
    CAPTURE(shelf.name);
    const Json report = buildShelfReport(shelf.input);
    write(scratch / "report.json", report.dump());
    CHECK(readShelfReport(scratch / "report.json") == report);
    if (shelf.name == "twins") {
      CHECK(report.at("models")[2].at("name") == "model-1 (2)");
      CHECK(report.at("pairs").at("flip_entropy")[1][2].is_null());
    }
  }
}

TEST_CASE("the figures of a shelf hold every pair and say so in words") {
  const Json report = buildShelfReport(handWorked());
  const auto figures = shelfFigures(report);
  REQUIRE(figures.size() == 5);
  for (const auto& figure : figures) {
    CAPTURE(figure.id);
    CHECK(figure.sentence.ends_with("."));
    for (const auto& series : figure.series) {
      CHECK((series.notes.empty() || series.notes.size() == series.y.size()));
      if (figure.kind == FigureKind::Heat) CHECK(series.y.size() == figure.labels.size());
    }
    CHECK((figure.details.empty() || figure.details.size() == figure.labels.size()));
  }
  const Figure& flips = figureOf(figures, "shelf-flips");
  REQUIRE(flips.labels.size() == 6);
  REQUIRE(flips.series.size() == 1);
  CHECK(flips.labels[0] == "a → b");
  CHECK(flips.series[0].x[0] == doctest::Approx(100.0 / 7).epsilon(1e-12));
  CHECK(flips.series[0].y[0] == doctest::Approx(300.0 / 7).epsilon(1e-12));
  REQUIRE(flips.guides.size() == 2);
  CHECK(flips.guides[0].kind == FigureGuide::Kind::Vertical);
  // Errors of 3/7 and 4/7 over three classes.
  CHECK(flips.guides[1].from == doctest::Approx(100.0 / 7).epsilon(1e-12));
  CHECK(flips.guides[1].to == doctest::Approx(400.0 / 21).epsilon(1e-12));
  const Figure& entropy = figureOf(figures, "shelf-entropy");
  CHECK(entropy.guides.at(0).from == doctest::Approx(std::log(3.0)).epsilon(1e-15));
  CHECK(entropy.labels.size() == 6);
  const Figure& matrix = figureOf(figures, "shelf-matrix");
  CHECK(matrix.labels == std::vector<std::string>{"a", "c", "b"});  // by accuracy, ties by order
  CHECK(std::isnan(matrix.series[0].y[0]));
  CHECK(matrix.series[2].y[0] == doctest::Approx(300.0 / 7).epsilon(1e-12));  // column b, row a
  CHECK(matrix.series[2].notes[0] ==
        "alone right on 3 of 7 images, the student alone on 2; Δacc +14.29 points, p = 1.00");
  const Figure& expertise = figureOf(figures, "shelf-expertise");
  CHECK(expertise.labels == std::vector<std::string>{"coat", "shirt"});  // hat has no samples
  CHECK(expertise.series[1].name == "c");
  CHECK(expertise.series[1].y[0] == doctest::Approx(100.0 * (1 - 5.0 / 9)).epsilon(1e-12));
  CHECK(figureOf(figures, "shelf-ranking").labels == std::vector<std::string>{"a → b", "a → c", "c → a"});
}

TEST_CASE("a shelf of equals says so") {
  ShelfMaterial material("equals", 50, 4, 2);
  const std::vector<Labels> same{material.predicted[0], material.predicted[0]};
  material.input.knowledge = shelfKnowledge(material.truth, same, 4);
  const Json report = buildShelfReport(material.input);
  CHECK(shelfHeadline(report) == "None of 2 models leads another in any class beyond chance.");
  const auto figures = shelfFigures(report);
  CHECK(figures.size() == 3);  // no entropy without flips, nothing to rank
  CHECK(figureOf(figures, "shelf-expertise").sentence == "All models are equally good in every class.");
}

TEST_CASE("what is no shelf, or too large a one, is not built") {
  ShelfInput input = handWorked();
  input.classNames.pop_back();
  CHECK_THROWS_AS(buildShelfReport(input), Error);
  input = handWorked();
  input.models.pop_back();
  CHECK_THROWS_AS(buildShelfReport(input), Error);
  const ShelfMaterial one("one", 20, 2, 1);
  CHECK_THROWS_AS(buildShelfReport(one.input), Error);
  CHECK_NOTHROW(checkShelfSize(300, 1000));
  CHECK_NOTHROW(checkShelfSize(1000, 500));
  CHECK_THROWS_AS(checkShelfSize(1000, 1000), Error);
  CHECK_THROWS_AS(checkShelfSize(std::size_t{1} << 62, 1), Error);
}

TEST_CASE("a shelf's report that was changed is refused") {
  const ScratchFolder scratch;
  const Json good = buildShelfReport(ShelfMaterial("hostile", 60, 2, 3).input);
  for (const auto& pointer : pointersOf(good)) {
    CAPTURE(pointer);
    const bool free = pointer == "/manifest/versions/torch";
    // One class less of those a pair leads in, or one left-out model less, is a report too.
    const bool list = pointer.find("/left_out/") != std::string::npos ||
                      (pointer.starts_with("/ranking/") && pointer.find("/classes/") != std::string::npos);
    if (!free && !list) mustRefuse(scratch, without(good, pointer).dump());
    for (const char* other : {"{}", "[]", "true", "-1", "1e300", "18446744073709551615", "[[1]]"}) {
      Json changed = good;
      changed[Json::json_pointer(pointer)] = Json::parse(other);
      if (changed.dump() == good.dump()) continue;
      if (pointer.ends_with("/delta_ci95/0") && std::string(other) == "-1") continue;  // wide, but an interval
      if ((pointer == "/manifest/left_out" || pointer.ends_with("/classes")) && std::string(other) == "[]" &&
          pointer != "/classes") {
        continue;
      }
      mustRefuse(scratch, changed.dump());
    }
  }
  for (const char* text : {"", "{", "[]", "null", "NaN", "{}", "{\"schema\":\"gainfinder-shelf/2\"}",
                           "{\"schema\":\"gainfinder-report/1\"}"}) {
    mustRefuse(scratch, text);
  }
}

TEST_CASE("counts of a shelf's report must agree with each other") {
  const ScratchFolder scratch;
  const Json good = buildShelfReport(ShelfMaterial("totals", 90, 4, 4).input);
  const auto change = [&](const char* pointer, double by) {
    CAPTURE(pointer);
    Json changed = good;
    Json& value = changed[Json::json_pointer(pointer)];
    value = value.is_number_integer() ? Json(value.get<std::int64_t>() + static_cast<std::int64_t>(by))
                                      : Json(value.get<double>() + by);
    mustRefuse(scratch, changed.dump());
  };
  change("/pairs/only_teacher/0/1", 1);   // its mirror no longer differs by the right answers
  change("/pairs/only_teacher/2/2", 1);   // the diagonal
  change("/models/1/class_right/2", -1);  // no longer the accuracy
  change("/models/3/accuracy", 0.01);
  change("/classes/0/samples", 1);
  change("/evaluation/samples", 1);
  change("/evaluation/classes", 1);
  change("/pairs/flip_entropy/0/1", 5);
  change("/pairs/flip_entropy_limit", 0.1);
  change("/pairs/headroom/0/1", 90);
  change("/ranking/0/positive_flips", 0.01);
  change("/ranking/0/headroom", 0.01);
  change("/best_teachers/0/headroom", 0.01);
  Json renamed = good;
  renamed["ranking"][0]["teacher"] = "nobody";
  mustRefuse(scratch, renamed.dump());
  renamed = good;
  renamed["models"][1]["name"] = good["models"][0]["name"];
  mustRefuse(scratch, renamed.dump());
  renamed = good;
  std::swap(renamed["best_teachers"][0], renamed["best_teachers"][1]);
  mustRefuse(scratch, renamed.dump());
}
