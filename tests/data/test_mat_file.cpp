// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <limits>

#include "base/error.h"
#include "base/random.h"
#include "data/mat_file.h"
#include "helpers.h"

using namespace gf;
using Kind = MatValue::Kind;

namespace {

MatFile opened(const std::string& name) {
  return MatFile(test::golden("mat/" + name), name);
}

std::string ruleOf(const std::string& bytes) {
  try {
    MatFile(bytes, "x.mat");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == "x.mat");
    CHECK_FALSE(error.observed().empty());
    return error.rule();
  }
  return {};
}

}  // namespace

TEST_CASE("what SciPy writes is read as it was") {
  const MatFile file = opened("kinds.mat");
  // Columns first.
  const std::vector<double> numbers = {1, 4, 2, 5, 3, 6};
  for (const char* type :
       {"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"}) {
    CAPTURE(type);
    CHECK(file.variable("v_" + std::string(type), Kind::Numbers).numbers == numbers);
  }
  CHECK(file.variable("negative", Kind::Numbers).numbers == std::vector<double>{-1, -128});
  CHECK(file.variable("half", Kind::Numbers).numbers == std::vector<double>{0.5, -2.25});
  CHECK(file.variable("text", Kind::Text).text == "Fuß 汉 😀");
  CHECK(file.variable("empty", Kind::Numbers).count == 0);
  const MatValue& nested = file.variable("nested", Kind::Cells);
  REQUIRE(nested.values.size() == 2);
  CHECK(nested.values[0].values[0].text == "deep");
  CHECK(nested.values[0].values[1].numbers == std::vector<double>{7});
  CHECK(nested.values[1].text == "flat");
  CHECK_FALSE(file.has("nothing"));
  CHECK_THROWS_AS(file.variable("nothing", Kind::Text), Error);
  CHECK_THROWS_AS(file.variable("text", Kind::Numbers), Error);
  CHECK_THROWS_AS(file.texts("nested"), Error);
}

TEST_CASE("the other byte order") {
  const MatFile file = opened("big.mat");
  CHECK(file.variable("numbers", Kind::Numbers).numbers == std::vector<double>{1, -2.5, 1e300});
  CHECK(file.variable("text", Kind::Text).text == "Fuß!");
}

TEST_CASE("records are asked by field") {
  const MatFile file = opened("meta.mat");
  const MatRecords synsets(file, "synsets");
  REQUIRE(synsets.size() == 5);
  CHECK(synsets.has("gloss"));
  CHECK_FALSE(synsets.has("Gloss"));
  CHECK(synsets.number(4, "ILSVRC2012_ID") == 1001);
  CHECK(synsets.text(3, "WNID") == "n01440764");
  CHECK_THROWS_AS(synsets.number(0, "WNID"), Error);
  CHECK_THROWS_AS(synsets.number(4, "children"), Error);  // four of them
  CHECK_THROWS_AS(synsets.text(0, "num_children"), Error);
  CHECK_THROWS_AS(synsets.text(0, "none"), Error);
}

TEST_CASE("what is no such file is refused with its reason") {
  CHECK(ruleOf("").find("MATLAB 5") != std::string::npos);
  CHECK(ruleOf(std::string(500, ' ')).find("MATLAB 5") != std::string::npos);
  CHECK(ruleOf("MATLAB 7.3 MAT-file, Platform: GLNXA64" + std::string(500, ' ')).find("MATLAB 5") != std::string::npos);
  const std::string sound = test::golden("mat/cars_annos.mat");
  for (std::size_t keep : {127UL, 129UL, 140UL, 200UL, sound.size() - 9})
    CHECK_FALSE(ruleOf(sound.substr(0, keep)).empty());
  // Two sizes of 2^31 elements.
  std::string huge = test::golden("mat/big.mat");
  const std::size_t sizes = huge.find(std::string("\0\0\0\1\0\0\0\3", 8));
  REQUIRE(sizes != std::string::npos);
  huge.replace(sizes, 8, "\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF");
  CHECK(ruleOf(huge).find("so many elements") != std::string::npos);
}

TEST_CASE("damaged files are refused or read, never more") {
  Random random(7);
  int refused = 0, cases = 0;
  for (const char* name : {"kinds.mat", "meta.mat", "cars_annos.mat", "big.mat"}) {
    const std::string sound = test::golden("mat/" + std::string(name));
    for (int i = 0; i < 300; ++i, ++cases) {
      std::string bytes = sound;
      const std::size_t at = 120 + random.below(bytes.size() - 120);
      if (i % 4 == 0) bytes.resize(at);
      if (i % 4 == 1) bytes.erase(at, 1 + random.below(9));
      if (i % 4 == 2) bytes.insert(at, bytes.substr(at, 1 + random.below(40)));
      if (i % 4 == 3) {
        for (int k = 0; k < 3; ++k)
          bytes[120 + random.below(bytes.size() - 120)] = static_cast<char>(random.below(256));
      }
      CAPTURE(name);
      CAPTURE(i);
      refused += !ruleOf(bytes).empty();
    }
  }
  MESSAGE(refused << " of " << cases << " damaged files were refused");
  CHECK(refused > cases / 2);
}
