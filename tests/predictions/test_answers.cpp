// SPDX-License-Identifier: Apache-2.0
// The answers alone, as a shelf of models needs them.
#include <doctest/doctest.h>

#include "base/log.h"
#include "images.h"
#include "models/fixtures.h"
#include "predictions/evaluate.h"

using namespace gf_test;
using Ints = std::vector<std::int32_t>;
namespace fs = std::filesystem;

namespace {

/// What numpy.save writes for numpy.array([2, 0, 1], dtype="<i4") (NumPy 2).
std::string numpyBytes() {
  std::string bytes("\x93NUMPY\x01\x00\x76\x00", 10);
  std::string header = "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }";
  header.resize(117, ' ');
  return bytes + header + "\n" + std::string("\2\0\0\0\0\0\0\0\1\0\0\0", 12);
}

gf::Predictions sample() {
  gf::Predictions result{3, 3, {0, 1, 2, 5, 3, 4, 0, 9, 8}, {}};
  gf::fillPredicted(result);
  return result;
}

}  // namespace

TEST_CASE("written answers are what NumPy itself writes, byte for byte, and read back") {
  const Scratch scratch;
  gf::writeAnswers(scratch / "a.npy", Ints{2, 0, 1});
  CHECK(bytesOf(scratch / "a.npy") == numpyBytes());
  CHECK(gf::readAnswers(scratch / "a.npy", 3, 3) == Ints{2, 0, 1});
  gf::writeAnswers(scratch / "none.npy", {});
  CHECK(gf::readAnswers(scratch / "none.npy", 0, 3).empty());
}

TEST_CASE("files that are not so many answers among so many classes are refused") {
  const Scratch scratch;
  const std::string whole = numpyBytes();
  std::vector<std::string> broken{"", "x", whole + "x"};
  for (std::size_t cut = 1; cut < whole.size(); cut += 5) broken.push_back(whole.substr(0, cut));
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"<i4", "<u4"},
                                 {"(3,)", "(4,)"},
                                 {"(3,)", "(3 )"},
                                 {"False", "True "},
                                 {std::string("\2\0\0\0", 4), std::string("\3\0\0\0", 4)},
                                 {std::string("\2\0\0\0", 4), std::string("\xff\xff\xff\xff", 4)}}) {
    std::string bytes = whole;
    bytes.replace(bytes.rfind(from), from.size(), to);
    broken.push_back(bytes);
  }
  for (const std::string& bytes : broken) {
    CAPTURE(bytes.size());
    write(scratch / "b.npy", bytes);
    const gf::Error error = failureOf([&] { gf::readAnswers(scratch / "b.npy", 3, 3); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK_FALSE(error.rule().empty());
  }
  write(scratch / "b.npy", whole);
  CHECK_THROWS_AS(gf::readAnswers(scratch / "b.npy", 2, 3), gf::Error);
  CHECK_THROWS_AS(gf::readAnswers(scratch / "b.npy", 3, 2), gf::Error);
}

TEST_CASE("answers are stored with the logits, found alone, and made again from them") {
  const Scratch scratch;
  const gf::PredictionStore store(scratch / "evaluations");
  CHECK_FALSE(store.findAnswers("key", 3, 3).has_value());
  store.put("key", sample());
  const fs::path logits = scratch / "evaluations/key.npy", answers = scratch / "evaluations/key.answers.npy";
  REQUIRE(fs::exists(logits));
  CHECK(store.findAnswers("key", 3, 3) == sample().predicted);
  CHECK_FALSE(store.findAnswers("key", 4, 3).has_value());
  fs::remove(logits);
  CHECK(store.findAnswers("key", 3, 3) == sample().predicted);
  CHECK_FALSE(store.find("key").has_value());
  // Damaged is absent; what the logits say is written again.
  write(answers, numpyBytes().substr(0, 130));
  CHECK_FALSE(store.findAnswers("key", 3, 3).has_value());
  gf::writeNpy(logits, sample());
  CHECK(store.findAnswers("key", 3, 3) == sample().predicted);
  fs::remove(logits);
  CHECK(store.findAnswers("key", 3, 3) == sample().predicted);
}

TEST_CASE("a model runs once for its answers, and not at all where its logits are known") {
  const Scratch scratch;
  const gf::PredictionStore store(scratch / "evaluations");
  const auto images = std::make_shared<Images>(40);
  int opened = 0;
  const auto openModel = [&] {
    ++opened;
    return open("scripted.pt");
  };
  const Ints first = gf::answersOnce("one", 3, openModel, images, store, {});
  CHECK(opened == 1);
  gf::Classifier model = open("scripted.pt");
  CHECK(first == gf::evaluate(model, images, {}).predicted);
  const std::size_t reads = images->reads();
  CHECK(gf::answersOnce("one", 3, openModel, images, store, {}) == first);
  CHECK(opened == 1);
  CHECK(images->reads() == reads);
  // A small evaluation keeps its logits too: the pair needs no second run.
  REQUIRE(store.find("one").has_value());
  CHECK(store.find("one")->predicted == first);
  store.put("two", *store.find("one"));
  fs::remove(scratch / "evaluations/two.answers.npy");
  CHECK(gf::answersOnce("two", 3, openModel, images, store, {}) == first);
  CHECK(opened == 1);
}
