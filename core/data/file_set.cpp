// SPDX-License-Identifier: Apache-2.0
#include "data/file_set.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/error.h"
#include "base/hash.h"
#include "base/log.h"
#include "data/image_file.h"
#include "data/labelled_set.h"
#include "data/text_lines.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

class FileDataSet : public LabelledSet {
 public:
  FileDataSet(fs::path root, std::vector<std::string> files, Labelling labelling)
      : LabelledSet(std::move(labelling)), root_(std::move(root)), files_(std::move(files)) {}

  Pixels image(std::size_t index) const override { return readImage(root_ / sampleName(index)); }
  Oddities examine(std::size_t index) const override {
    Oddities found = 0;
    readImage(root_ / sampleName(index), &found);
    return found;
  }
  std::string sampleName(std::size_t index) const override {
    checkIndex(index, root_.string());
    return files_[index];
  }

 private:
  fs::path root_;
  std::vector<std::string> files_;  ///< Relative to `root_`.
};

std::string identityOf(const fs::path& root, const LabelledFiles& samples, const std::vector<std::string>& names,
                       const std::string& kind, bool labelsApart) {
  Sha256 hash;
  hash.add(kind + "\n");
  for (const auto& name : names) hash.add(name).add("\n");
  for (std::size_t i = 0; i < samples.files.size(); ++i) {
    struct stat facts {};
    const fs::path path = root / samples.files[i];
    // What cannot be reached is a sample, too: it is named when it is read.
    if (::stat(path.c_str(), &facts) != 0) hash.add("unreachable ").add(std::to_string(errno));
    hash.add(samples.files[i]).add(std::string_view("\0", 1));
    if (labelsApart) hash.add(std::to_string(samples.labels[i]) + " ");
    hash.add(std::to_string(facts.st_size) + " " + std::to_string(facts.st_mtim.tv_sec) + " " +
             std::to_string(facts.st_mtim.tv_nsec) + "\n");
  }
  return hash.hex();
}

bool leadsUp(const fs::path& relative) {
  return relative.is_absolute() || std::find(relative.begin(), relative.end(), "..") != relative.end();
}

}  // namespace

FolderLister::FolderLister(const fs::path& root) : root_(root), realRoot_(fs::canonical(root)) {}

std::vector<std::string> FolderLister::folders(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : entriesOf(folder)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> FolderLister::images(const fs::path& folder, bool deep) {
  std::vector<std::string> files;
  collect(folder, deep, files);
  std::sort(files.begin(), files.end());
  return files;
}

bool FolderLister::takes(const std::string& relative, const std::string& list, const std::string& where) {
  const std::string seen = shown(relative) + " in " + where;
  if (relative.empty() || relative.find('\0') != std::string::npos || leadsUp(relative)) {
    failInput(list, "every image it names must lie below " + root_.string(), seen);
  }
  const fs::path path = root_ / relative;
  const auto [known, fresh] = inside_.emplace(path.parent_path().string(), false);
  if (fresh) known->second = staysInside(path.parent_path());
  std::error_code error;
  const auto own = fs::symlink_status(path, error);
  if (!fs::exists(own)) {
    failInput(list, "every image it names must be there", seen + ", which is not",
              "Copy or unpack the images again, beside their lists");
  }
  if (!known->second || (fs::is_symlink(own) && !staysInside(path))) {
    passOver(path);
    return false;
  }
  if (!fs::is_regular_file(path, error))
    failInput(list, "every image it names must be a file", seen + ", which is not");
  return true;
}

void FolderLister::report() const {
  if (leftOut_ == 0) return;
  std::string named;
  for (const auto& name : named_) named += (named.empty() ? "" : ", ") + name;
  if (leftOut_ > named_.size()) named += " and " + std::to_string(leftOut_ - named_.size()) + " more";
  logLine(LogLevel::Warning, root_.string() + ": " + std::to_string(leftOut_) +
                                 " links that lead out of the folder, nowhere or round were passed over: " + named);
}

void FolderLister::passOver(const fs::path& link) {
  constexpr std::size_t kNamed = 10;
  ++leftOut_;
  if (named_.size() < kNamed) named_.push_back(shown(link.lexically_relative(root_).string()));
}

std::vector<fs::directory_entry> FolderLister::entriesOf(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    if (it->path().filename().string().starts_with('.')) continue;
    if (it->is_symlink() && !staysInside(it->path())) {
      passOver(it->path());
      continue;
    }
    entries.push_back(*it);
  }
  if (error) failInput(folder.string(), "the folder must be readable", error.message());
  return entries;
}

bool FolderLister::staysInside(const fs::path& link) const {
  std::error_code error;
  const fs::path real = fs::canonical(link, error);
  return !error && std::mismatch(realRoot_.begin(), realRoot_.end(), real.begin(), real.end()).first == realRoot_.end();
}

void FolderLister::collect(const fs::path& folder, bool deep, std::vector<std::string>& files) {
  const auto add = [&](const fs::path& path) { files.push_back(path.lexically_relative(root_).string()); };
  std::vector<fs::directory_entry> entries;
  try {
    entries = entriesOf(folder);
  } catch (const Error&) {
    return add(folder);  // Stands for the images in it, to be counted and named like them.
  }
  for (const auto& entry : entries) {
    std::error_code error;
    if (entry.is_directory(error)) {
      // A linked folder below a class could lead back up, and round for ever.
      if (deep && !entry.is_symlink()) collect(entry.path(), deep, files);
      if (deep && entry.is_symlink()) passOver(entry.path());
    } else if (hasImageExtension(entry.path())) {
      add(entry.path());
    }
  }
}

std::shared_ptr<const DataSet> fileDataSet(const fs::path& root, LabelledFiles files, std::vector<std::string> names,
                                           const std::string& kind, bool labelsApart) {
  if (files.files.empty()) return nullptr;
  auto identity = identityOf(root, files, names, kind, labelsApart);
  return std::make_shared<FileDataSet>(root, std::move(files.files),
                                       Labelling{std::move(files.labels), std::move(names), std::move(identity)});
}

}  // namespace gf
