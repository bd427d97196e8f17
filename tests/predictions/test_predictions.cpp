// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/log.h"
#include "models/fixtures.h"
#include "predictions/predictions.h"

using namespace gf_test;

namespace {

gf::Predictions sample() {
  gf::Predictions result{3, 2, {0.f, 1.f, 2.f, 2.f, -5.f, -6.f}, {}};
  gf::fillPredicted(result);
  return result;
}

/// What numpy.save writes for numpy.array([[0, 1], [2, 2], [-5, -6]], dtype="<f4") (NumPy 2).
std::string numpyBytes() {
  std::string bytes("\x93NUMPY\x01\x00\x76\x00", 10);
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
  header.resize(117, ' ');
  bytes += header + "\n";
  const unsigned char values[] = {0, 0, 0, 0,    0, 0, 0x80, 0x3f, 0, 0, 0,    0x40,
                                  0, 0, 0, 0x40, 0, 0, 0xa0, 0xc0, 0, 0, 0xc0, 0xc0};
  return bytes.append(reinterpret_cast<const char*>(values), sizeof values);
}

}  // namespace

TEST_CASE("the prediction is the highest logit; ties go to the lower index") {
  CHECK(sample().predicted == std::vector<std::int32_t>{1, 0, 0});
}

TEST_CASE("probabilities are the softmax") {
  const gf::Predictions predictions = sample();
  CHECK(predictions.probability(0, 1) == doctest::Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-12));
  CHECK(predictions.probability(1, 0) == 0.5);
  CHECK(predictions.confidence(2) == doctest::Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-12));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(predictions.probability(i, 0) + predictions.probability(i, 1) == doctest::Approx(1).epsilon(1e-15));
  }
  gf::Predictions large{1, 3, {3e38f, -3e38f, 3e38f}, {}};
  gf::fillPredicted(large);
  CHECK(large.probability(0, 0) == 0.5);
  CHECK(large.probability(0, 1) == 0);
}

TEST_CASE("accuracy is the share of right ones") {
  const std::vector<std::int32_t> predicted{0, 1, 2, 1}, labels{0, 1, 1, 0};
  CHECK(gf::accuracyOf(predicted, labels) == 0.5);
  CHECK(gf::accuracyOf({}, {}) == 0);
  CHECK_THROWS_AS(gf::accuracyOf(predicted, std::vector<std::int32_t>{1}), gf::Error);
}

TEST_CASE("a written file is what NumPy itself writes, byte for byte, and reads back") {
  const Scratch scratch;
  gf::writeNpy(scratch / "a.npy", sample());
  CHECK(bytesOf(scratch / "a.npy") == numpyBytes());
  const gf::Predictions read = gf::readNpy(scratch / "a.npy");
  CHECK(read.samples == 3);
  CHECK(read.classes == 2);
  CHECK(read.logits == sample().logits);
  CHECK(read.predicted == sample().predicted);
}

TEST_CASE("what is read lies in the file: it outlives its name, and a part that is lost is an error") {
  const Scratch scratch;
  gf::Predictions large{1 << 16, 10, std::vector<float>(10 << 16, 0.5F), {}};
  large.logits.own()[7] = 2;
  large.logits.own().back() = 3;
  gf::fillPredicted(large);
  gf::writeNpy(scratch / "a.npy", large);
  gf::Predictions read = gf::readNpy(scratch / "a.npy");
  const gf::Predictions copy = read;
  gf::writeNpy(scratch / "a.npy", sample());  // as every program here replaces a file
  CHECK(read.logits == large.logits);
  CHECK(read.predicted == large.predicted);
  read.logits.own()[7] = 4;
  CHECK(read.row(0)[7] == 4);
  CHECK(copy.row(0)[7] == 2);

  gf::writeNpy(scratch / "b.npy", large);
  const gf::Predictions cut = gf::readNpy(scratch / "b.npy");
  fs::resize_file(scratch / "b.npy", 4096);
  CHECK(std::accumulate(cut.logits.begin(), cut.logits.end(), 0.0) < 1000);  // zeros where nothing is left
  const gf::Error error = failureOf([&] { static_cast<void>(cut.row(0)); });
  CHECK(error.kind() == gf::ErrorKind::Run);
}

