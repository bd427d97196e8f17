// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "jobs/compare_job.h"
#include "jobs/shelf_job.h"

using namespace gf;
namespace fs = std::filesystem;
namespace {

/// Seven images of 6×6 whose first four pixels are what fixed.pt answers, and their classes. Worked by hand:
///   pixel 0 is Star, 1 triangle, 2 Square, 3 circle for the teacher; hexagon, star, circle, square for the student.
struct Sample {
  std::array<int, 4> pixels;
  int label, teacher, student;
};
constexpr int kCircle = 0, kSquare = 1, kStar = 2, kHexagon = 3;
constexpr std::array<Sample, 7> kSamples{{
    {{200, 255, 10, 20}, kStar, kStar, kStar},  // the teacher's triangle is brightest, and not asked for
    {{10, 20, 200, 30}, kSquare, kSquare, kCircle},
    {{10, 20, 30, 200}, kCircle, kCircle, kSquare},
    {{200, 10, 20, 30}, kHexagon, kStar, kHexagon},  // the teacher knows no hexagon
    {{10, 20, 200, 30}, kCircle, kSquare, kCircle},
    {{20, 10, 30, 200}, kStar, kCircle, kSquare},
    {{10, 20, 30, 200}, kCircle, kCircle, kSquare},
}};

std::string bigEndian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

class Shapes {
 public:
  Shapes() : root_(fs::temp_directory_path() / ("gf-labels-" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(data());
    setenv("XDG_CACHE_HOME", (root_ / "cache").c_str(), 1);
    setenv("GAINFINDER_PROGRAM", GF_TEST_PROGRAM, 1);
    const auto count = static_cast<std::uint32_t>(kSamples.size());
    std::string images = bigEndian(0x803) + bigEndian(count) + bigEndian(6) + bigEndian(6);
    std::string labels = bigEndian(0x801) + bigEndian(count);
    for (const Sample& sample : kSamples) {
      for (const int pixel : sample.pixels) images += static_cast<char>(pixel);
      images += std::string(32, '\0');
      labels += static_cast<char>(sample.label);
    }
    writeAtomically(data() / "t10k-images-idx3-ubyte", images);
    writeAtomically(data() / "t10k-labels-idx1-ubyte", labels);
    writeAtomically(data() / "classes.txt", "circle\nsquare\nstar\nhexagon\n");
  }
  ~Shapes() { fs::remove_all(root_); }
  fs::path data() const { return root_ / "shapes"; }

  CompareRequest request(const std::vector<std::string>& studentClasses) const {
    const fs::path file = fs::path(GF_MODEL_FIXTURES) / "fixed.pt";
    return {{file, {{"name", "learner"}, {"classes", studentClasses}}}, {{file, nullptr}}, data(), "cpu", 1};
  }

 private:
  fs::path root_;
};

const std::vector<std::string> kOtherOrder{"hexagon", "star", "circle", "square"};

}  // namespace

TEST_CASE("models with other orders of classes are compared by name, as worked by hand") {
  const Shapes shapes;
  std::vector<LogEntry> said;
  const LogSubscription listening([&](const LogEntry& entry) { said.push_back(entry); });
  for (int time = 0; time < 2; ++time) {  // the second time from the stored evaluations
    CAPTURE(time);
    said.clear();
    CompareJob job(shapes.request(kOtherOrder));
    job.run({});
    const auto result = job.result();
    REQUIRE(result);
    const Predictions &teacher = result->teacherPredictions.front(), &student = result->studentPredictions;
    REQUIRE(teacher.classes == 4);
    for (std::size_t i = 0; i < kSamples.size(); ++i) {
      CAPTURE(i);
      CHECK(teacher.predicted[i] == kSamples[i].teacher);
      CHECK(student.predicted[i] == kSamples[i].student);
      CHECK(teacher.row(i)[kHexagon] == -std::numeric_limits<float>::infinity());
      CHECK(teacher.probability(i, kHexagon) == 0);
      double sum = 0;
      for (std::size_t k = 0; k < 4; ++k) sum += teacher.probability(i, k);
      CHECK(sum == doctest::Approx(1).epsilon(1e-12));
      CHECK(teacher.confidence(i) <= 1);
    }
    // Only the teacher is right on samples 1, 2 and 6, only the student on 3 and 4.
    const auto& all = result->knowledge.front().all;
    CHECK(all.positiveFlips() == doctest::Approx(3.0 / 7).epsilon(1e-12));
    CHECK(all.negativeFlips() == doctest::Approx(2.0 / 7).epsilon(1e-12));
    CHECK(all.deltaAccuracy() == doctest::Approx(1.0 / 7).epsilon(1e-12));
    REQUIRE(said.size() == 2);
    CHECK(said[0].level == LogLevel::Info);
    CHECK(said[0].text.find("learner: its classes come in another order") == 0);
    CHECK(said[1].level == LogLevel::Warning);
    CHECK(said[1].text.find("1 of its 4 classes are not in the data") != std::string::npos);
    CHECK(said[1].text.find("does not know 1 of 4 classes (hexagon)") != std::string::npos);
  }
}

TEST_CASE("a student must know every class of the data, a teacher one") {
  const Shapes shapes;
  try {
    CompareJob(shapes.request({"ring", "star", "circle", "square"})).run({});
    FAIL("the student knows no hexagon");
  } catch (const Error& failure) {
    CHECK(failure.kind() == ErrorKind::Input);
    CHECK(failure.observed().find("lacks 1 of 4 classes (hexagon)") != std::string::npos);
  }
  CompareRequest request = shapes.request(kOtherOrder);
  request.teachers.front().metadata = {{"classes", {"dog", "cat", "cow", "hen"}}};
  CHECK_THROWS_AS(CompareJob(request).run({}), Error);
}

TEST_CASE("a shelf matches classes by name as well, and knows what a comparison evaluated") {
  const Shapes shapes;
  const fs::path file = fs::path(GF_MODEL_FIXTURES) / "fixed.pt";
  const std::vector<std::string> thirdOrder{"square", "circle", "hexagon", "star"};
  const ModelChoice one{file, {{"name", "one"}, {"classes", kOtherOrder}}};
  const ModelChoice two{file, {{"name", "two"}, {"classes", thirdOrder}}};
  ShelfJob job({{one, two, {file, nullptr}}, shapes.data(), "cpu", 1});
  job.run({});
  const auto shelf = job.result();
  REQUIRE(shelf->models.size() == 2);
  REQUIRE(shelf->leftOut.size() == 1);
  CHECK(shelf->leftOut[0].find("lacks 1 of 4 classes (hexagon)") != std::string::npos);
  // One is right on samples 0, 3 and 4, two on sample 5 alone.
  CHECK(shelf->knowledge.right == std::vector<std::int64_t>{3, 1});
  CHECK(shelf->knowledge.onlyTeacher == std::vector<std::int64_t>{0, 3, 1, 0});
  const auto stored = [] {
    const auto files = fs::directory_iterator(cacheFolder() / "predictions");
    return std::distance(fs::begin(files), fs::end(files));
  };
  const auto before = stored();
  CompareJob pair({one, {two}, shapes.data(), "cpu", 1});
  pair.run({});
  CHECK(stored() == before);
  CHECK(pair.result()->knowledge.front().all.onlyTeacher == 1);
  CHECK(pair.result()->knowledge.front().all.onlyStudent == 3);
}
