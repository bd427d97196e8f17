// SPDX-License-Identifier: Apache-2.0
#include "data/file_set.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/hash.h"
#include "base/log.h"
#include "data/image_file.h"
#include "data/labelled_set.h"
#include "data/text_lines.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// Paths in one piece of memory: a million strings of their own would take twice as much.
class PathList {
 public:
  explicit PathList(const std::vector<std::string>& paths) {
    std::size_t length = 0;
    for (const auto& path : paths) length += path.size();
    text_.reserve(length);
    ends_.reserve(paths.size());
    for (const auto& path : paths) {
      text_ += path;
      ends_.push_back(text_.size());
    }
  }
  std::string_view operator[](std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(text_).substr(begin, ends_[index] - begin);
  }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

class FileDataSet : public LabelledSet {
 public:
  FileDataSet(fs::path root, const std::vector<std::string>& files, Labelling labelling)
      : LabelledSet(std::move(labelling)), root_(std::move(root)), files_(files) {}

  Pixels image(std::size_t index) const override {
    Pixels pixels;
    read(index, nullptr, pixels);
    return pixels;
  }
  void read(std::size_t index, const BoxWanted* wanted, Pixels& pixels) const override {
    readImage(pathOf(index), wanted, pixels);
  }
  Oddities examine(std::size_t index, Pixels& pixels) const override {
    Oddities found = 0;
    readImage(pathOf(index), nullptr, pixels, &found);
    return found;
  }
  bool decodes() const override { return true; }
  std::string sampleName(std::size_t index) const override {
    checkIndex(index, root_.native());
    return std::string(files_[index]);
  }

 private:
  /// Valid until this thread asks for another one.
  const std::string& pathOf(std::size_t index) const {
    checkIndex(index, root_.native());
    thread_local std::string path;
    return path.assign(root_.native()).append("/").append(files_[index]);
  }

