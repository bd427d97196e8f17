// SPDX-License-Identifier: Apache-2.0
// Caltech-256 as it is published: 256_ObjectCategories/001.ak47/001_0001.jpg and so on, without a split. Ours: of every
// class 30 images, or half of them where that is less, are for testing and all others for training, drawn with a fixed
// seed from the file names in bytewise order; so everybody with the same files has the same split. The class
// 257.clutter is left out: it is background without a name, made for rejecting, and a model with all 257 classes still
// fits the rest. Only images directly in a class's folder count; the archive has a stray folder below one of them.
#include <algorithm>
#include <cctype>
#include <system_error>

#include "base/error.h"
#include "base/random.h"
#include "data/file_set.h"
#include "data/sources.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kSplitSeed = 256;
constexpr std::size_t kTestImages = 30;
constexpr const char* kFolderName = "256_ObjectCategories";

/// "001.ak47".
bool isClassFolder(const std::string& name) {
  return name.size() > 4 && name[3] == '.' &&
         std::all_of(name.begin(), name.begin() + 3, [](unsigned char c) { return std::isdigit(c); });
}

/// "024.butterfly" → "butterfly", "145.motorbikes-101" → "motorbikes": the ending says that Caltech-101 had it, too.
std::string readable(const std::string& folder) {
  std::string name = folder.substr(4);
  if (name.size() > 4 && name.ends_with("-101")) name.resize(name.size() - 4);
  return name;
}

/// Whether a folder of any name is this data set: numbered classes whose images carry the number.
bool looksLikeCaltech(const fs::path& folder, const std::vector<std::string>& classes) {
  if (classes.empty() || !std::all_of(classes.begin(), classes.end(), isClassFolder)) return false;
  const auto images = FolderLister(folder).images(folder / classes.front(), false);
  const std::string start = classes.front().substr(0, 3) + "_";
  return !images.empty() && std::all_of(images.begin(), images.end(), [&](const std::string& image) {
    return fs::path(image).filename().string().starts_with(start);
  });
}

void checkNumbers(const std::vector<std::string>& classes, const std::string& subject) {
  for (std::size_t k = 0; k < classes.size(); ++k) {
    if (!isClassFolder(classes[k])) {
      failInput(subject + "/" + classes[k], "a class folder of Caltech-256 must be named like 001.ak47",
                "another name");
    }
    if (k > 0 && classes[k].substr(0, 3) == classes[k - 1].substr(0, 3)) {
      failInput(subject + "/" + classes[k], "every class number must occur once", classes[k - 1] + " too");
    }
  }
}

/// Draws the split of one class.
void divide(std::vector<std::string> images, std::int32_t label, LabelledFiles& train, LabelledFiles& test) {
  Random(mix(kSplitSeed, static_cast<std::uint64_t>(label))).shuffle(images);
  const auto middle = images.begin() + static_cast<std::ptrdiff_t>(std::min(kTestImages, images.size() / 2));
  std::sort(images.begin(), middle);
  std::sort(middle, images.end());
  for (auto it = images.begin(); it != images.end(); ++it) (it < middle ? test : train).add(std::move(*it), label);
}

}  // namespace

std::optional<DataSource> openCaltechFolder(const fs::path& folder) {
  std::error_code ignored;
  for (const char* name : {"train", "val", "test"}) {
    if (fs::is_directory(folder / name, ignored)) return std::nullopt;
  }
  const bool isParent = fs::is_directory(folder / kFolderName, ignored);
  const fs::path inner = isParent ? folder / kFolderName : folder;
  FolderLister lister(inner);
  auto classes = lister.folders(inner);
  const bool named = fs::canonical(inner, ignored).filename() == kFolderName;
  if (!named && !looksLikeCaltech(inner, classes)) return std::nullopt;
  checkNumbers(classes, inner.string());
  std::erase_if(classes, [](const std::string& name) { return name.substr(4) == "clutter"; });
  std::vector<std::string> names;
  for (const auto& name : classes) names.push_back(readable(name));
  checkClassNames(names, inner.string());
  LabelledFiles train, test;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    auto images = lister.images(inner / classes[k], false);
    if (images.size() < 2) {
      failInput((inner / classes[k]).string(), "a class must have images for training and for testing, at least two",
                std::to_string(images.size()));
    }
    divide(std::move(images), static_cast<std::int32_t>(k), train, test);
  }
  lister.report();
  DataSource source{folder, "Caltech-256", nullptr, nullptr, "test"};
  source.train = fileDataSet(inner, std::move(train), {names}, "Caltech-256", false);
  source.eval = fileDataSet(inner, std::move(test), {names}, "Caltech-256", false);
  return source;
}

}  // namespace gf
