// SPDX-License-Identifier: Apache-2.0
// Image folders: a folder per class, in train/ and val/ (or test/) or directly in the data folder.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <system_error>

#include "base/error.h"
#include "base/hash.h"
#include "base/log.h"
#include "data/image_file.h"
#include "data/sources.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

class ImageFolder : public DataSet {
 public:
  ImageFolder(fs::path root, std::vector<std::string> files, std::vector<std::int32_t> labels,
              std::vector<std::string> names, std::string identity)
      : root_(std::move(root)),
        files_(std::move(files)),
        labels_(std::move(labels)),
        names_(std::move(names)),
        identity_(std::move(identity)) {}

  std::size_t size() const override { return files_.size(); }
  std::span<const std::int32_t> labels() const override { return labels_; }
  const std::vector<std::string>& classNames() const override { return names_; }
  Pixels image(std::size_t index) const override { return readImage(root_ / sampleName(index)); }
  const std::string& identity() const override { return identity_; }

  std::string sampleName(std::size_t index) const override {
    if (index >= size()) {
      failRun(root_.string(), "a sample must be below " + std::to_string(size()), std::to_string(index));
    }
    return files_[index];
  }

 private:
  fs::path root_;
  std::vector<std::string> files_;  ///< Relative to `root_`.
  std::vector<std::int32_t> labels_;
  std::vector<std::string> names_;
  std::string identity_;
};

/// Lists folders below one root. Links that lead out of the root, or nowhere, are passed over and counted.
class Lister {
 public:
  explicit Lister(const fs::path& root) : root_(root), realRoot_(fs::canonical(root)) {}

  /// Names of the class folders in `folder`, bytewise ascending.
  std::vector<std::string> classFolders(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : entriesOf(folder)) {
      if (entry.is_directory()) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  /// Images in `folder` and below, relative to the root, bytewise ascending.
  std::vector<std::string> images(const fs::path& folder) {
    std::vector<std::string> files;
    collect(folder, files);
    std::sort(files.begin(), files.end());
    return files;
  }

  std::size_t linksLeftOut() const { return leftOut_; }

 private:
  /// What is in a folder, without hidden entries and links that must not be followed.
  std::vector<fs::directory_entry> entriesOf(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      if (it->path().filename().string().starts_with('.')) continue;
      if (it->is_symlink() && !staysInside(it->path())) {
        ++leftOut_;
        continue;
      }
      entries.push_back(*it);
    }
    if (error) failInput(folder.string(), "the folder must be readable", error.message());
    return entries;
  }

  bool staysInside(const fs::path& link) const {
    std::error_code error;
    const fs::path real = fs::canonical(link, error);
    return !error &&
           std::mismatch(realRoot_.begin(), realRoot_.end(), real.begin(), real.end()).first == realRoot_.end();
  }

  void collect(const fs::path& folder, std::vector<std::string>& files) {
    for (const auto& entry : entriesOf(folder)) {
      std::error_code error;
      if (entry.is_directory(error)) {
        // A linked folder below a class could lead back up, and round for ever.
        if (!entry.is_symlink()) collect(entry.path(), files);
      } else if (hasImageExtension(entry.path())) {
        if (!entry.is_regular_file(error))
          failInput(entry.path().string(), "an image must be a file", "something else");
        files.push_back(entry.path().lexically_relative(root_).string());
      }
    }
  }

  fs::path root_, realRoot_;
  std::size_t leftOut_ = 0;
};

std::string identityOf(const fs::path& root, const std::vector<std::string>& files,
                       const std::vector<std::string>& names) {
  Sha256 hash;
  hash.add("image folder\n");
  for (const auto& name : names) hash.add(name).add("\n");
  for (const auto& file : files) {
    struct stat facts {};
    const fs::path path = root / file;
    if (::stat(path.c_str(), &facts) != 0) failInput(path.string(), "the file must be readable", std::strerror(errno));
    hash.add(file).add(std::string_view("\0", 1));
    hash.add(std::to_string(facts.st_size) + " " + std::to_string(facts.st_mtim.tv_sec) + " " +
             std::to_string(facts.st_mtim.tv_nsec) + "\n");
  }
  return hash.hex();
}

/// All samples of one split; `names` are the class folders that may occur, in label order.
std::shared_ptr<const DataSet> readSplit(Lister& lister, const fs::path& root, const fs::path& split,
                                         const std::vector<std::string>& present,
                                         const std::vector<std::string>& names) {
  std::map<std::string, std::int32_t> indexOf;
  for (std::size_t k = 0; k < names.size(); ++k) indexOf[names[k]] = static_cast<std::int32_t>(k);
  std::vector<std::string> files;
  std::vector<std::int32_t> labels;
  for (const auto& name : present) {
    const auto known = indexOf.find(name);
    if (known == indexOf.end()) {
      failInput((split / name).string(), "every class of " + split.filename().string() + "/ must be in train/ too",
                "a class folder that train/ does not have");
    }
    for (auto& file : lister.images(split / name)) {
      files.push_back(std::move(file));
      labels.push_back(known->second);
    }
  }
  if (files.empty()) return nullptr;
  auto identity = identityOf(root, files, names);
  return std::make_shared<ImageFolder>(root, std::move(files), std::move(labels), names, std::move(identity));
}

std::shared_ptr<const DataSet> readWholeSplit(Lister& lister, const fs::path& root, const fs::path& split,
                                              const std::vector<std::string>* names) {
  const auto present = lister.classFolders(split);
  if (present.empty()) {
    failInput(split.string(), "must hold a folder for each class", "no folders", layoutAdvice());
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
  Lister lister(folder);
  DataSource source{folder, "image folder", nullptr, nullptr, eval.filename().string()};
  if (!train.empty()) {
    if (eval.empty()) {
      failInput(folder.string(), "a data folder with train/ must have val/ or test/ too", "only train/",
                layoutAdvice());
    }
    source.train = readWholeSplit(lister, folder, train, nullptr);
    source.eval = readWholeSplit(lister, folder, eval, &source.train->classNames());
  } else if (!eval.empty()) {
    source.eval = readWholeSplit(lister, folder, eval, nullptr);
  } else {
    const auto present = lister.classFolders(folder);
    source.evalName = "images";
    source.eval = readSplit(lister, folder, folder, present, present);
    if (!source.eval) return std::nullopt;
    checkClassNames(present, folder.string());
  }
  if (lister.linksLeftOut() > 0) {
    logLine(LogLevel::Warning, folder.string() + ": " + std::to_string(lister.linksLeftOut()) +
                                   " links that lead out of the folder or nowhere were passed over");
  }
  return source;
}

}  // namespace gf
