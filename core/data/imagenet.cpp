// SPDX-License-Identifier: Apache-2.0
// Images in folders that are called by ImageNet ids: ImageNet itself, as it is unpacked by hand, by torchvision or from
// Kaggle's archive, and its subsets (Imagenette, Tiny ImageNet, …). Images for comparing lie in such folders, too, or
// flat with a file that says their classes (data/imagenet_labels.h). Classes are in the order of their ids, as those of
// published classifiers are, and are called by WordNet's words.
#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "base/error.h"
#include "base/log.h"
#include "data/file_set.h"
#include "data/imagenet_labels.h"
#include "data/sources.h"
#include "data/wnid_names.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// Begins the identity of such data as that of every image folder does.
constexpr const char* kKind = "image folder";

fs::path firstFolder(const fs::path& folder, std::initializer_list<const char*> names) {
  std::error_code ignored;
  for (const char* name : names) {
    if (fs::is_directory(folder / name, ignored)) return folder / name;
  }
  return {};
}

bool allWnids(const std::vector<std::string>& folders) {
  return !folders.empty() && std::all_of(folders.begin(), folders.end(), [](const auto& name) { return isWnid(name); });
}

/// Where the files that say the classes of flat images are put.
std::vector<fs::path> labelPlaces(const fs::path& data, const fs::path& root, const fs::path& split) {
  std::vector<fs::path> places{split, root, data};
  if (root.filename() == "CLS-LOC") places.push_back(root / ".." / ".." / "..");  // Beside Kaggle's ILSVRC/.
  if (split == root) places.push_back(root / "..");
  for (const fs::path& place : std::vector<fs::path>(places)) {
    for (const char* kit :
         {"ILSVRC2012_devkit_t12/data", "ILSVRC2012_devkit_t12", "devkit/data", "data", "caffe_ilsvrc12"})
      places.push_back(place / kit);
  }
  return places;
}

/// Files by the ids of their classes.
struct Split {
  std::vector<std::string> files, wnids;  ///< One id for each file.
  bool labelsApart = false;               ///< The paths do not say the classes.
};

Split readClassFolders(FolderLister& lister, const fs::path& folder, const std::vector<std::string>& classes) {
  Split split;
  for (const auto& wnid : classes) {
    for (auto& file : lister.images(folder / wnid)) {
      split.files.push_back(std::move(file));
      split.wnids.push_back(wnid);
    }
  }
  return split;
}

[[noreturn]] void failWithoutLabels(const fs::path& folder, const std::vector<fs::path>& places) {
  std::error_code ignored;
  const bool pickled = std::any_of(places.begin(), places.end(),
                                   [&](const auto& place) { return fs::exists(place / "meta.bin", ignored); });
  failInput(
      folder.string(), "images that are not in class folders need a file that says their classes",
      pickled ? "only torchvision's meta.bin, a pickle, which is not opened" : "none beside them",
      "Put one of these beside them, or unpack ILSVRC2012_devkit_t12.tar.gz beside the data: " + flatLabelFiles());
}

Split readFlat(FolderLister& lister, const fs::path& folder, const std::vector<fs::path>& places) {
  auto files = lister.images(folder, false);
  if (files.empty()) files = lister.images(folder / "images", false);  // As in Tiny ImageNet.
  const auto labels = findFlatLabels(places);
  Split split{{}, {}, true};
  for (auto& file : files) {
    const std::string name = fs::path(file).stem().string();
    const std::string wnid = labels ? labels->of(name) : wnidAtEnd(name);
    if (wnid.empty() && !labels) failWithoutLabels(folder, places);
    if (wnid.empty()) {
      failInput(labels->file.string(), "must say the class of every image of " + folder.filename().string() + "/",
                "nothing about " + file);
    }
    split.files.push_back(std::move(file));
    split.wnids.push_back(wnid);
  }
  if (labels && split.files.size() < labels->size()) {
    logLine(LogLevel::Warning, folder.string() + " holds " + std::to_string(split.files.size()) + " of the " +
                                   std::to_string(labels->size()) + " images that " + labels->file.filename().string() +
                                   " speaks of");
  }
  return split;
}

/// Whether a folder holds flat images that this reader can name.
bool holdsFlatImages(FolderLister& lister, const fs::path& folder) {
  std::error_code ignored;
  for (const fs::path& place : {folder, folder / "images"}) {
    if (!fs::is_directory(place, ignored)) continue;
    const auto files = lister.images(place, false);
    if (!files.empty()) return true;
  }
  return false;
}

bool isValidationImage(const std::string& file) {
  return fs::path(file).filename().string().starts_with("ILSVRC2012_val_");
}

