// SPDX-License-Identifier: Apache-2.0
#include "layouts.h"

using namespace gf;
using test::labelsOf;
using test::refusal;
using test::sampleNames;
using test::TempFolder;
using Names = std::vector<std::string>;

namespace {

namespace fs = std::filesystem;
const Names kNames = {"AM General Hummer SUV 2000", "Acura RL Sedan 2012", "Ram C/V Cargo Van Minivan 2012"};
const std::string kLabels = "cars_test_annos_withlabels.mat";

void putMat(const fs::path& folder, const std::string& name) {
  test::write(folder / name, test::golden("mat/" + name));
}

void writeCars(const fs::path& folder, const std::string& train = "cars_train", const std::string& test = "cars_test") {
  for (const char* name : {"00001.jpg", "00002.jpg", "00003.jpg"})
    test::write(folder / train / name, test::golden("rgb.jpg"));
  for (const char* name : {"00001.jpg", "00002.jpg"}) test::write(folder / test / name, test::golden("grey.jpg"));
  for (const char* name : {"cars_meta.mat", "cars_train_annos.mat", "cars_test_annos.mat"})
    putMat(folder / "devkit", name);
}

void check(const DataSource& source) {
  CHECK(source.kind == "Stanford Cars");
  CHECK(source.evalName == "test");
  CHECK(source.eval->classNames() == kNames);
  CHECK(labelsOf(*source.eval) == std::vector<std::int32_t>{1, 1});
  REQUIRE(source.train);
  CHECK(labelsOf(*source.train) == std::vector<std::int32_t>{2, 0, 1});
}

}  // namespace

TEST_CASE("Stanford Cars with its devkit, the test labels in it or beside it") {
  for (const char* place : {"devkit", "."}) {
    TempFolder folder;
    writeCars(folder.path());
    putMat(folder / place, kLabels);
    const auto source = openData(folder.path());
    check(source);
    CHECK(sampleNames(*source.eval) == Names{"cars_test/00001.jpg", "cars_test/00002.jpg"});
  }
}

TEST_CASE("as torchvision keeps it, and with folders within folders") {
  TempFolder folder;
  writeCars(folder / "stanford_cars", "cars_train/cars_train", "cars_test/cars_test");
  putMat(folder / "stanford_cars", kLabels);
  check(openData(folder.path()));
  CHECK(openData(folder / "stanford_cars").eval->sampleName(0) == "cars_test/cars_test/00001.jpg");
}

TEST_CASE("the older form") {
  TempFolder folder;
  for (const char* name : {"000001.jpg", "000002.jpg", "000003.jpg", "000004.jpg"})
    test::write(folder / "car_ims" / name, test::golden("rgb.jpg"));
  putMat(folder.path(), "cars_annos.mat");
  const auto source = openData(folder.path());
  CHECK(source.kind == "Stanford Cars");
  CHECK(labelsOf(*source.train) == std::vector<std::int32_t>{0, 2});
  CHECK(labelsOf(*source.eval) == std::vector<std::int32_t>{0, 1});
  CHECK(sampleNames(*source.eval) == Names{"car_ims/000002.jpg", "car_ims/000003.jpg"});
}

TEST_CASE("what is missing is named") {
  TempFolder folder;
  writeCars(folder.path());
  const Error unlabelled = refusal(folder.path());
  CHECK(fs::path(unlabelled.subject()).filename() == kLabels);
  CHECK(unlabelled.observed().find("no labels") != std::string::npos);
  putMat(folder / "devkit", kLabels);
  fs::remove(folder / "cars_test/00002.jpg");
  CHECK(refusal(folder.path()).observed().find("record 2 of annotations") != std::string::npos);
  test::write(folder / "devkit" / kLabels, test::golden("mat/cars_test_annos.mat"));
  CHECK(refusal(folder.path()).rule().find("class") != std::string::npos);
  test::write(folder / "devkit/cars_meta.mat", test::golden("mat/cars_train_annos.mat"));
  CHECK(refusal(folder.path()).rule().find("class_names") != std::string::npos);
  fs::remove_all(folder / "devkit");
  CHECK(fs::path(refusal(folder.path()).subject()).filename() == "devkit");
}
