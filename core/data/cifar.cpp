// SPDX-License-Identifier: Apache-2.0
// CIFAR-10 and CIFAR-100 in their binary versions. A record is its labels, a byte each (CIFAR-100: coarse, then fine),
// and 32 × 32 pixels as a plane of red, one of green and one of blue, each by rows. Source: the format's description on
// the CIFAR page. Of CIFAR-100's two labels the fine one is the class.
#include <algorithm>
#include <array>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "data/labelled_set.h"
#include "data/sources.h"
#include "data/text_lines.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kSide = 32, kPlane = kSide * kSide;
constexpr std::size_t kMaxFileBytes = 4'000'000'000;
constexpr const char* kCopyAgain = "Copy or unpack the file again";

/// One of the two data sets.
struct Kind {
  std::string name;
  std::vector<std::string> train;  ///< Files without ".bin".
  std::string test, namesFile;
  std::size_t labelBytes = 1;  ///< The last one is the class.
  std::size_t classes = 10;    ///< Without a file of names.
};

Kind cifar10() {
  return {"CIFAR-10",
          {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
          "test_batch",
          "batches.meta.txt",
          1,
          10};
}

Kind cifar100() {
  return {"CIFAR-100", {"train"}, "test", "fine_label_names.txt", 2, 100};
}

/// The records of one split, as many files as it has.
struct Records {
  std::vector<std::string> names, files;
  std::vector<std::size_t> ends;  ///< Of each file, the samples up to its end.
};

class CifarDataSet : public LabelledSet {
 public:
  CifarDataSet(Records records, std::size_t labelBytes, Labelling labelling)
      : LabelledSet(std::move(labelling)), records_(std::move(records)), labelBytes_(labelBytes) {}

  std::string sampleName(std::size_t index) const override {
    const auto [file, record] = find(index);
    return records_.names[file] + " #" + std::to_string(record);
  }

  Pixels image(std::size_t index) const override {
    const auto [file, record] = find(index);
    const char* planes = records_.files[file].data() + record * (labelBytes_ + 3 * kPlane) + labelBytes_;
    Pixels pixels{int{kSide}, int{kSide}, 3, std::vector<std::uint8_t>(3 * kPlane)};
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t i = 0; i < kPlane; ++i)
        pixels.bytes[3 * i + c] = static_cast<std::uint8_t>(planes[c * kPlane + i]);
    }
    return pixels;
  }

 private:
  /// File and record of a sample.
  std::pair<std::size_t, std::size_t> find(std::size_t index) const {
    checkIndex(index, records_.names.front());
    std::size_t file = 0;
    while (index >= records_.ends[file]) ++file;
    return {file, index - (file == 0 ? 0 : records_.ends[file - 1])};
  }

  Records records_;
  std::size_t labelBytes_;
};

