// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "report/json_text.h"
#include "report/read_parts.h"
#include "report/shelf_parts.h"
#include "report/shelf_report.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::int64_t kMany = std::numeric_limits<std::int64_t>::max();
constexpr double kRounding = 1e-9;

struct Shape {
  std::size_t models = 0, classes = 0;
  std::int64_t samples = 0;
  std::vector<std::int64_t> right;  // [M]
  std::vector<std::int64_t> classSamples;
  std::vector<std::string> names;
  std::vector<std::int64_t> onlyTeacher, headroom;  // [M, M]
};

void checkTexts(const JsonReader& holder, const char* key, const Json& values) {
  for (const auto& value : values) {
    if (!value.is_string()) holder.fail(key, "must hold text", shortText(value));
  }
}

/// `value` of the row `key` as a whole number from 0 to `most`.
std::int64_t wholeOf(const JsonReader& holder, const std::string& key, const Json& value, std::int64_t most) {
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() || value.get<std::uint64_t>() <= static_cast<std::uint64_t>(kMany));
  if (fits && value.get<std::int64_t>() >= 0 && value.get<std::int64_t>() <= most) return value.get<std::int64_t>();
  holder.fail(key, "must hold whole numbers from 0 to " + std::to_string(most), shortText(value));
}

/// `found` must equal `expected` but for rounding.
void checkShare(const JsonReader& holder, const char* key, double found, double expected) {
  if (std::abs(found - expected) <= kRounding) return;
  holder.fail(key, "must be what the counts say, " + shortText(Json(expected)), shortText(Json(found)));
}

void checkManifest(const JsonReader& manifest, const Shape& shape) {
  manifest.text("created");
  const auto versions = manifest.object("versions");
  versions.text("gainfinder");
  for (const auto& [name, value] : versions.json().items()) {
    if (!value.is_string()) versions.fail(name, "must be text", shortText(value));
  }
  manifest.text("device");
  manifest.whole("threads", 0, 1'000'000);
  const auto bootstrap = manifest.object("bootstrap");
  bootstrap.whole("seed", 0, kMany);
  bootstrap.whole("draws", 1, kMany);
  const auto hashes = manifest.object("sha256");
  hashes.text("data");
  checkTexts(hashes, "models", hashes.array("models", shape.models));
  const auto data = manifest.object("data");
  data.text("path");
  data.text("kind");
  checkTexts(manifest, "left_out", manifest.array("left_out"));
}

void checkClasses(const JsonReader& report, Shape& shape) {
  report.array("classes", shape.classes);
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < shape.classes; ++k) {
    const auto entry = report.element("classes", k);
    entry.text("name");
    shape.classSamples.push_back(entry.whole("samples", 0, shape.samples - sum));
    sum += shape.classSamples.back();
  }
  if (sum != shape.samples) {
    report.fail("classes", "must hold " + std::to_string(shape.samples) + " samples together", std::to_string(sum));
  }
}

void checkModels(const JsonReader& report, Shape& shape) {
  std::set<std::string> used;
  for (std::size_t m = 0; m < shape.models; ++m) {
    const auto model = report.element("models", m);
    shape.names.push_back(model.text("name"));
    if (!used.insert(shape.names.back()).second) {
      model.fail("name", "must be another one for each model", shape.names.back().substr(0, 60));
    }
    for (const char* key : {"family", "path", "sha256"}) model.text(key);
    model.whole("parameters", 0, kMany);
    const auto& counts = model.array("class_right", shape.classes);
    std::int64_t right = 0;
    for (std::size_t k = 0; k < shape.classes; ++k) {
      right += wholeOf(model, "class_right", counts[k], shape.classSamples[k]);
    }
    shape.right.push_back(right);
    checkShare(model, "accuracy", model.number("accuracy", 0, 1),
               static_cast<double>(right) / static_cast<double>(shape.samples));
  }
}

/// Calls `each(row, column, value)` for the cells of a matrix [M][M].
template <class Each>
void forCells(const JsonReader& pairs, const char* key, std::size_t models, const Each& each) {
  const auto& rows = pairs.array(key, models);
  for (std::size_t t = 0; t < models; ++t) {
    const std::string row = std::string(key) + "[" + std::to_string(t) + "]";
    if (!rows[t].is_array() || rows[t].size() != models) {
      pairs.fail(row, "must be an array of " + std::to_string(models) + " values", shortText(rows[t]));
    }
    for (std::size_t s = 0; s < models; ++s) each(row, t, s, rows[t][s]);
  }
}

void checkFlips(const JsonReader& pairs, Shape& shape) {
  const std::size_t n = shape.models;
  shape.onlyTeacher.resize(n * n);
  forCells(pairs, "only_teacher", n, [&](const std::string& row, std::size_t t, std::size_t s, const Json& value) {
    const std::int64_t most = t == s ? 0 : std::min(shape.right[t], shape.samples - shape.right[s]);
    shape.onlyTeacher[t * n + s] = wholeOf(pairs, row, value, most);
  });
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t s = t + 1; s < n; ++s) {
      const std::int64_t difference = shape.onlyTeacher[t * n + s] - shape.onlyTeacher[s * n + t];
      if (difference == shape.right[t] - shape.right[s]) continue;
      pairs.fail("only_teacher[" + std::to_string(t) + "][" + std::to_string(s) + "]",
                 "minus its mirror must be the difference of right answers, " +
                     std::to_string(shape.right[t] - shape.right[s]),
                 std::to_string(difference));
    }
  }
}

