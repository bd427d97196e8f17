// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "layouts.h"

using namespace gf;
using test::refusal;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

/// Labels and pixels as NumPy laid them out.
void checkAgainst(const DataSet& data, const nlohmann::json& facts) {
  REQUIRE(data.size() == facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    CHECK(data.labels()[i] == facts[i]["label"].get<int>());
    const Pixels pixels = data.image(i);
    REQUIRE(pixels.width == 32);
    REQUIRE(pixels.height == 32);
    REQUIRE(pixels.channels == 3);
    REQUIRE(pixels.bytes.size() == 3072);
    for (const auto& spot : facts[i]["spots"]) {
      const std::size_t at = 3 * (spot["at"][0].get<std::size_t>() * 32 + spot["at"][1].get<std::size_t>());
      for (std::size_t c = 0; c < 3; ++c) CHECK(pixels.bytes[at + c] == spot["rgb"][c].get<int>());
    }
    std::vector<std::int64_t> sums(3);
    for (std::size_t k = 0; k < pixels.bytes.size(); ++k) sums[k % 3] += pixels.bytes[k];
    CHECK(sums == facts[i]["sums"].get<std::vector<std::int64_t>>());
  }
}

}  // namespace

TEST_CASE("CIFAR-10's binary version opens with both splits and its names") {
  TempFolder folder;
  test::writeCifar10(folder.path());
  test::write(folder / "readme.html", "<html>");
  const auto source = openData(folder.path());
  CHECK(source.kind == "CIFAR-10");
  CHECK(source.evalName == "test");
  CHECK(source.eval->classNames() == std::vector<std::string>{"airplane", "automobile", "bird", "cat", "deer", "dog",
                                                              "frog", "horse", "ship", "truck"});
  checkAgainst(*source.eval, nlohmann::json::parse(test::golden("layouts.json"))["cifar10"]);
  REQUIRE(source.train);
  CHECK(test::labelsOf(*source.train) == std::vector<std::int32_t>{1, 0, 2, 0, 3, 0, 4, 0, 5, 0});
  CHECK(source.train->sampleName(0) == "data_batch_1 #0");
  CHECK(source.train->sampleName(5) == "data_batch_3 #1");
  CHECK(source.train->sampleName(9) == "data_batch_5 #1");
  CHECK(source.train->image(8).bytes[0] == 15);
  CHECK(source.train->image(9).bytes[3071] == 55);
  CHECK(source.eval->sampleName(2) == "test_batch #2");
  CHECK(source.train->classNames() == source.eval->classNames());
  CHECK_THROWS_AS(source.train->image(10), Error);
}

TEST_CASE("CIFAR-100's class is the fine label") {
  TempFolder folder;
  test::writeCifar100(folder.path());
  const auto source = openData(folder.path());
  CHECK(source.kind == "CIFAR-100");
  checkAgainst(*source.eval, nlohmann::json::parse(test::golden("layouts.json"))["cifar100"]);
  REQUIRE(source.train);
  CHECK(test::labelsOf(*source.train) == std::vector<std::int32_t>{1, 3, 5});
  CHECK(source.train->sampleName(2) == "train #2");
  CHECK(source.eval->classNames().size() == 100);
  CHECK(source.eval->classNames()[42] == "fine_42");
}

TEST_CASE("without names CIFAR's classes are called by their numbers") {
  TempFolder folder;
  test::writeCifar10(folder / "ten");
  test::writeCifar100(folder / "hundred");
  fs::remove(folder / "ten/batches.meta.txt");
  fs::remove(folder / "hundred/fine_label_names.txt");
  fs::remove(folder / "hundred/coarse_label_names.txt");
  CHECK(openData(folder / "ten").eval->classNames()[9] == "9");
  CHECK(openData(folder / "hundred").eval->classNames()[99] == "99");
  CHECK(openData(folder / "hundred").eval->classNames().size() == 100);
}

TEST_CASE("CIFAR opens from the folder its archive was unpacked in, and with the test records alone") {
  TempFolder folder;
  test::writeCifar10(folder / "a/cifar-10-batches-bin");
  test::writeCifar100(folder / "b/cifar-100-binary");
  const auto source = openData(folder / "a");
  CHECK(source.kind == "CIFAR-10");
  CHECK(source.path == folder / "a");
  CHECK(source.eval->identity() == openData(folder / "a/cifar-10-batches-bin").eval->identity());
  CHECK(openData(folder / "b").kind == "CIFAR-100");
  for (const char* batch : {"1", "2", "3", "4", "5"})
    fs::remove(folder / ("a/cifar-10-batches-bin/data_batch_" + std::string(batch) + ".bin"));
  fs::remove(folder / "b/cifar-100-binary/train.bin");
  CHECK_FALSE(openData(folder / "a").train);
  CHECK_FALSE(openData(folder / "b").train);
  fs::rename(folder / "b/cifar-100-binary", folder / "a/cifar-100-binary");
  CHECK(refusal(folder / "a").observed() == "both");
}

TEST_CASE("CIFAR's identity follows the records and the names") {
  TempFolder folder;
  test::writeCifar10(folder.path());
  const auto first = openData(folder.path());
  CHECK(openData(folder.path()).eval->identity() == first.eval->identity());
  CHECK(first.eval->identity() != first.train->identity());
  std::string bytes = test::golden("cifar10.bin");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  test::write(folder / "test_batch.bin", bytes);
  const auto changed = openData(folder.path());
  CHECK(changed.eval->identity() != first.eval->identity());
  CHECK(changed.train->identity() == first.train->identity());
  fs::remove(folder / "batches.meta.txt");
  CHECK(openData(folder.path()).train->identity() != first.train->identity());
}

TEST_CASE("what CIFAR lacks is named") {
  TempFolder folder;
  test::writeCifar10(folder / "ten");
  fs::remove(folder / "ten/data_batch_2.bin");
  fs::remove(folder / "ten/data_batch_4.bin");
  const auto batches = refusal(folder / "ten");
  CHECK(batches.subject() == (folder / "ten").string());
  CHECK(batches.observed() == "no data_batch_2.bin, data_batch_4.bin");
  test::writeCifar100(folder / "hundred");
  fs::remove(folder / "hundred/test.bin");
  CHECK(refusal(folder / "hundred").subject() == (folder / "hundred/test.bin").string());
}

TEST_CASE("CIFAR's version for Python is refused with the one to take, and class folders stay class folders") {
  TempFolder folder;
  for (const char* name : {"py/data_batch_1", "py/test_batch", "py/batches.meta", "in/cifar-100-python/train",
                           "in/cifar-100-python/test", "in/cifar-100-python/meta"})
    test::write(folder / name, "\x80\x02}q");
  const auto ten = refusal(folder / "py"), hundred = refusal(folder / "in");
  CHECK(ten.subject() == (folder / "py").string());
  CHECK(ten.remedy().find("cifar-10-batches-bin") != std::string::npos);
  CHECK(hundred.subject() == (folder / "in/cifar-100-python").string());
  CHECK(hundred.remedy().find("cifar-100-binary") != std::string::npos);
  for (const char* name : {"images/val/a/1.jpg", "images/val/b/1.jpg"}) test::write(folder / name, "image");
  test::write(folder / "images/test.bin", "weights");
  CHECK(openData(folder / "images").kind == "image folder");
}
