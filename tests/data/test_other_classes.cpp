// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/error.h"
#include "data/other_classes.h"
#include "layouts.h"

using namespace gf;
using test::TempFolder;

namespace {

struct Numbers : TempFolder {
  Numbers() {
    test::write(*this / "t10k-images-idx3-ubyte", test::idxImages(10));
    test::write(*this / "t10k-labels-idx1-ubyte", test::idxLabels(10, 4));  // 0 1 2 3 0 1 2 3 0 1
    test::write(*this / "classes.txt", "a\nb\nc\nd\n");
    data = openData(path()).eval;
  }
  std::shared_ptr<const DataSet> data;
};

}  // namespace

TEST_CASE("images are labelled by other classes, and those of none are left out") {
  const Numbers numbers;
  const ClassList wanted{{"c", "x", "a"}, {"n1", "n2", "n3"}};
  const auto fitted = labelledBy(numbers.data, {2, -1, 0, -1}, wanted, "numbers");
  CHECK(fitted->size() == 5);
  CHECK(test::labelsOf(*fitted) == std::vector<std::int32_t>{2, 0, 2, 0, 2});
  CHECK(fitted->classNames() == wanted.names);
  CHECK(fitted->wnids() == wanted.wnids);
  const std::vector<std::size_t> whole{0, 2, 4, 6, 8};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CHECK(fitted->sampleName(i) == numbers.data->sampleName(whole[i]));
    CHECK(fitted->image(i).bytes == numbers.data->image(whole[i]).bytes);
  }
  CHECK_THROWS_AS(fitted->image(5), Error);
}

TEST_CASE("the identity says how images are labelled; where nothing moves it is the data's own") {
  const Numbers numbers;
  const ClassList same{{"A", "B", "C", "D"}, {}}, more{{"a", "b", "c", "d", "e"}, {}};
  CHECK(labelledBy(numbers.data, {0, 1, 2, 3}, same, "numbers") == numbers.data);
  const auto moved = labelledBy(numbers.data, {1, 0, 2, 3}, same, "numbers");
  const auto wider = labelledBy(numbers.data, {0, 1, 2, 3}, more, "numbers");
  CHECK(moved->identity() != numbers.data->identity());
  CHECK(wider->identity() != numbers.data->identity());
  CHECK(wider->identity() != moved->identity());
  CHECK(labelledBy(numbers.data, {1, 0, 2, 3}, same, "again")->identity() == moved->identity());
}

TEST_CASE("data without an image of a shared class is refused") {
  const Numbers numbers;
  try {
    labelledBy(numbers.data, {-1, -1, -1, -1}, {{"x"}, {}}, "numbers, test");
    FAIL_CHECK("was accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == "numbers, test");
    CHECK(error.observed() == "none of 10");
  }
}
