// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/log.h"
#include "data/dataset.h"
#include "data/image_file.h"
#include "helpers.h"

using namespace gf;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

#if defined(GF_HAVE_TURBOJPEG) || defined(GF_HAVE_OPENCV)
constexpr bool kReadsJpeg = true;
#else
constexpr bool kReadsJpeg = false;
#endif
#ifdef GF_HAVE_OPENCV
constexpr bool kReadsOthers = true;
#else
constexpr bool kReadsOthers = false;
#endif

void addImage(const fs::path& path, const std::string& golden = "rgb.jpg") {
  test::write(path, test::golden(golden));
}

/// train/ and val/ with two classes, out of order on disk.
void addLayout(const TempFolder& folder) {
  for (const char* name : {"train/zebra/2.jpg", "train/zebra/10.JPEG", "train/ant/b.png", "train/ant/a.jpg",
                           "val/zebra/x.jpg", "val/ant/deep/er/y.jpeg"}) {
    addImage(folder / name);
  }
  test::write(folder / "train/ant/notes.txt", "not an image");
  test::write(folder / "train/.hidden/z.jpg", "not seen");
}

std::vector<std::string> namesOf(const DataSet& data) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < data.size(); ++i) names.push_back(data.sampleName(i));
  return names;
}

}  // namespace

TEST_CASE("every format decodes to what Pillow decodes") {
  const std::string bytes = test::golden("decode.bin");
  for (const auto& one : nlohmann::json::parse(test::golden("decode.json"))) {
    const auto name = one["file"].get<std::string>();
    CAPTURE(name);
    const fs::path path = fs::path(GF_TEST_DATA) / name;
    const bool jpeg = name.ends_with(".jpg");
    if (jpeg ? !kReadsJpeg : !kReadsOthers) {
      CHECK_THROWS_AS(readImage(path), Error);  // A build without the decoder says so.
      continue;
    }
#ifndef GF_HAVE_TURBOJPEG
    if (name == "cmyk.jpg") continue;  // OpenCV's own reading of CMYK is coarser.
#endif
    const auto pixels = readImage(path);
    REQUIRE(pixels.width == one["width"].get<int>());
    REQUIRE(pixels.height == one["height"].get<int>());
    int worst = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(pixels.width) * pixels.height; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        const int ours = pixels.bytes[i * pixels.channels + (pixels.channels == 3 ? c : 0)];
        const auto theirs = static_cast<unsigned char>(bytes[one["offset"].get<std::size_t>() + i * 3 + c]);
        worst = std::max(worst, std::abs(ours - theirs));
      }
    }
    CHECK(worst <= (jpeg ? 1 : 0));
  }
}

TEST_CASE("an image is recognised by its content, whatever its name") {
  if (!kReadsJpeg) return;
  TempFolder folder;
  addImage(folder / "wrong.png", "rgb.jpg");
  CHECK(readImage(folder / "wrong.png").width == 37);
}

TEST_CASE("a folder with train and val opens with classes and files in bytewise order") {
  TempFolder folder;
  addLayout(folder);
  const auto source = openData(folder.path());
  CHECK(source.kind == "image folder");
  CHECK(source.evalName == "val");
  CHECK(source.eval->classNames() == std::vector<std::string>{"ant", "zebra"});
  CHECK(source.train->classNames() == source.eval->classNames());
  CHECK(namesOf(*source.train) ==
        std::vector<std::string>{"train/ant/a.jpg", "train/ant/b.png", "train/zebra/10.JPEG", "train/zebra/2.jpg"});
  CHECK(namesOf(*source.eval) == std::vector<std::string>{"val/ant/deep/er/y.jpeg", "val/zebra/x.jpg"});
  CHECK(std::vector<std::int32_t>(source.train->labels().begin(), source.train->labels().end()) ==
        std::vector<std::int32_t>{0, 0, 1, 1});
  if (kReadsJpeg) CHECK(source.train->image(3).width == 37);
}

TEST_CASE("test/ stands in for val/, and class folders alone are for comparing only") {
  TempFolder split, bare;
  addImage(split / "train/a/1.jpg");
  addImage(split / "train/b/1.jpg");
  addImage(split / "test/b/1.jpg");
  const auto source = openData(split.path());
  CHECK(source.evalName == "test");
  CHECK(source.eval->labels()[0] == 1);
  addImage(bare / "b/1.jpg");
  addImage(bare / "a/1.jpg");
  const auto alone = openData(bare.path());
  CHECK_FALSE(alone.train);
  CHECK(namesOf(*alone.eval) == std::vector<std::string>{"a/1.jpg", "b/1.jpg"});
}

TEST_CASE("a class that only val/ has is an error that names it") {
  TempFolder folder;
  addLayout(folder);
  addImage(folder / "val/unknown/1.jpg");
  try {
    openData(folder.path());
    FAIL("val/unknown is in no train/");
  } catch (const Error& error) {
    CHECK(error.subject() == (folder / "val/unknown").string());
  }
}

TEST_CASE("layouts that lack something are refused") {
  const auto refused = [](std::initializer_list<const char*> files) {
    TempFolder folder;
    for (const char* name : files) addImage(folder / name);
    CHECK_THROWS_AS(openData(folder.path()), Error);
  };
  refused({"train/a/1.jpg", "train/b/1.jpg"});
  refused({"train/a/1.jpg", "val/a/1.jpg"});
  refused({"train/a/1.txt", "train/b/1.txt", "val/a/1.jpg"});
  refused({"train/1.jpg", "val/1.jpg"});
  refused({"a/1.jpg"});
  refused({"1.jpg", "2.jpg"});
  refused({"train/a/1.jpg", "train/b\n/1.jpg", "val/a/1.jpg"});
  refused({"train/a/1.jpg", "train/b\xFF/1.jpg", "val/a/1.jpg"});
}

TEST_CASE("links inside the folder are followed, links out of it are passed over with a warning") {
  TempFolder folder, elsewhere;
  addLayout(folder);
  addImage(elsewhere / "secret/1.jpg");
  fs::create_symlink(folder / "train/ant/a.jpg", folder / "train/ant/c.jpg");
  fs::create_symlink(elsewhere / "secret/1.jpg", folder / "train/ant/d.jpg");
  fs::create_directory_symlink(elsewhere / "secret", folder / "train/secret");
  fs::create_symlink("nowhere.jpg", folder / "train/ant/e.jpg");
  fs::create_directory_symlink(folder / "train", folder / "train/ant/round");
  std::string warning;
  const LogSubscription listen([&](const LogEntry& entry) { warning = entry.text; });
  const auto source = openData(folder.path());
  const auto names = namesOf(*source.train);
  CHECK(names == std::vector<std::string>{"train/ant/a.jpg", "train/ant/b.png", "train/ant/c.jpg",
                                          "train/zebra/10.JPEG", "train/zebra/2.jpg"});
  CHECK(source.train->classNames().size() == 2);
  CHECK(warning.find("4 links") != std::string::npos);
}

TEST_CASE("the identity follows names, sizes and times of change") {
  TempFolder folder;
  addLayout(folder);
  const auto first = openData(folder.path()).eval->identity();
  CHECK(openData(folder.path()).eval->identity() == first);
  const auto file = folder / "val/zebra/x.jpg";
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(5));
  const auto touched = openData(folder.path()).eval->identity();
  CHECK(touched != first);
  addImage(folder / "val/zebra/y.jpg");
  CHECK(openData(folder.path()).eval->identity() != touched);
}
