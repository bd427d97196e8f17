// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "data/dataset.h"
#include "data/idx_format.h"
#include "helpers.h"

using namespace gf;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

void writeSplit(const TempFolder& folder, const std::string& split, std::uint32_t count, bool packed = false) {
  const std::string ending = packed ? ".gz" : "";
  const auto images = test::idxImages(count), labels = test::idxLabels(count);
  test::write(folder / (split + "-images-idx3-ubyte" + ending), packed ? test::gzip(images) : images);
  test::write(folder / (split + "-labels-idx1-ubyte" + ending), packed ? test::gzip(labels) : labels);
}

const fs::path kFashion = "/usr/share/datasets/fashion-mnist";
const std::vector<std::string> kFashionNames = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                                "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

std::int64_t sumOf(const Pixels& pixels) {
  std::int64_t sum = 0;
  for (const auto byte : pixels.bytes) sum += byte;
  return sum;
}

}  // namespace

TEST_CASE("an IDX array is read with its sizes") {
  const auto array = parseIdx(test::idxImages(3, 2, 4), 3, "x");
  CHECK(array.dims == std::vector<std::uint32_t>{3, 2, 4});
  CHECK(array.bytes().size() == 24);
  CHECK(array.bytes()[9] == 7 + 1);
  const auto packed = parseIdx(test::gzip(test::idxImages(3, 2, 4)), 3, "x");
  CHECK(packed.file == array.file);
}

TEST_CASE("an IDX folder opens with both splits") {
  TempFolder folder;
  writeSplit(folder, "train", 30);
  writeSplit(folder, "t10k", 12);
  const auto source = openData(folder.path());
  CHECK(source.kind == "IDX");
  CHECK(source.evalName == "t10k");
  REQUIRE(source.train);
  CHECK(source.train->size() == 30);
  CHECK(source.eval->size() == 12);
  CHECK(source.eval->labels()[11] == 1);
  CHECK(source.eval->sampleName(11) == "t10k #11");
  CHECK(source.eval->classNames() == std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
  const auto pixels = source.eval->image(2);
  CHECK(pixels.width == 5);
  CHECK(pixels.height == 4);
  CHECK(pixels.channels == 1);
  CHECK(pixels.bytes[3] == 17);
  CHECK(source.eval->identity().size() == 64);
  CHECK(source.eval->identity() != source.train->identity());
}

TEST_CASE("packed files hold the same data as plain ones") {
  TempFolder plain, packed;
  writeSplit(plain, "t10k", 12);
  writeSplit(packed, "t10k", 12, true);
  const auto a = openData(plain.path()), b = openData(packed.path());
  CHECK(a.eval->identity() == b.eval->identity());
  CHECK(a.eval->image(7).bytes == b.eval->image(7).bytes);
  CHECK_FALSE(a.train);
}

TEST_CASE("the identity follows the content and the class names") {
  TempFolder folder;
  writeSplit(folder, "t10k", 12);
  const auto before = openData(folder.path()).eval->identity();
  CHECK(openData(folder.path()).eval->identity() == before);
  test::write(folder / "classes.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
  const auto renamed = openData(folder.path()).eval->identity();
  CHECK(renamed != before);
  auto images = test::idxImages(12);
  images.back() = static_cast<char>(images.back() + 1);
  test::write(folder / "t10k-images-idx3-ubyte", images);
  CHECK(openData(folder.path()).eval->identity() != renamed);
}

TEST_CASE("classes.txt names the classes, and their number bounds the labels") {
  TempFolder folder;
  test::write(folder / "t10k-images.idx3-ubyte", test::idxImages(20));
  test::write(folder / "t10k-labels.idx1-ubyte", test::idxLabels(20, 12));
  CHECK_THROWS_AS(openData(folder.path()), Error);  // Label 10 without names.
  std::string names;
  for (char c = 'a'; c < 'a' + 12; ++c) names += std::string(1, c) + " class\r\n";
  test::write(folder / "classes.txt", names + "\n");
  const auto source = openData(folder.path());
  CHECK(source.eval->classNames().size() == 12);
  CHECK(source.eval->classNames()[11] == "l class");
  for (const char* bad : {"", "one\n", "a\nb\na\n", "a\n\nb\n", "a\n\xFF\xFE\n", "a\nb\tc\n"}) {
    test::write(folder / "classes.txt", bad);
    CHECK_THROWS_AS(openData(folder.path()), Error);
  }
}

TEST_CASE("Fashion-MNIST's names follow the folder's name, too") {
  TempFolder folder;
  for (const char* name : {"my-Fashion-subset", "FashionMNIST/raw", "fashion/other"}) {
    const auto inner = folder / name;
    test::write(inner / "t10k-images-idx3-ubyte", test::idxImages(4));
    test::write(inner / "t10k-labels-idx1-ubyte", test::idxLabels(4));
    const bool known = std::string(name) != "fashion/other";
    CHECK((openData(inner).eval->classNames() == kFashionNames) == known);
  }
}

TEST_CASE("half a split is named with what is missing") {
  TempFolder folder;
  writeSplit(folder, "train", 5);
  CHECK_THROWS_AS(openData(folder.path()), Error);  // Nothing to compare on.
  test::write(folder / "t10k-images-idx3-ubyte", test::idxImages(4));
  try {
    openData(folder.path());
    FAIL("labels are missing");
  } catch (const Error& error) {
    CHECK(error.subject() == (folder / "t10k-labels-idx1-ubyte").string());
  }
}

TEST_CASE("real Fashion-MNIST images: labels and pixels as NumPy reads them") {
  const auto facts = nlohmann::json::parse(test::golden("fashion.json"));
  const bool whole = fs::is_directory(kFashion);
  const fs::path folder = whole ? kFashion : fs::path(GF_SOURCE_RESOURCES) / "sample" / "fashion-slice";
  const auto source = openData(folder);
  CHECK(source.eval->classNames() == kFashionNames);
  REQUIRE(source.train);
  for (const auto* data : {source.train.get(), source.eval.get()}) {
    const auto& fact = facts[data == source.train.get() ? "train" : "t10k"];
    std::vector<std::int64_t> counts(10), sums(10, -1);
    for (std::size_t i = 0; i < data->size(); ++i) {
      const auto label = data->labels()[i];
      if (counts[label]++ == 0) sums[label] = sumOf(data->image(i));
    }
    // The slice begins every class with the same image as the whole.
    CHECK(sums == fact["sum_of_first_of_class"].get<std::vector<std::int64_t>>());
    CHECK(counts == std::vector<std::int64_t>(10, counts[0]));
    if (!whole) continue;
    CHECK(data->size() == fact["samples"].get<std::size_t>());
    CHECK(counts == fact["per_class"].get<std::vector<std::int64_t>>());
    const auto first = fact["first_labels"].get<std::vector<std::int32_t>>();
    CHECK(std::equal(first.begin(), first.end(), data->labels().begin()));
    const auto row = fact["row14_of_17"].get<std::vector<std::uint8_t>>();
    CHECK(std::equal(row.begin(), row.end(), data->image(17).bytes.begin() + 14 * 28));
    CHECK(sumOf(data->image(data->size() - 1)) == fact["sum_of_last"].get<std::int64_t>());
  }
}