void checkPairs(const JsonReader& pairs, Shape& shape) {
  const std::size_t n = shape.models;
  checkFlips(pairs, shape);
  const double limit = std::log(static_cast<double>(shape.classes));
  checkShare(pairs, "flip_entropy_limit", pairs.number("flip_entropy_limit", 0, 1e6), limit);
  forCells(pairs, "flip_entropy", n, [&](const std::string& row, std::size_t t, std::size_t s, const Json& value) {
    const bool none = shape.onlyTeacher[t * n + s] == 0;
    if (value.is_null() && none) return;
    const bool fits =
        value.is_number() && !none && value.get<double>() >= 0 && value.get<double>() <= limit + kRounding;
    if (fits) return;
    pairs.fail(row, none ? "must be null where there are no flips" : "must hold numbers from 0 to flip_entropy_limit",
               shortText(value));
  });
  shape.headroom.resize(n * n);
  forCells(pairs, "headroom", n, [&](const std::string& row, std::size_t t, std::size_t s, const Json& value) {
    shape.headroom[t * n + s] = wholeOf(pairs, row, value, shape.onlyTeacher[t * n + s]);
  });
}

std::size_t modelOf(const JsonReader& entry, const char* key, const Shape& shape) {
  const std::string name = entry.text(key);
  const auto found = std::find(shape.names.begin(), shape.names.end(), name);
  if (found == shape.names.end()) entry.fail(key, "must be the name of one of the models", name.substr(0, 60));
  return static_cast<std::size_t>(found - shape.names.begin());
}

/// Teacher and student of an entry, by the headroom that it must have; answers the cell.
std::size_t checkPair(const JsonReader& entry, const Shape& shape) {
  const std::size_t teacher = modelOf(entry, "teacher", shape), student = modelOf(entry, "student", shape);
  if (teacher == student) entry.fail("teacher", "must be another model than the student", shape.names[student]);
  const std::size_t cell = teacher * shape.models + student;
  checkShare(entry, "headroom", entry.number("headroom", 0, 1),
             static_cast<double>(shape.headroom[cell]) / static_cast<double>(shape.samples));
  entry.text("reason");
  return cell;
}

void checkInterval(const JsonReader& entry) {
  const auto& interval = entry.array("delta_ci95", 2);
  for (const auto& bound : interval) {
    if (!bound.is_number() || !(std::abs(bound.get<double>()) <= 1)) {
      entry.fail("delta_ci95", "must hold numbers from -1 to 1", shortText(bound));
    }
  }
  if (interval[0].get<double>() > interval[1].get<double>()) {
    entry.fail("delta_ci95", "must go from low to high", shortText(interval[0]) + " to " + shortText(interval[1]));
  }
}

void checkRanking(const JsonReader& report, const Shape& shape) {
  const std::size_t length = std::min(kMostRanked, shape.models * (shape.models - 1));
  report.array("ranking", length);
  double before = 1;
  for (std::size_t i = 0; i < length; ++i) {
    const auto entry = report.element("ranking", i);
    const std::size_t cell = checkPair(entry, shape);
    const double headroom = entry.number("headroom", 0, before + kRounding);
    before = headroom;
    const std::size_t mirror = cell % shape.models * shape.models + cell / shape.models;
    const auto share = [&](std::int64_t count) {
      return static_cast<double>(count) / static_cast<double>(shape.samples);
    };
    const std::int64_t gained = shape.onlyTeacher[cell], lost = shape.onlyTeacher[mirror];
    checkShare(entry, "positive_flips", entry.number("positive_flips", 0, 1), share(gained));
    checkShare(entry, "negative_flips", entry.number("negative_flips", 0, 1), share(lost));
    checkShare(entry, "delta_accuracy", entry.number("delta_accuracy", -1, 1), share(gained - lost));
    entry.number("mcnemar_p", 0, 1);
    checkInterval(entry);
    const auto& classes = entry.array("classes");
    if (classes.size() > shape.classes) entry.fail("classes", "must be some of the classes", "more");
    checkTexts(entry, "classes", classes);
  }
}

}  // namespace

nlohmann::ordered_json readShelfReport(const std::filesystem::path& path) {
  constexpr std::size_t kLargest = std::size_t{128} << 20;
  return checkedShelfReport(parseJsonFile(path, kLargest), path.string());
}

nlohmann::ordered_json checkedShelfReport(nlohmann::ordered_json json, const std::string& subject) {
  const JsonReader report(json, subject);
  if (const std::string schema = report.text("schema"); schema != kShelfSchema) {
    report.fail("schema", "must be " + std::string(kShelfSchema) + ", the version that this program reads",
                shortText(Json(schema)));
  }
  Shape shape;
  const auto evaluation = report.object("evaluation");
  evaluation.text("name");
  shape.samples = evaluation.whole("samples", 1, std::int64_t{1} << 40);
  shape.classes = static_cast<std::size_t>(evaluation.whole("classes", 1, 1'000'000));
  checkLeftOut(evaluation);
  shape.models = report.array("models").size();
  if (shape.models < 2) report.fail("models", "must be at least two", std::to_string(shape.models));
  checkShelfSize(shape.models, shape.classes);
  checkManifest(report.object("manifest"), shape);
  checkClasses(report, shape);
  checkModels(report, shape);
  checkPairs(report.object("pairs"), shape);
  checkRanking(report, shape);
  report.array("best_teachers", shape.models);
  for (std::size_t m = 0; m < shape.models; ++m) {
    const auto entry = report.element("best_teachers", m);
    if (modelOf(entry, "student", shape) != m) entry.fail("student", "must be the models in their order", "another");
    checkPair(entry, shape);
  }
  return json;
}

}  // namespace gf
