// SPDX-License-Identifier: Apache-2.0
// Image folders: a folder per class, in train/ and val/ (or test/) or directly in the data folder.
#include <map>
#include <system_error>

#include "base/error.h"
#include "data/file_set.h"
#include "data/sources.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// All samples of one split; `names` are the class folders that may occur, in label order.
std::shared_ptr<const DataSet> readSplit(FolderLister& lister, const fs::path& root, const fs::path& split,
                                         const std::vector<std::string>& present,
                                         const std::vector<std::string>& names) {
  std::map<std::string, std::int32_t> indexOf;
  for (std::size_t k = 0; k < names.size(); ++k) indexOf[names[k]] = static_cast<std::int32_t>(k);
  LabelledFiles samples;
  for (const auto& name : present) {
    const auto known = indexOf.find(name);
    if (known == indexOf.end()) {
      failInput((split / name).string(), "every class of " + split.filename().string() + "/ must be in train/ too",
                "a class folder that train/ does not have");
    }
    for (auto& file : lister.images(split / name)) samples.add(std::move(file), known->second);
  }
  return fileDataSet(root, std::move(samples), {names}, "image folder", false);
}

std::shared_ptr<const DataSet> readWholeSplit(FolderLister& lister, const fs::path& root, const fs::path& split,
                                              const std::vector<std::string>* names) {
  const auto present = lister.folders(split);
  if (present.empty()) {
    failInput(split.string(), "must hold a folder for each class", "no folders",
              "Sort the images into folders called by their classes");
  }
  if (!names) checkClassNames(present, split.string());
  auto data = readSplit(lister, root, split, present, names ? *names : present);
  if (!data) {
    const std::string links = std::to_string(lister.linksLeftOut());
    failInput(split.string(), "must hold images (.jpg, .png, .bmp, .webp or .tif)",
              "none (" + links + " links that lead out of the data folder were passed over)");
  }
  return data;
}

fs::path firstFolder(const fs::path& folder, std::initializer_list<const char*> names) {
  std::error_code ignored;
  for (const char* name : names) {
    if (fs::is_directory(folder / name, ignored)) return folder / name;
  }
  return {};
}

}  // namespace

std::optional<DataSource> openImageFolder(const fs::path& folder) {
  const fs::path train = firstFolder(folder, {"train"}), eval = firstFolder(folder, {"val", "test"});
  FolderLister lister(folder);
  DataSource source{folder, "image folder", nullptr, nullptr, eval.filename().string()};
  if (!train.empty()) {
    if (eval.empty()) {
      failInput(folder.string(), "a data folder with train/ must have val/ or test/ too", "only train/",
                "To compare on the training images give " + train.string() + " itself");
    }
    source.train = readWholeSplit(lister, folder, train, nullptr);
    source.eval = readWholeSplit(lister, folder, eval, &source.train->classNames());
  } else if (!eval.empty()) {
    source.eval = readWholeSplit(lister, folder, eval, nullptr);
  } else {
    const auto present = lister.folders(folder);
    source.evalName = "images";
    source.eval = readSplit(lister, folder, folder, present, present);
    if (!source.eval) return std::nullopt;
    checkClassNames(present, folder.string());
  }
  lister.report();
  return source;
}

}  // namespace gf
