// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "layouts.h"

using namespace gf;
using test::refusal;
using test::TempFolder;

namespace fs = std::filesystem;

TEST_CASE("Caltech-256 opens with names for people, without clutter and what lies deeper") {
  TempFolder folder;
  test::writeCaltech(folder / "256_ObjectCategories");
  const auto source = openData(folder / "256_ObjectCategories");
  CHECK(source.kind == "Caltech-256");
  CHECK(source.evalName == "test");
  CHECK(source.eval->classNames() == std::vector<std::string>{"ak47", "american-flag", "motorbikes", "spider"});
  REQUIRE(source.train);
  CHECK(source.train->classNames() == source.eval->classNames());
  auto all = test::sampleNames(*source.train);
  for (const auto& name : test::sampleNames(*source.eval)) all.push_back(name);
  CHECK(all.size() == 2 + 5 + 60 + 75);
  std::sort(all.begin(), all.end());
  CHECK(std::unique(all.begin(), all.end()) == all.end());
  CHECK(all.front() == "001.ak47/001_0001.jpg");
  for (const auto& name : all) CHECK(std::count(name.begin(), name.end(), '/') == 1);
  const auto parent = openData(folder.path());
  CHECK(parent.path == folder.path());
  CHECK(parent.eval->identity() == source.eval->identity());
  CHECK(parent.train->identity() == source.train->identity());
}

TEST_CASE("Caltech-256 is split as a second writing of the rule splits it") {
  TempFolder folder;
  test::writeCaltech(folder / "a");
  const auto source = openData(folder / "a");
  const auto facts = nlohmann::json::parse(test::golden("caltech.json"));
  CHECK(test::sampleNames(*source.eval) == facts["test"].get<std::vector<std::string>>());
  CHECK(test::labelsOf(*source.eval) == facts["labels"].get<std::vector<std::int32_t>>());
}

TEST_CASE("Caltech-256: the identity follows the files") {
  TempFolder folder;
  test::writeCaltech(folder.path());
  const auto first = openData(folder.path());
  CHECK(openData(folder.path()).eval->identity() == first.eval->identity());
  const auto image = folder / first.eval->sampleName(0);
  fs::last_write_time(image, fs::last_write_time(image) + std::chrono::seconds(5));
  CHECK(openData(folder.path()).eval->identity() != first.eval->identity());
  CHECK(openData(folder.path()).train->identity() == first.train->identity());
}

TEST_CASE("Caltech-256: links that leave the folder are passed over with a warning") {
  TempFolder folder, elsewhere;
  test::writeCaltech(folder.path());
  test::write(elsewhere / "secret.jpg", "secret");
  fs::create_symlink(elsewhere / "secret.jpg", folder / "001.ak47/001_0003.jpg");
  std::string warning;
  const LogSubscription listen([&](const LogEntry& entry) { warning = entry.text; });
  const auto source = openData(folder.path());
  CHECK(source.train->size() + source.eval->size() == 142);
  CHECK(warning.find("1 links") != std::string::npos);
}

TEST_CASE("Caltech-256: what cannot be split or told apart is named") {
  const auto refused = [](const std::string& file, const std::string& culprit) {
    TempFolder folder;
    test::writeCaltech(folder / "256_ObjectCategories");
    test::write(folder / file, "image");
    CHECK(refusal(folder.path()).subject() == (folder / culprit).string());
  };
  const std::string root = "256_ObjectCategories";
  refused(root + "/007.bat/007_0001.jpg", root + "/007.bat");
  refused(root + "/007.bat/notes.txt", root + "/007.bat");
  refused(root + "/bat/1.jpg", root + "/bat");
  refused(root + "/002.zebra/002_0001.jpg", root + "/002.zebra");
  refused(root + "/003.spider/003_0001.jpg", root);
}

TEST_CASE("numbered class folders with other files stay class folders") {
  TempFolder folder;
  for (const char* name : {"001.a/x.jpg", "001.a/y.jpg", "002.b/x.jpg", "002.b/y.jpg"})
    test::write(folder / name, "image");
  CHECK(openData(folder.path()).kind == "image folder");
}
