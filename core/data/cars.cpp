// SPDX-License-Identifier: Apache-2.0
// Stanford Cars as it was published, twice: cars_train/, cars_test/ and devkit/ with cars_meta.mat (class_names),
// cars_train_annos.mat and cars_test_annos_withlabels.mat (annotations: fname, class, a box); before that car_ims/ with
// cars_annos.mat (class_names; annotations: relative_im_path, class, test, a box). Classes count from 1. torchvision
// keeps the first in stanford_cars/, and the labels of the test images beside devkit/.
#include <set>
#include <system_error>

#include "base/error.h"
#include "data/file_set.h"
#include "data/mat_file.h"
#include "data/sources.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr const char* kKind = "Stanford Cars";

bool isThere(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

std::int32_t labelOf(const MatRecords& records, std::size_t record, std::size_t classes, const std::string& subject) {
  const std::uint32_t number = records.number(record, "class");
  if (number < 1 || number > classes) {
    failInput(subject, "every class must be a number from 1 to " + std::to_string(classes),
              std::to_string(number) + " in " + records.where(record));
  }
  return static_cast<std::int32_t>(number - 1);
}

/// Images and their classes as one file of annotations has them.
class Annotations {
 public:
  Annotations(const MatFile& file, const std::vector<std::string>& names)
      : records_(file, "annotations"), subject_(file.subject()), names_(names) {}

  const MatRecords& records() const { return records_; }
  void add(std::size_t record, const std::string& image, FolderLister& lister, LabelledFiles& samples) {
    const std::int32_t label = labelOf(records_, record, names_.size(), subject_);
    if (!seen_.insert(image).second) {
      failInput(subject_, "every image must occur once", image + " again in " + records_.where(record));
    }
    if (lister.takes(image, subject_, records_.where(record))) samples.add(image, label);
  }

 private:
  MatRecords records_;
  std::string subject_;
  const std::vector<std::string>& names_;
  std::set<std::string> seen_;
};

/// The folder of a split's images; copies exist in which it holds another of its name.
std::string imagesIn(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  return fs::is_directory(folder / name / name, ignored) ? name + "/" + name : name;
}

std::shared_ptr<const DataSet> readSplit(const fs::path& folder, const std::string& images, const MatFile& file,
                                         const std::vector<std::string>& names, FolderLister& lister) {
  Annotations annotations(file, names);
  const std::string inside = imagesIn(folder, images);
  LabelledFiles samples;
  for (std::size_t i = 0; i < annotations.records().size(); ++i)
    annotations.add(i, inside + "/" + annotations.records().text(i, "fname"), lister, samples);
  return fileDataSet(folder, std::move(samples), {names}, kKind, true);
}

fs::path testLabels(const fs::path& folder, const fs::path& devkit) {
  const char* name = "cars_test_annos_withlabels.mat";
  for (const fs::path& place : {devkit, folder}) {
    if (isThere(place / name)) return place / name;
  }
  const bool unlabelled = isThere(devkit / "cars_test_annos.mat");
  failInput((devkit / name).string(), "comparisons need the labels of the test images",
            unlabelled ? "only cars_test_annos.mat, which has no labels" : "no such file",
            std::string("Put ") + name + ", which was published apart, into devkit/");
}

std::vector<std::string> namesIn(const MatFile& file) {
  auto names = file.texts("class_names");
  checkClassNames(names, file.subject());
  return names;
}

DataSource readDevkit(const fs::path& folder, const fs::path& devkit) {
  const auto names = namesIn(MatFile::read(devkit / "cars_meta.mat"));
  FolderLister lister(folder);
  DataSource source{folder, kKind, nullptr, nullptr, "test"};
  const fs::path labels = testLabels(folder, devkit);
  source.eval = readSplit(folder, "cars_test", MatFile::read(labels), names, lister);
  std::error_code ignored;
  // Whoever only wants to compare needs no training images; the kit has their annotations all the same.
  if (fs::is_directory(folder / "cars_train", ignored))
    source.train = readSplit(folder, "cars_train", MatFile::read(devkit / "cars_train_annos.mat"), names, lister);
  lister.report();
  if (!source.eval) failInput(labels.string(), "comparisons need images for testing", "none that can be read");
  return source;
}

DataSource readOld(const fs::path& folder) {
  const MatFile file = MatFile::read(folder / "cars_annos.mat");
  const auto names = namesIn(file);
  FolderLister lister(folder);
  Annotations annotations(file, names);
  LabelledFiles train, test;
  for (std::size_t i = 0; i < annotations.records().size(); ++i) {
    const std::uint32_t side = annotations.records().number(i, "test");
    if (side > 1) {
      failInput(file.subject(), "every image must be 1, for testing, or 0, for training",
                std::to_string(side) + " in " + annotations.records().where(i));
    }
    annotations.add(i, annotations.records().text(i, "relative_im_path"), lister, side ? test : train);
  }
  lister.report();
  if (test.files.empty()) failInput(file.subject(), "comparisons need images for testing", "none that can be read");
  DataSource source{folder, kKind, nullptr, nullptr, "test"};
  source.train = fileDataSet(folder, std::move(train), {names}, kKind, true);
  source.eval = fileDataSet(folder, std::move(test), {names}, kKind, true);
  return source;
}

}  // namespace

std::optional<DataSource> openCarsFolder(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::path& inner : {folder, folder / "stanford_cars"}) {
    const bool isNew =
        fs::is_directory(inner / "cars_test", ignored) || fs::is_directory(inner / "cars_train", ignored);
    const bool isOld = fs::is_directory(inner / "car_ims", ignored) && isThere(inner / "cars_annos.mat");
    if (!isNew && !isOld) continue;
    const fs::path nested = inner / "car_devkit" / "devkit";  // As in the copy on Kaggle.
    const fs::path devkit = fs::is_directory(nested, ignored) ? nested : inner / "devkit";
    if (!isOld && !isThere(devkit)) {
      failInput(devkit.string(), "the annotations of Stanford Cars must be beside its images", "no such folder",
                "Unpack car_devkit.tgz there");
    }
    DataSource source = isNew ? readDevkit(inner, devkit) : readOld(inner);
    source.path = folder;
    return source;
  }
  return std::nullopt;
}

}  // namespace gf
