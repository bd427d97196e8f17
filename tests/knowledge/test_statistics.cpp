// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "knowledge/statistics.h"

using namespace gf;

namespace {

const nlohmann::json& golden() {
  static const nlohmann::json json = nlohmann::json::parse(std::ifstream(GF_TEST_DATA "/golden.json"));
  return json;
}

double sampleDeviation(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  return populationDeviation(values) * std::sqrt(n / (n - 1));
}

}  // namespace

TEST_CASE("McNemar against exact fractions") {
  for (const auto& each : golden().at("mcnemar")) {
    CAPTURE(each.dump());
    const double p = mcnemar(each[0].get<std::int64_t>(), each[1].get<std::int64_t>());
    const double expected = each[2].get<double>();
    CHECK(std::abs(p - expected) <= 1e-12 * expected);
  }
}

TEST_CASE("McNemar at sizes where factorials overflow") {
  // Far out in the centre the normal approximation with continuity correction is accurate to its third-order term.
  const std::int64_t n = 1'000'000'000, shift = 40'000;
  const double z = (2.0 * shift - 1) / std::sqrt(static_cast<double>(n));
  CHECK(mcnemar(n / 2 + shift, n / 2 - shift) == doctest::Approx(std::erfc(z / std::sqrt(2.0))).epsilon(1e-5));
  CHECK(mcnemar(1'000'000, 0) == 0);  // below the smallest double
  CHECK(mcnemar(n, n) == 1);
  CHECK(mcnemar(n + 1, n) == 1);
  CHECK_THROWS_AS(mcnemar(-1, 3), Error);
}

TEST_CASE("bootstrap hits the quantiles of the whole distribution") {
  const auto& cases = golden().at("bootstrap");
  CHECK(cases.size() > 10);
  for (const auto& each : cases) {
    CAPTURE(each.dump());
    const auto samples = each.at("samples").get<std::int64_t>();
    const auto interval =
        bootstrapDelta(each.at("gained").get<std::int64_t>(), each.at("lost").get<std::int64_t>(), samples, 7);
    CHECK(interval.low == each.at("bounds")[0].get<double>() / static_cast<double>(samples));
    CHECK(interval.high == each.at("bounds")[1].get<double>() / static_cast<double>(samples));
  }
}

TEST_CASE("bootstrap against the analytic normal interval") {
  struct Case {
    std::int64_t gained, lost, samples;
  };
  for (const Case c : {Case{271, 104, 10000}, {2000, 2500, 50000}, {20000, 15000, 50000}, {3000, 0, 50000}}) {
    const auto n = static_cast<double>(c.samples);
    const double g = static_cast<double>(c.gained) / n, l = static_cast<double>(c.lost) / n;
    const double error = std::sqrt((g + l - (g - l) * (g - l)) / n);
    double middle = 0;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      const auto interval = bootstrapDelta(c.gained, c.lost, c.samples, seed);
      // The standard error of a 2.5 % quantile of 2,000 draws is 0.06 of the deviation: 4 of them, plus the counts'
      // grid.
      const double tolerance = 0.25 * error + 1 / n;
      CHECK(std::abs(interval.low - (g - l - 1.959964 * error)) < tolerance);
      CHECK(std::abs(interval.high - (g - l + 1.959964 * error)) < tolerance);
      middle += (interval.low + interval.high) / 16;
    }
    CHECK(std::abs(middle - (g - l)) < 0.1 * error + 1 / n);
  }
}

TEST_CASE("bootstrap: the seed decides, degenerate counts need no luck") {
  const auto one = bootstrapDelta(271, 104, 10000, 3), same = bootstrapDelta(271, 104, 10000, 3);
  CHECK(one.low == same.low);
  CHECK(one.high == same.high);
  const auto other = bootstrapDelta(271, 104, 10000, 4);
  CHECK((one.low != other.low || one.high != other.high));
  for (const std::int64_t n : {1, 5, 50000}) {
    CHECK(bootstrapDelta(n, 0, n, 1).low == 1);
    CHECK(bootstrapDelta(0, n, n, 1).high == -1);
    CHECK(bootstrapDelta(0, 0, n, 1).low == 0);
    CHECK(bootstrapDelta(0, 0, n, 1).high == 0);
  }
  CHECK_THROWS_AS(bootstrapDelta(0, 0, 0, 1), Error);
  CHECK_THROWS_AS(bootstrapDelta(6, 5, 10, 1), Error);
  CHECK_THROWS_AS(bootstrapDelta(-1, 5, 10, 1), Error);
  CHECK_THROWS_AS(bootstrapDelta(1, 1, 10, 1, 0), Error);
}

TEST_CASE("mean, median, deviation") {
  CHECK(mean(std::vector<double>{1, 2, 6}) == 3);
  CHECK(median(std::vector<double>{6, 1, 2}) == 2);
  CHECK(median(std::vector<double>{4, 1, 3, 2}) == 2.5);
  CHECK(populationDeviation(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9}) == 2);
  CHECK(populationDeviation(std::vector<double>{5}) == 0);
  CHECK_THROWS_AS(mean({}), Error);
  CHECK_THROWS_AS(median({}), Error);
  CHECK_THROWS_AS(populationDeviation({}), Error);
}

TEST_CASE("the published tables: mean and ± are those of ddof 0") {
  // Transfer deltas of four teachers per student (table 7, in points) and the printed mean ± of table 1.
  struct Row {
    std::vector<double> deltas;
    double mean, deviation;
  };
  const std::vector<Row> rows{{{0.54, 0.43, 0.14, -0.71}, 0.10, 0.49},     // PiT-XS, KL-Dist
                              {{0.55, 0.44, 0.37, 0.23}, 0.40, 0.12},      // PiT-XS, KL+DP
                              {{0.38, -0.07, -0.2, -0.32}, -0.05, 0.26},   // SeNet154, KL-Dist
                              {{0.23, 0.41, -1.1, -1.57}, -0.51, 0.85},    // ConvNext, KL-Dist
                              {{1.29, 1.45, 0.57, 0.52}, 0.96, 0.42},      // XCiT-P16, unsupervised KL+DP
                              {{0.34, 0.11, -0.23, -0.56}, -0.09, 0.34},   // ResNetV2, KL-Dist
                              {{0.32, 0.22, -0.64, -1.07}, -0.29, 0.58}};  // Mixer-B16, KL-Dist
  for (const auto& row : rows) {
    CHECK(std::abs(mean(row.deltas) - row.mean) <= 0.01);
    CHECK(std::abs(populationDeviation(row.deltas) - row.deviation) <= 0.01);
    CHECK(std::abs(sampleDeviation(row.deltas) - row.deviation) > 0.01);  // ddof 1 is not what was printed
  }
}

TEST_CASE("Wilson's interval, worked out with 40 digits, and at its ends") {
  const auto near = [](Interval found, double low, double high) {
    CHECK(found.low == doctest::Approx(low).epsilon(1e-9));
    CHECK(found.high == doctest::Approx(high).epsilon(1e-9));
  };
  near(wilson(10, 100), 0.055229137061, 0.174365661505);
  near(wilson(271, 973), 0.251266520630, 0.307515514972);
  near(wilson(0, 20), 0, 0.161125158053);
  near(wilson(20, 20), 1 - 0.161125158053, 1);
  near(wilson(0, 0), 0, 1);
}
