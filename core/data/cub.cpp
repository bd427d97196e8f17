// SPDX-License-Identifier: Apache-2.0
// CUB-200-2011 as it is published: images/<class>/<file>, and tables of lines "number value": images.txt (path below
// images/), image_class_labels.txt (number of the class), train_test_split.txt (1 for training, 0 for testing) and
// classes.txt (name of the class's folder). Source: the README of the archive.
#include <algorithm>
#include <cctype>
#include <map>
#include <system_error>

#include "base/error.h"
#include "data/file_set.h"
#include "data/sources.h"
#include "data/text_lines.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

bool isThere(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

/// "001.Black_footed_Albatross" → "Black footed Albatross".
std::string readable(const std::string& folder) {
  const std::size_t digits = std::min(folder.find_first_not_of("0123456789"), folder.size());
  std::string name = digits > 0 && digits < folder.size() && folder[digits] == '.' ? folder.substr(digits + 1) : folder;
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// One of the tables, its values by their numbers.
class Table {
 public:
  explicit Table(const fs::path& path) : path_(path.string()), lines_(readNumberedLines(path)) {
    for (const auto& line : lines_) lineOf_[line.number] = &line;
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  const std::string& path() const { return path_; }
  const std::vector<NumberedLine>& lines() const { return lines_; }

  /// The value of an image, a number.
  std::uint32_t of(const NumberedLine& image) const {
    const auto found = lineOf_.find(image.number);
    if (found == lineOf_.end()) {
      failInput(path_, "must have a line for every image of images.txt",
                "none for image " + std::to_string(image.number) + ", " + shown(image.value));
    }
    std::uint32_t value = 0;
    if (!parseNumber(found->second->value, value)) {
      failInput(path_, "the value of an image must be a number",
                shown(found->second->value) + " in line " + std::to_string(found->second->line));
    }
    return value;
  }

  /// Every line must be of an image.
  void checkAgainst(const Table& images) const {
    for (const auto& line : lines_) {
      if (images.lineOf_.count(line.number)) continue;
      failInput(path_, "must have lines for images of images.txt only",
                "image " + std::to_string(line.number) + " in line " + std::to_string(line.line));
    }
  }

 private:
  std::string path_;
  std::vector<NumberedLine> lines_;
  std::map<std::uint32_t, const NumberedLine*> lineOf_;
};

/// The tables of one folder.
struct Tables {
  explicit Tables(const fs::path& folder)
      : images(folder / "images.txt"),
        classes(folder / "classes.txt"),
        labels(folder / "image_class_labels.txt"),
        split(folder / "train_test_split.txt") {
    labels.checkAgainst(images);
    split.checkAgainst(images);
  }
  Table images, classes, labels, split;
};

std::vector<std::string> namesOf(const Table& classes) {
  std::vector<std::string> names;
  for (const auto& line : classes.lines()) names.push_back(readable(line.value));
  checkClassNames(names, classes.path());
  return names;
}

/// Whether the image is one to learn from.
bool isForTraining(const Table& split, const NumberedLine& image) {
  const std::uint32_t value = split.of(image);
  if (value <= 1) return value == 1;
  failInput(split.path(), "every image must be 1, for training, or 0, for testing",
            std::to_string(value) + " for image " + std::to_string(image.number));
}

DataSource readTables(const fs::path& folder) {
  const Tables tables(folder);
  const auto names = namesOf(tables.classes);
  std::map<std::uint32_t, std::int32_t> indexOf;
  for (const auto& line : tables.classes.lines())
    indexOf.emplace(line.number, static_cast<std::int32_t>(indexOf.size()));
  std::map<std::string, std::size_t> lineOf;
  LabelledFiles train, test;
  FolderLister lister(folder);
  for (const auto& image : tables.images.lines()) {
    const std::uint32_t number = tables.labels.of(image);
    const auto label = indexOf.find(number);
    if (label == indexOf.end()) {
      failInput(tables.labels.path(), "every class must be in classes.txt",
                "class " + std::to_string(number) + " of image " + std::to_string(image.number));
    }
    const std::string line = "line " + std::to_string(image.line);
    const auto [first, fresh] = lineOf.emplace(image.value, image.line);
    if (!fresh) {
      failInput(
          tables.images.path(), "every image must occur once",
          shown(image.value) + " in lines " + std::to_string(first->second) + " and " + std::to_string(image.line));
    }
    LabelledFiles& samples = isForTraining(tables.split, image) ? train : test;
    if (lister.takes("images/" + image.value, tables.images.path(), line))
      samples.add("images/" + image.value, label->second);
  }
  lister.report();
  if (test.files.empty()) {
    failInput(tables.split.path(), "comparisons need images that are for testing",
              "no image with a 0 that can be read");
  }
  DataSource source{folder, "CUB-200-2011", nullptr, nullptr, "test"};
  source.train = fileDataSet(folder, std::move(train), {names}, "CUB-200-2011", true);
  source.eval = fileDataSet(folder, std::move(test), {names}, "CUB-200-2011", true);
  return source;
}

}  // namespace

std::optional<DataSource> openCubFolder(const fs::path& folder) {
  // The folder that the archive was unpacked in will do, too.
  for (const fs::path& inner : {folder, folder / "CUB_200_2011"}) {
    int tables = 0;
    for (const char* name : {"images.txt", "image_class_labels.txt", "train_test_split.txt"})
      tables += isThere(inner / name);
    if (tables < 2) continue;  // With one of them missing it still is this layout, and the reader says what it lacks.
    DataSource source = readTables(inner);
    source.path = folder;
    return source;
  }
  return std::nullopt;
}

}  // namespace gf