Split readAny(FolderLister& lister, const fs::path& folder, const std::vector<fs::path>& places) {
  const auto folders = lister.folders(folder);
  if (allWnids(folders)) return readClassFolders(lister, folder, folders);
  if (holdsFlatImages(lister, folder)) return readFlat(lister, folder, places);
  failInput(folder.string(), "must hold images in folders called by ImageNet ids, or flat with a file of their classes",
            folders.empty() ? "neither" : "the folder " + folders.front());
}

ClassList classesOf(const std::set<std::string>& wnids, const std::string& subject) {
  ClassList classes{{}, {wnids.begin(), wnids.end()}};
  WnidNames named = wnidNames(classes.wnids);
  classes.names = std::move(named.names);
  if (!named.note.empty()) logLine(LogLevel::Warning, subject + ": " + named.note);
  checkClassNames(classes.names, subject);
  return classes;
}

/// The samples whose class is among `classes`; the others are left out, and said.
std::shared_ptr<const DataSet> dataOf(const fs::path& root, const fs::path& folder, Split split,
                                      const ClassList& classes) {
  std::map<std::string, std::int32_t> indexOf;
  for (const auto& wnid : classes.wnids) indexOf.emplace(wnid, static_cast<std::int32_t>(indexOf.size()));
  LabelledFiles samples;
  std::set<std::string> strange;
  for (std::size_t i = 0; i < split.files.size(); ++i) {
    const auto found = indexOf.find(split.wnids[i]);
    if (found == indexOf.end()) {
      strange.insert(split.wnids[i]);
    } else {
      samples.add(std::move(split.files[i]), found->second);
    }
  }
  if (!strange.empty()) {
    logLine(LogLevel::Warning, folder.string() + ": " + std::to_string(split.files.size() - samples.files.size()) +
                                   " images of " + std::to_string(strange.size()) +
                                   " classes that train/ does not have are left out");
  }
  auto data = fileDataSet(root, std::move(samples), classes, kKind, split.labelsApart);
  if (!data) failInput(folder.string(), "must hold images of the classes", "none");
  return data;
}

/// What a folder was found to be.
struct Found {
  fs::path root, train, eval;  ///< No train: empty.
  std::string evalName;
};

/// Whether train/ is called by ids, or, where there is none, what is there for comparing.
std::optional<Found> look(FolderLister& lister, const fs::path& root) {
  Found found{root,
              firstFolder(root, {"train", "ILSVRC2012_img_train"}),
              firstFolder(root, {"val", "validation", "ILSVRC2012_img_val", "test"}),
              {}};
  found.evalName = found.eval.filename().string() == "test" ? "test" : "val";
  if (!found.train.empty()) {
    if (!allWnids(lister.folders(found.train))) return std::nullopt;
    return found;
  }
  const bool itself = found.eval.empty();
  if (itself) found.eval = root;
  const auto folders = lister.folders(found.eval);
  const auto flat = folders.empty() ? lister.images(found.eval, false) : std::vector<std::string>();
  const bool isFlat = !flat.empty() && std::all_of(flat.begin(), flat.end(), isValidationImage);
  if (!isFlat && !allWnids(folders)) return std::nullopt;
  const std::string own = root.filename().string();
  if (itself && !isFlat && own != "val" && own != "validation" && own != "ILSVRC2012_img_val")
    found.evalName = "images";
  return found;
}

}  // namespace

std::optional<DataSource> openImageNet(const fs::path& folder) {
  FolderLister lister(folder);
  std::optional<Found> found;
  std::error_code ignored;
  for (const char* inner : {"", "ILSVRC/Data/CLS-LOC", "Data/CLS-LOC", "tiny-imagenet-200"}) {
    const fs::path root = *inner ? folder / inner : folder;
    if (!found && fs::is_directory(root, ignored)) found = look(lister, root);
  }
  if (!found) return std::nullopt;
  if (found->eval.empty()) {
    failInput(found->root.string(), "a data folder with train/ must have val/ or test/ too", "only train/",
              "To compare on the training images give " + found->train.string() + " itself");
  }
  Split train, eval = readAny(lister, found->eval, labelPlaces(folder, found->root, found->eval));
  if (!found->train.empty()) train = readClassFolders(lister, found->train, lister.folders(found->train));
  lister.report();
  const auto& named = found->train.empty() ? eval.wnids : train.wnids;
  const ClassList classes = classesOf({named.begin(), named.end()}, folder.string());
  DataSource source{folder, classes.wnids == imageNet1kWnids() ? "ImageNet-1k" : "ImageNet classes", nullptr, nullptr,
                    found->evalName};
  if (!found->train.empty()) source.train = dataOf(folder, found->train, std::move(train), classes);
  source.eval = dataOf(folder, found->eval, std::move(eval), classes);
  return source;
}

}  // namespace gf
