// SPDX-License-Identifier: Apache-2.0
#include "data/imagenet_labels.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <system_error>

#include "base/error.h"
#include "data/mat_file.h"
#include "data/text_lines.h"
#include "data/wnid_names.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kNumbered = "ILSVRC2012_val_";

std::string inLine(std::string_view seen, std::size_t index) {
  return shown(seen) + " in line " + std::to_string(index + 1);
}

std::string withoutEnding(const std::string& file) {
  return fs::path(file).stem().string();
}

void addName(FlatLabels& labels, const std::string& file, const std::string& wnid, const std::string& line,
             std::size_t index) {
  if (!isWnid(wnid)) {
    failInput(labels.file.string(), "every image must have an ImageNet id, n and eight digits", inLine(line, index));
  }
  if (!labels.ofName.emplace(withoutEnding(file), wnid).second) {
    failInput(labels.file.string(), "every image must occur once", inLine(file, index));
  }
}

/// An image's boxes stand in one line, each with the id of what it shows: that is the image's class.
FlatLabels readKaggle(const fs::path& file) {
  FlatLabels labels{file, {}, {}};
  const auto lines = readLines(file);
  if (lines.empty() || lines.front() != "ImageId,PredictionString") {
    failInput(file.string(), "must begin with ImageId,PredictionString",
              lines.empty() ? "nothing" : shown(lines.front()));
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t comma = std::min(lines[i].find(','), lines[i].size());
    std::istringstream fields(lines[i].substr(std::min(comma + 1, lines[i].size())));
    std::string wnid, other, numbers[4];
    fields >> wnid;
    addName(labels, lines[i].substr(0, comma), wnid, lines[i], i);
    for (other = wnid; other == wnid;) {
      fields >> numbers[0] >> numbers[1] >> numbers[2] >> numbers[3];
      if (!(fields >> other)) break;
    }
    if (other != wnid) failInput(file.string(), "the boxes of an image must be of one class", inLine(lines[i], i));
  }
  return labels;
}

/// The ids of the classes that have no others below them, by their numbers in the development kit.
std::map<std::uint32_t, std::string> numberedClasses(const fs::path& meta) {
  const MatFile file = MatFile::read(meta);
  const MatRecords synsets(file, "synsets");
  std::map<std::uint32_t, std::string> wnids;
  for (std::size_t i = 0; i < synsets.size(); ++i) {
    if (synsets.has("num_children") && synsets.number(i, "num_children") != 0) continue;
    const std::uint32_t number = synsets.number(i, "ILSVRC2012_ID");
    const std::string& wnid = synsets.text(i, "WNID");
    if (!isWnid(wnid)) failInput(meta.string(), "WNID must be an ImageNet id", shown(wnid) + " in " + synsets.where(i));
    if (!wnids.emplace(number, wnid).second) {
      failInput(meta.string(), "every ILSVRC2012_ID must occur once", std::to_string(number) + " again");
    }
  }
  return wnids;
}

FlatLabels readDevkit(const fs::path& file) {
  const fs::path meta = file.parent_path() / "meta.mat";
  std::error_code ignored;
  if (!fs::exists(meta, ignored)) {
    failInput(meta.string(), "the numbers in " + file.filename().string() + " need the kit's table of classes",
              "no such file", "Unpack the whole ILSVRC2012_devkit_t12.tar.gz");
  }
  const auto wnids = numberedClasses(meta);
  FlatLabels labels{file, {}, {}};
  const auto lines = readLines(file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::uint32_t number = 0;
    const bool isNumber = parseNumber(lines[i], number);
    const auto found = wnids.find(number);
    if (!isNumber || found == wnids.end()) {
      failInput(file.string(), "every line must be the number of a class of meta.mat", inLine(lines[i], i));
    }
    labels.ofNumber.push_back(found->second);
  }
  return labels;
}

FlatLabels readTensorFlow(const fs::path& file) {
  FlatLabels labels{file, {}, readLines(file)};
  for (std::size_t i = 0; i < labels.ofNumber.size(); ++i) {
    if (isWnid(labels.ofNumber[i])) continue;
    failInput(file.string(), "every line must be an ImageNet id, n and eight digits", inLine(labels.ofNumber[i], i));
  }
  return labels;
}

FlatLabels readCaffe(const fs::path& file) {
  std::vector<std::string> order = imageNet1kWnids();
  const fs::path synsets = file.parent_path() / "synsets.txt";
  std::error_code ignored;
  if (fs::exists(synsets, ignored)) order = readLines(synsets);
  FlatLabels labels{file, {}, {}};
  const auto lines = readLines(file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t blank = lines[i].rfind(' ');
    std::uint32_t position = 0;
    if (blank == std::string::npos || !parseNumber(std::string_view(lines[i]).substr(blank + 1), position) ||
        position >= order.size()) {
      failInput(file.string(),
                "every line must be an image, a blank and a number below " + std::to_string(order.size()),
                inLine(lines[i], i));
    }
    addName(labels, lines[i].substr(0, blank), order[position], lines[i], i);
  }
  return labels;
}

FlatLabels readTiny(const fs::path& file) {
  FlatLabels labels{file, {}, {}};
  const auto lines = readLines(file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::istringstream fields(lines[i]);
    std::string image, wnid;
    std::getline(fields, image, '\t');
    std::getline(fields, wnid, '\t');
    addName(labels, image, wnid, lines[i], i);
  }
  return labels;
}

struct Form {
  const char* name;
  FlatLabels (*read)(const fs::path&);
};
constexpr std::array kForms = {Form{"LOC_val_solution.csv", readKaggle},
                               Form{"ILSVRC2012_validation_ground_truth.txt", readDevkit},
                               Form{"imagenet_2012_validation_synset_labels.txt", readTensorFlow},
                               Form{"val.txt", readCaffe}, Form{"val_annotations.txt", readTiny}};

}  // namespace

std::string FlatLabels::of(const std::string& name) const {
  if (ofNumber.empty()) {
    const auto found = ofName.find(name);
    return found == ofName.end() ? std::string() : found->second;
  }
  if (!name.starts_with(kNumbered)) return {};
  const std::size_t end = std::min(name.find('_', kNumbered.size()), name.size());
  std::uint32_t number = 0;
  if (!parseNumber(std::string_view(name).substr(kNumbered.size(), end - kNumbered.size()), number)) return {};
  return number >= 1 && number <= ofNumber.size() ? ofNumber[number - 1] : std::string();
}

std::optional<FlatLabels> findFlatLabels(const std::vector<fs::path>& places) {
  std::error_code ignored;
  for (const Form& form : kForms) {
    for (const fs::path& place : places) {
      if (!fs::is_regular_file(place / form.name, ignored)) continue;
      FlatLabels labels = form.read(place / form.name);
      if (labels.size() == 0) failInput((place / form.name).string(), "must name the classes of images", "none");
      return labels;
    }
  }
  return std::nullopt;
}

std::string flatLabelFiles() {
  std::string names;
  for (const Form& form : kForms) names += (names.empty() ? "" : ", ") + std::string(form.name);
  return names;
}

std::string wnidAtEnd(const std::string& name) {
  const std::size_t mark = name.rfind('_');
  if (mark == std::string::npos || !isWnid(std::string_view(name).substr(mark + 1))) return {};
  return name.substr(mark + 1);
}

}  // namespace gf
