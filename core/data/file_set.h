// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace gf {

/// Looks at files below one root. Links that lead out of the root, nowhere, or back to a folder they lie in, and below
/// a class all links to folders, which could lead round for ever, are passed over, counted and named. What has an
/// image's name but is no file, and a folder below a class that cannot be listed, stand among the images: reading them
/// fails and says why.
class FolderLister {
 public:
  explicit FolderLister(const std::filesystem::path& root);

  /// Names of the folders in `folder`, bytewise ascending; hidden ones are not seen.
  std::vector<std::string> folders(const std::filesystem::path& folder);
  /// Images in `folder`, and with `deep` below it, relative to the root, bytewise ascending.
  std::vector<std::string> images(const std::filesystem::path& folder, bool deep = true);
  /// Whether a file that a list names is to be read: false for a link that is passed over. Throws Error(Input) about
  /// `list` when `relative` is no path below the root or no file is there; `where` is the line, for people.
  bool takes(const std::string& relative, const std::string& list, const std::string& where);

  std::size_t linksLeftOut() const { return leftOut_; }
  /// A warning in the log when links were passed over.
  void report() const;

 private:
  /// What one line of a folder is; links are what they lead to.
  struct Entry {
    std::string name;
    enum Type { Folder, File, Other } type = Other;
    bool link = false;
  };
  std::vector<Entry> entriesOf(const std::filesystem::path& folder);
  /// Asks the file system what an entry is; false when it is a link that is passed over.
  bool lookAt(const std::filesystem::path& path, Entry& entry);
  /// `relative`: the folder's path below the root with a "/" behind it, or nothing.
  void collect(const std::filesystem::path& folder, const std::string& relative, bool deep,
               std::vector<std::string>& files);
  bool staysInside(const std::filesystem::path& link) const;
  /// Whether link `name` in `folder` leads to this folder or to one that it lies in.
  static bool leadsRound(const std::filesystem::path& folder, const std::string& name);
  void passOver(const std::filesystem::path& link);

  std::filesystem::path root_, realRoot_;
  std::map<std::string, bool> inside_;  ///< Folders of listed files, by whether they stay in the root.
  std::size_t leftOut_ = 0;
  std::vector<std::string> named_;  ///< The first of them.
};

/// Image files and their classes.
struct LabelledFiles {
  std::vector<std::string> files;  ///< Relative to a root.
  std::vector<std::int32_t> labels;

  void add(std::string file, std::int32_t label) {
    files.push_back(std::move(file));
    labels.push_back(label);
  }
};

/// Class names in label order, and their ImageNet ids where they have them.
struct ClassList {
  std::vector<std::string> names, wnids{};
};

/// A data set of image files below `root`; null when there are none. Its identity follows relative paths, sizes, times
/// of change and class names (ImageNet ids where there are some); `kind` begins it. With `labelsApart` it follows the
/// labels, too: needed where they are not said by the paths.
std::shared_ptr<const DataSet> fileDataSet(const std::filesystem::path& root, LabelledFiles files, ClassList classes,
                                           const std::string& kind, bool labelsApart);

}  // namespace gf