TEST_CASE("files that are not float32 [N, C] of exactly that length are refused") {
  const Scratch scratch;
  const std::string whole = numpyBytes();
  std::vector<std::string> broken{"", "x", whole + "x", std::string(4000, 'x')};
  for (std::size_t cut = 1; cut < whole.size(); cut += 5) broken.push_back(whole.substr(0, cut));
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string bytes = whole;
    bytes.replace(bytes.find(from), from.size(), to);
    broken.push_back(bytes);
  };
  changed("<f4", "<f8");
  changed("<f4", ">f4");
  changed("<f4", "|O ");
  changed("False", "True ");
  changed("(3, 2)", "(3, 3)");
  changed("(3, 2)", "(6,)  ");
  changed("(3, 2), }", "(999999999, 999999999), }");
  changed("(3, 2), }", "(99999999999999999999, 2), }");
  changed("{'descr'", "{'other'");
  changed(std::string("\x01\x00", 2), std::string("\x02\x00", 2));
  changed("\x40", "\x7f");  // makes nothing but a larger number: must still read
  broken.pop_back();
  std::string infinite = whole;
  infinite[infinite.size() - 1] = '\x7f';
  infinite[infinite.size() - 2] = '\x80';
  broken.push_back(infinite);
  for (const std::string& bytes : broken) {
    CAPTURE(bytes.size());
    write(scratch / "b.npy", bytes);
    const gf::Error error = failureOf([&] { gf::readNpy(scratch / "b.npy"); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK_FALSE(error.rule().empty());
  }
  CHECK_THROWS_AS(gf::readNpy(scratch / "absent.npy"), gf::Error);
  CHECK_THROWS_AS(gf::readNpy(scratch.folder()), gf::Error);
}

TEST_CASE("a class of -infinity throughout is one that the model does not know") {
  const Scratch scratch;
  constexpr float never = -std::numeric_limits<float>::infinity();
  const auto written = [&](std::vector<float> logits) {
    gf::Predictions predictions{2, 3, std::move(logits), {}};
    gf::fillPredicted(predictions);
    gf::writeNpy(scratch / "c.npy", predictions);
    return gf::readNpy(scratch / "c.npy");
  };
  const gf::Predictions read = written({never, 1, 2, never, 4, 3});
  CHECK(read.predicted == std::vector<std::int32_t>{2, 1});
  CHECK(read.probability(0, 0) == 0);
  CHECK(read.confidence(0) == doctest::Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-12));
  for (const std::vector<float>& wrong : {std::vector<float>{never, 1, 2, 0, 4, 3},
                                          {0, 1, 2, never, 4, 3},
                                          {never, never, never, never, never, never},
                                          {-never, 1, 2, -never, 4, 3},
                                          {std::nanf(""), 1, 2, 3, 4, 3}}) {
    CHECK_THROWS_AS(written(wrong), gf::Error);
  }
}

TEST_CASE("the store gives back what was put, and nothing for a damaged file") {
  const Scratch scratch;
  const gf::PredictionStore store(scratch / "evaluations");
  CHECK_FALSE(store.find("key").has_value());
  store.put("key", sample());
  REQUIRE(store.find("key").has_value());
  CHECK(store.find("key")->logits == sample().logits);
  CHECK_FALSE(store.find("other").has_value());
  write(scratch / "evaluations/key.npy", numpyBytes().substr(0, 140));
  CHECK_FALSE(store.find("key").has_value());
}

TEST_CASE("a store that cannot be written is said and nothing else") {
  const Scratch scratch;
  write(scratch / "file", "x");
  std::vector<std::string> lines;
  const gf::LogSubscription listen([&](const gf::LogEntry& entry) { lines.push_back(entry.text); });
  const gf::PredictionStore store(scratch / "file");
  store.put("key", sample());
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("could not be kept") != std::string::npos);
  CHECK(bytesOf(scratch / "file") == "x");
}