bool isThere(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

fs::path binFile(const fs::path& folder, const std::string& name) {
  return folder / (name + ".bin");
}

std::string readRecords(const fs::path& path, std::size_t size) {
  std::string bytes = readFile(path, kMaxFileBytes);
  if (bytes.empty()) failInput(path.string(), "must hold records of an image each", "an empty file", kCopyAgain);
  if (bytes.size() % size != 0) {
    failInput(path.string(), "must be whole records of " + std::to_string(size) + " bytes",
              std::to_string(bytes.size()) + " bytes, " + std::to_string(bytes.size() % size) + " more than " +
                  std::to_string(bytes.size() / size) + " records",
              kCopyAgain);
  }
  return bytes;
}

/// CIFAR-100's coarse labels are not used, but one that cannot be shows records that are none.
void checkCoarse(const fs::path& folder, const std::string& bytes, std::size_t size, const std::string& subject) {
  const fs::path names = folder / "coarse_label_names.txt";
  const std::size_t groups = isThere(names) ? readClassNames(names).size() : 20;
  byteLabels(bytes, 0, size, groups, subject, "The first byte of a record of CIFAR-100 is its coarse label");
}

std::shared_ptr<const DataSet> readSplit(const fs::path& folder, const Kind& kind,
                                         const std::vector<std::string>& files, const std::vector<std::string>& names) {
  const std::size_t size = kind.labelBytes + 3 * kPlane;
  Records records{files, {}, {}};
  std::vector<std::int32_t> labels;
  Sha256 hash;
  hash.add(kind.name + "\n");
  for (const auto& file : files) {
    const fs::path path = binFile(folder, file);
    records.files.push_back(readRecords(path, size));
    const std::string& bytes = records.files.back();
    if (kind.labelBytes == 2) checkCoarse(folder, bytes, size, path.string());
    const auto more = byteLabels(bytes, kind.labelBytes - 1, size, names.size(), path.string(),
                                 "If the data has other classes, name them one per line in " + kind.namesFile);
    labels.insert(labels.end(), more.begin(), more.end());
    records.ends.push_back(labels.size());
    hash.add(bytes);
  }
  for (const auto& name : names) hash.add(name).add("\n");
  return std::make_shared<CifarDataSet>(std::move(records), kind.labelBytes,
                                        Labelling{std::move(labels), names, hash.hex()});
}

std::vector<std::string> namesFor(const fs::path& folder, const Kind& kind) {
  if (isThere(folder / kind.namesFile)) return readClassNames(folder / kind.namesFile);
  std::vector<std::string> names;
  for (std::size_t k = 0; k < kind.classes; ++k) names.push_back(std::to_string(k));
  return names;
}

DataSource openKind(const fs::path& folder, const Kind& kind) {
  std::string missing;
  std::size_t there = 0;
  for (const auto& file : kind.train) {
    if (isThere(binFile(folder, file))) {
      ++there;
    } else {
      missing += (missing.empty() ? "" : ", ") + file + ".bin";
    }
  }
  if (there > 0 && !missing.empty()) {
    failInput(binFile(folder, kind.train.front()).parent_path().string(),
              "the training batches of " + kind.name + " must all be there, or none", "no " + missing,
              "Copy or unpack the missing files");
  }
  if (!isThere(binFile(folder, kind.test))) {
    failInput(binFile(folder, kind.test).string(), "comparisons need the test records of " + kind.name,
              "only the training records", "Copy or unpack the missing file");
  }
  const auto names = namesFor(folder, kind);
  DataSource source{folder, kind.name, nullptr, readSplit(folder, kind, {kind.test}, names), "test"};
  if (there > 0) source.train = readSplit(folder, kind, kind.train, names);
  return source;
}

bool hasRecords(const fs::path& folder, const Kind& kind) {
  return isThere(binFile(folder, kind.test)) ||
         std::any_of(kind.train.begin(), kind.train.end(),
                     [&](const auto& file) { return isThere(binFile(folder, file)); });
}

/// The versions for Python are pickles: programs that run when they are opened.
void refusePickles(const fs::path& folder) {
  std::error_code ignored;
  const auto isFile = [&](const char* name) { return fs::is_regular_file(folder / name, ignored); };
  const bool ten = isFile("test_batch") && isFile("batches.meta");
  const bool hundred = isFile("train") && isFile("test") && isFile("meta");
  if (!ten && !hundred) return;
  failInput(fs::path(folder / "").parent_path().string(), "CIFAR must be given in its binary version",
            "the version for Python, which are pickles",
            ten ? "Download “CIFAR-10 binary version” and give the folder cifar-10-batches-bin"
                : "Download “CIFAR-100 binary version” and give the folder cifar-100-binary");
}

}  // namespace

std::optional<DataSource> openCifarFolder(const fs::path& folder) {
  std::error_code ignored;
  for (const char* name : {"train", "val", "test"}) {
    if (fs::is_directory(folder / name, ignored)) return std::nullopt;  // Class folders; train.bin is something else.
  }
  // The folder that an archive was unpacked in will do, too.
  std::vector<std::pair<fs::path, Kind>> found;
  for (const fs::path& inner : {folder, folder / "cifar-10-batches-bin", folder / "cifar-100-binary"}) {
    for (const Kind& kind : {cifar10(), cifar100()}) {
      if (hasRecords(inner, kind)) found.emplace_back(inner, kind);
    }
  }
  if (found.empty()) {
    for (const char* inner : {"", "cifar-10-batches-py", "cifar-100-python"}) refusePickles(folder / inner);
    return std::nullopt;
  }
  if (found.size() > 1) {
    failInput(folder.string(), "must hold one of CIFAR-10 and CIFAR-100", "both",
              "Give the folder cifar-10-batches-bin or the folder cifar-100-binary");
  }
  DataSource source = openKind(found.front().first, found.front().second);
  source.path = folder;
  return source;
}

}  // namespace gf
