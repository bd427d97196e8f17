// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "base/error.h"
#include "data/packed.h"
#include "data/sources.h"
#include "data/text_lines.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

bool hasControlCharacter(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

/// What lies in a folder, for people: "3 folders (a, b, c) and 12 files (x.txt, …)".
std::string contentsOf(const fs::path& folder) {
  static constexpr std::size_t kMost = 3;
  std::vector<std::string> folders, files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    (it->is_directory(ignored) ? folders : files).push_back(it->path().filename().string());
  }
  const auto listed = [](std::vector<std::string> names, const std::string& one, const std::string& many) {
    std::sort(names.begin(), names.end());
    std::string text = (names.empty() ? "no" : std::to_string(names.size())) + " " + (names.size() == 1 ? one : many);
    for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i ? ", " : " (") + shown(names[i]);
    return text + (names.size() > kMost ? ", …)" : names.empty() ? "" : ")");
  };
  return listed(std::move(folders), "folder", "folders") + " and " + listed(std::move(files), "file", "files");
}

}  // namespace

std::string layoutAdvice() {
  return "What can be read:\n"
         "- class folders of images, in train/ and val/ (or test/), or alone\n"
         "- ImageNet and its subsets: folders called by ImageNet ids; val/ may be flat beside its list of classes\n"
         "- CUB-200-2011, Caltech-256, Stanford Cars, or a domain of DomainNet with its lists, as they are unpacked\n"
         "- CIFAR-10 or CIFAR-100 in the binary version\n"
         "- IDX files (t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, and train-…), plain or .gz\n"
         "- a file made by gainfinder pack";
}

const std::vector<std::string>& DataSet::wnids() const {
  static const std::vector<std::string> none;
  return none;
}

void DataSet::read(std::size_t index, const BoxWanted*, Pixels& pixels) const {
  pixels = image(index);
}

Oddities DataSet::examine(std::size_t index, Pixels& pixels) const {
  read(index, nullptr, pixels);
  return pixels.channels == 1 ? bitOf(Oddity::Grey) : 0;
}

void checkClassNames(const std::vector<std::string>& names, const std::string& subject) {
  if (names.size() < 2) failInput(subject, "must name at least two classes", std::to_string(names.size()));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string where = "class " + std::to_string(i);
    if (names[i].empty()) failInput(subject, "a class name must not be empty", where);
    if (!isUtf8(names[i])) failInput(subject, "a class name must be valid UTF-8", where);
    if (hasControlCharacter(names[i])) failInput(subject, "a class name must hold no control characters", where);
    if (!seen.insert(names[i]).second) failInput(subject, "class names must differ", "“" + names[i] + "” twice");
  }
}

DataSource openData(const fs::path& path) {
  const std::string subject = path.string();
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    failInput(subject, "the data folder must exist", error ? error.message() : "nothing there", layoutAdvice());
  }
  if (!fs::is_directory(status)) {
    if (isPackedFile(path)) return openPacked(path);
    if (auto source = openDomainNet(path)) return std::move(*source);
    failInput(subject, "data must be a folder", "a file", layoutAdvice());
  }
  fs::directory_iterator entries(path, error);
  if (error) failInput(subject, "the data folder must be readable", error.message());
  if (entries == fs::directory_iterator()) {
    failInput(subject, "the data folder must hold images", "an empty folder", layoutAdvice());
  }
  if (auto source = openIdxFolder(path)) return std::move(*source);
  if (auto source = openCifarFolder(path)) return std::move(*source);
  if (auto source = openCubFolder(path)) return std::move(*source);
  if (auto source = openCarsFolder(path)) return std::move(*source);
  if (auto source = openImageNet(path)) return std::move(*source);
  if (auto source = openDomainNet(path)) return std::move(*source);
  if (auto source = openCaltechFolder(path)) return std::move(*source);
  if (auto source = openImageFolder(path)) return std::move(*source);
  failInput(subject, "the layout of the data folder must be known, with images in it", contentsOf(path),
            layoutAdvice());
}

}  // namespace gf