  fs::path root_;
  PathList files_;  ///< Relative to `root_`.
};

/// What of a file's state its identity follows; `problem` is an errno.
struct FileFacts {
  std::int64_t size = 0, seconds = 0, nanoseconds = 0;
  int problem = 0;
};

/// Asked on several threads, because a file system on a network answers each question late.
std::vector<FileFacts> factsOf(const fs::path& root, const std::vector<std::string>& files) {
  constexpr std::size_t kThreads = 8, kWorthAThread = 2000;
  std::vector<FileFacts> facts(files.size());
  const std::string start = root.string() + "/";
  const auto ask = [&](std::size_t begin, std::size_t end) {
    std::string path;
    for (std::size_t i = begin; i < end; ++i) {
      struct stat seen {};
      path.assign(start).append(files[i]);
      facts[i] = ::stat(path.c_str(), &seen) != 0
                     ? FileFacts{0, 0, 0, errno}
                     : FileFacts{seen.st_size, seen.st_mtim.tv_sec, seen.st_mtim.tv_nsec, 0};
    }
  };
  const std::size_t parts = std::clamp<std::size_t>(files.size() / kWorthAThread, 1, kThreads);
  std::vector<std::jthread> threads;
  for (std::size_t part = 1; part < parts; ++part)
    threads.emplace_back(ask, files.size() * part / parts, files.size() * (part + 1) / parts);
  ask(0, files.size() / parts);
  threads.clear();  // waits for them
  return facts;
}

std::string identityOf(const fs::path& root, const LabelledFiles& samples, const std::vector<std::string>& classes,
                       const std::string& kind, bool labelsApart) {
  const auto facts = factsOf(root, samples.files);
  Sha256 hash;
  hash.add(kind + "\n");
  for (const auto& name : classes) hash.add(name).add("\n");
  for (std::size_t i = 0; i < samples.files.size(); ++i) {
    // What cannot be reached is a sample, too: it is named when it is read.
    if (facts[i].problem != 0) hash.add("unreachable ").add(std::to_string(facts[i].problem));
    hash.add(samples.files[i]).add(std::string_view("\0", 1));
    if (labelsApart) hash.add(std::to_string(samples.labels[i]) + " ");
    hash.add(std::to_string(facts[i].size) + " " + std::to_string(facts[i].seconds) + " " +
             std::to_string(facts[i].nanoseconds) + "\n");
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
  for (auto& entry : entriesOf(folder)) {
    if (entry.type != Entry::Folder) continue;
    if (entry.link && leadsRound(folder, entry.name)) {
      passOver(folder / entry.name);
    } else {
      names.push_back(std::move(entry.name));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> FolderLister::images(const fs::path& folder, bool deep) {
  std::vector<std::string> files;
  const std::string relative = folder.lexically_relative(root_).string();
  collect(folder, relative == "." ? "" : relative + "/", deep, files);
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

std::vector<FolderLister::Entry> FolderLister::entriesOf(const fs::path& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  if (!open) failInput(folder.string(), "the folder must be readable", std::strerror(errno));
  std::vector<Entry> entries;
  // The end of a folder and a failure differ in errno alone, and looking at an entry sets it, too.
  const auto next = [&] { return errno = 0, ::readdir(open.get()); };
  while (const dirent* seen = next()) {
    Entry entry{seen->d_name, Entry::Other, seen->d_type == DT_LNK};
    if (entry.name.starts_with('.')) continue;
    // The folder itself says what most entries are; the others are looked at one by one.
    if (seen->d_type == DT_DIR) entry.type = Entry::Folder;
    if (seen->d_type == DT_REG) entry.type = Entry::File;
    if ((entry.link || seen->d_type == DT_UNKNOWN) && !lookAt(folder / entry.name, entry)) continue;
    entries.push_back(std::move(entry));
  }
  if (errno != 0) failInput(folder.string(), "the folder must be readable", std::strerror(errno));
  return entries;
}

bool FolderLister::lookAt(const fs::path& path, Entry& entry) {
  std::error_code error;
  entry.link = fs::is_symlink(path, error);
  if (entry.link && !staysInside(path)) {
    passOver(path);
    return false;
  }
  const auto status = fs::status(path, error);
  entry.type = fs::is_directory(status) ? Entry::Folder : fs::is_regular_file(status) ? Entry::File : Entry::Other;
  return true;
}

bool FolderLister::staysInside(const fs::path& link) const {
  std::error_code error;
  const fs::path real = fs::canonical(link, error);
  return !error && std::mismatch(realRoot_.begin(), realRoot_.end(), real.begin(), real.end()).first == realRoot_.end();
}

bool FolderLister::leadsRound(const fs::path& folder, const std::string& name) {
  std::error_code error;
  const fs::path from = fs::canonical(folder, error), to = fs::canonical(folder / name, error);
  return std::mismatch(to.begin(), to.end(), from.begin(), from.end()).first == to.end();
}

void FolderLister::collect(const fs::path& folder, const std::string& relative, bool deep,
                           std::vector<std::string>& files) {
  std::vector<Entry> entries;
  try {
    entries = entriesOf(folder);
  } catch (const Error&) {
    // Stands for the images in it, to be counted and named like them.
    files.push_back(folder.lexically_relative(root_).string());
    return;
  }
  for (const auto& entry : entries) {
    if (entry.type == Entry::Folder) {
      // A linked folder below a class could lead back up, and round for ever.
      if (deep && !entry.link) collect(folder / entry.name, relative + entry.name + "/", deep, files);
      if (deep && entry.link) passOver(folder / entry.name);
    } else if (hasImageExtension(entry.name)) {
      files.push_back(relative + entry.name);
    }
  }
}

std::shared_ptr<const DataSet> fileDataSet(const fs::path& root, LabelledFiles files, ClassList classes,
                                           const std::string& kind, bool labelsApart) {
  if (files.files.empty()) return nullptr;
  // Names made from ids depend on what else is on the machine; the data are the same with and without them.
  auto identity = identityOf(root, files, classes.wnids.empty() ? classes.names : classes.wnids, kind, labelsApart);
  return std::make_shared<FileDataSet>(
      root, files.files,
      Labelling{std::move(files.labels), std::move(classes.names), std::move(identity), std::move(classes.wnids)});
}

}  // namespace gf
