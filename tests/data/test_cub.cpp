// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"
#include "layouts.h"

using namespace gf;
using test::refusal;
using test::TempFolder;

namespace fs = std::filesystem;

TEST_CASE("CUB-200-2011 opens with its split, its labels and names for people") {
  TempFolder folder;
  test::writeCub(folder.path());
  const auto source = openData(folder.path());
  CHECK(source.kind == "CUB-200-2011");
  CHECK(source.evalName == "test");
  CHECK(source.eval->classNames() ==
        std::vector<std::string>{"Black footed Albatross", "Laysan Albatross", "Chuck will Widow"});
  REQUIRE(source.train);
  CHECK(test::sampleNames(*source.train) ==
        std::vector<std::string>{"images/001.Black_footed_Albatross/Black_Footed_Albatross_0009_34.jpg",
                                 "images/002.Laysan_Albatross/Laysan_Albatross_0002_1027.jpg",
                                 "images/022.Chuck_will_Widow/Chuck_Will_Widow_0004_2.jpg"});
  CHECK(test::labelsOf(*source.train) == std::vector<std::int32_t>{0, 1, 2});
  CHECK(test::sampleNames(*source.eval) ==
        std::vector<std::string>{"images/001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.jpg",
                                 "images/002.Laysan_Albatross/Laysan_Albatross_0001_545.jpg"});
  CHECK(test::labelsOf(*source.eval) == std::vector<std::int32_t>{0, 1});
}

TEST_CASE("CUB-200-2011 opens from the folder its archive was unpacked in") {
  TempFolder folder;
  test::writeCub(folder / "CUB_200_2011");
  test::write(folder / "attributes.txt", "1 has_bill_shape::curved_(up_or_down)\n");
  const auto source = openData(folder.path());
  CHECK(source.path == folder.path());
  CHECK(source.eval->identity() == openData(folder / "CUB_200_2011").eval->identity());
}

TEST_CASE("CUB-200-2011: numbers need not be in order, and lines may end as on Windows") {
  TempFolder folder;
  test::writeCub(folder.path());
  test::write(folder / "train_test_split.txt", "5 1\r\n4 1\r\n3 0\r\n2 1\r\n1 0\r\n\r\n");
  CHECK(openData(folder.path()).train->size() == 3);
}

TEST_CASE("CUB-200-2011 without training images is for comparing only, without test images it is nothing") {
  TempFolder folder;
  test::writeCub(folder.path());
  test::write(folder / "train_test_split.txt", "1 0\n2 0\n3 0\n4 0\n5 0\n");
  CHECK_FALSE(openData(folder.path()).train);
  CHECK(openData(folder.path()).eval->size() == 5);
  test::write(folder / "train_test_split.txt", "1 1\n2 1\n3 1\n4 1\n5 1\n");
  CHECK(refusal(folder.path()).subject() == (folder / "train_test_split.txt").string());
}

TEST_CASE("CUB-200-2011: the identity follows images, labels and split") {
  TempFolder folder;
  test::writeCub(folder.path());
  const auto first = openData(folder.path()).eval->identity();
  CHECK(openData(folder.path()).eval->identity() == first);
  test::write(folder / "image_class_labels.txt", "1 2\n2 1\n3 2\n4 2\n5 22\n");
  const auto relabelled = openData(folder.path()).eval->identity();
  CHECK(relabelled != first);
  const auto image = folder / "images/002.Laysan_Albatross/Laysan_Albatross_0001_545.jpg";
  fs::last_write_time(image, fs::last_write_time(image) + std::chrono::seconds(5));
  CHECK(openData(folder.path()).eval->identity() != relabelled);
}

TEST_CASE("CUB-200-2011: links that leave the folder are passed over with a warning, others are read") {
  TempFolder folder, elsewhere;
  test::writeCub(folder.path());
  const auto image = folder / "images/002.Laysan_Albatross/Laysan_Albatross_0001_545.jpg";
  test::write(elsewhere / "secret.jpg", "secret");
  fs::remove(image);
  fs::create_symlink("Laysan_Albatross_0002_1027.jpg", image);
  CHECK(openData(folder.path()).eval->size() == 2);
  fs::remove(image);
  fs::create_symlink(elsewhere / "secret.jpg", image);
  std::string warning;
  const LogSubscription listen([&](const LogEntry& entry) { warning = entry.text; });
  CHECK(openData(folder.path()).eval->size() == 1);
  CHECK(warning.find("1 links") != std::string::npos);
  fs::rename(folder / "images/022.Chuck_will_Widow", elsewhere / "widow");
  fs::create_directory_symlink(elsewhere / "widow", folder / "images/022.Chuck_will_Widow");
  CHECK(openData(folder.path()).train->size() == 2);
  CHECK(warning.find("2 links") != std::string::npos);
}

TEST_CASE("CUB-200-2011: each table that is missing is named") {
  for (const char* name : {"images.txt", "image_class_labels.txt", "train_test_split.txt", "classes.txt"}) {
    TempFolder folder;
    test::writeCub(folder.path());
    fs::remove(folder / name);
    CHECK(refusal(folder.path()).subject() == (folder / name).string());
  }
}

TEST_CASE("CUB-200-2011: images that are not there or lie elsewhere are named with their line") {
  TempFolder folder;
  test::writeCub(folder.path());
  fs::remove(folder / "images/001.Black_footed_Albatross/Black_Footed_Albatross_0009_34.jpg");
  const auto gone = refusal(folder.path());
  CHECK(gone.subject() == (folder / "images.txt").string());
  CHECK(gone.observed().find("Black_Footed_Albatross_0009_34.jpg") != std::string::npos);
  CHECK(gone.observed().find("line 2") != std::string::npos);
  for (const char* path : {"../images.txt", "a/../../images.txt", "001.Black_footed_Albatross/../../../x.jpg", ".."}) {
    TempFolder other;
    test::writeCub(other.path());
    test::write(other / "images.txt", test::read(other / "images.txt") + "6 " + path + "\n");
    test::write(other / "image_class_labels.txt", test::read(other / "image_class_labels.txt") + "6 1\n");
    test::write(other / "train_test_split.txt", test::read(other / "train_test_split.txt") + "6 1\n");
    const auto error = refusal(other.path());
    CHECK(error.subject() == (other / "images.txt").string());
    CHECK(error.rule().find("must lie below") != std::string::npos);
    CHECK(error.observed().find("line 6") != std::string::npos);
  }
}
