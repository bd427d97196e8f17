// SPDX-License-Identifier: Apache-2.0
// IDX folders: MNIST, Fashion-MNIST and everything else in their format.
#include <algorithm>
#include <array>
#include <cctype>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "data/idx_format.h"
#include "data/image_file.h"
#include "data/labelled_set.h"
#include "data/sources.h"
#include "data/text_lines.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// Both splits of Fashion-MNIST, by the SHA-256 of their label files (unpacked).
constexpr std::array kFashionLabels = {"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                                       "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"};

class IdxDataSet : public LabelledSet {
 public:
  IdxDataSet(IdxArray images, std::string split, Labelling labelling)
      : LabelledSet(std::move(labelling)), images_(std::move(images)), split_(std::move(split)) {}

  std::string sampleName(std::size_t index) const override { return split_ + " #" + std::to_string(index); }

  Pixels image(std::size_t index) const override {
    checkIndex(index, split_);
    Pixels pixels{static_cast<int>(images_.dims[2]), static_cast<int>(images_.dims[1]), 1, {}};
    const std::size_t length = std::size_t{images_.dims[1]} * images_.dims[2];
    const auto* begin = reinterpret_cast<const std::uint8_t*>(images_.bytes().data()) + index * length;
    pixels.bytes.assign(begin, begin + length);
    return pixels;
  }

 private:
  IdxArray images_;
  std::string split_;
};

/// The file of that split and kind under any of its usual names; empty when there is none.
fs::path findFile(const fs::path& folder, const std::string& split, const std::string& kind) {
  const std::string suffix = kind == "images" ? "idx3-ubyte" : "idx1-ubyte";
  for (const char* ending : {"", ".gz"}) {
    for (const char* joint : {"-", "."}) {
      const fs::path path = folder / (split + "-" + kind + joint + suffix + ending);
      std::error_code ignored;
      if (fs::exists(fs::symlink_status(path, ignored))) return path;
    }
  }
  return {};
}

IdxArray readIdx(const fs::path& path, int rank) {
  return parseIdx(readFile(path, kMaxIdxBytes), rank, path.string());
}

bool namedFashion(const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  // Other tools keep the files one folder down, in FashionMNIST/raw.
  for (const auto& part : {real.filename(), real.parent_path().filename()}) {
    std::string name = part.string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name.find("fashion") != std::string::npos) return true;
    if (name != "raw") return false;
  }
  return false;
}

std::vector<std::string> namesFor(const fs::path& folder, const IdxArray& evalLabels) {
  const fs::path given = folder / "classes.txt";
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(given, ignored))) return readClassNames(given);
  const std::string hash = sha256(evalLabels.file);
  if (std::find(kFashionLabels.begin(), kFashionLabels.end(), hash) != kFashionLabels.end() || namedFashion(folder)) {
    return {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"};
  }
  return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
}

struct Split {
  std::string name;
  fs::path imageFile, labelFile;
};

/// Nothing when neither file is there.
std::optional<Split> findSplit(const fs::path& folder, const std::string& name) {
  Split split{name, findFile(folder, name, "images"), findFile(folder, name, "labels")};
  if (split.imageFile.empty() && split.labelFile.empty()) return std::nullopt;
  if (split.labelFile.empty()) {
    failInput((folder / (name + "-labels-idx1-ubyte")).string(), "images need their labels",
              "no such file, plain or .gz");
  }
  if (split.imageFile.empty()) {
    failInput((folder / (name + "-images-idx3-ubyte")).string(), "labels need their images",
              "no such file, plain or .gz");
  }
  return split;
}

std::shared_ptr<const DataSet> readSplit(const Split& split, const IdxArray& labels,
                                         const std::vector<std::string>& names) {
  auto images = readIdx(split.imageFile, 3);
  if (images.dims[1] > kMaxImageSide || images.dims[2] > kMaxImageSide) {
    failInput(split.imageFile.string(), "the sides of an image must be at most " + std::to_string(kMaxImageSide),
              std::to_string(images.dims[2]) + " × " + std::to_string(images.dims[1]));
  }
  if (images.dims[0] != labels.dims[0]) {
    failInput(split.labelFile.string(),
              "must hold a label for each of the " + std::to_string(images.dims[0]) + " images of " +
                  split.imageFile.filename().string(),
              std::to_string(labels.dims[0]) + " labels");
  }
  Sha256 hash;
  hash.add("idx\n").add(images.file).add(labels.file);
  for (const auto& name : names) hash.add(name).add("\n");
  auto numbers = byteLabels(labels.bytes(), 0, 1, names.size(), split.labelFile.string(),
                            "If the data has other classes, name them one per line in classes.txt beside the files");
  return std::make_shared<IdxDataSet>(std::move(images), split.name, Labelling{std::move(numbers), names, hash.hex()});
}

}  // namespace

std::optional<DataSource> openIdxFolder(const fs::path& folder) {
  const auto train = findSplit(folder, "train");
  const auto eval = findSplit(folder, "t10k");
  if (!train && !eval) return std::nullopt;
  if (!eval) {
    failInput((folder / "t10k-images-idx3-ubyte").string(), "comparisons need the t10k files", "only the train files",
              "Put t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte beside them");
  }
  const auto evalLabels = readIdx(eval->labelFile, 1);
  const auto names = namesFor(folder, evalLabels);
  DataSource source{folder, "IDX", nullptr, readSplit(*eval, evalLabels, names), "t10k"};
  if (train) source.train = readSplit(*train, readIdx(train->labelFile, 1), names);
  return source;
}

}  // namespace gf
