// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gf {

/// A decoded image: rows from the top, channels interleaved (1 grey, 3 RGB).
struct Pixels {
  int width = 0, height = 0, channels = 0;
  std::vector<std::uint8_t> bytes;  ///< height·width·channels.
};

/// A part of an image, in pixels of the upright image.
struct PixelBox {
  int left = 0, top = 0, width = 0, height = 0;
};

/// Says which part of an image its reader will look at, once the image's size is known: a decoder may skip the rest.
class BoxWanted {
 public:
  virtual ~BoxWanted() = default;
  /// Inside the image, not empty. Thread-safe.
  virtual PixelBox boxOf(int width, int height) const = 0;
};

/// What about an image had to be treated for a model to see it; data/image_file.h says how each is treated.
enum class Oddity {
  Turned,      ///< An EXIF orientation other than upright.
  Grey,        ///< One channel.
  Cmyk,        ///< Inks in place of light.
  SixteenBit,  ///< More than 8 bits a channel.
  Palette,     ///< Colours by number.
  Alpha,       ///< Transparency.
  Animated,    ///< Several frames or pages.
  Misnamed     ///< Content of another format than its name says.
};
inline constexpr int kOddities = 8;
/// A set of them: bit i is Oddity(i).
using Oddities = std::uint32_t;
constexpr Oddities bitOf(Oddity oddity) {
  return Oddities{1} << static_cast<int>(oddity);
}

/// Labelled images in a fixed order. Reading is thread-safe.
class DataSet {
 public:
  virtual ~DataSet() = default;
  virtual std::size_t size() const = 0;
  /// Class index of every sample, each in [0, classNames().size()).
  virtual std::span<const std::int32_t> labels() const = 0;
  virtual const std::vector<std::string>& classNames() const = 0;
  /// Of each class its ImageNet id ("n01440764": a noun of WordNet 3.0), where the data has them; else empty.
  virtual const std::vector<std::string>& wnids() const;
  /// Throws Error(Input) naming the file when the image cannot be decoded.
  virtual Pixels image(std::size_t index) const = 0;
  /// The same into `pixels`, whose memory is used again. Where `wanted` is given only that part must be right; the rest
  /// of the bytes may be anything.
  virtual void read(std::size_t index, const BoxWanted* wanted, Pixels& pixels) const;
  /// The whole image into `pixels`, and what is odd about it. Throws as image() does.
  virtual Oddities examine(std::size_t index, Pixels& pixels) const;
  /// Whether reading an image means decoding a compressed one, so that keeping what becomes of it saves time.
  virtual bool decodes() const { return false; }
  /// For people: a path relative to the data folder, or "t10k #17".
  virtual std::string sampleName(std::size_t index) const = 0;
  /// Hash of what the set contains (file contents for IDX and CIFAR; relative paths, sizes and modification times for
  /// files of images, with their labels where the paths do not say them).
  virtual const std::string& identity() const = 0;
};

/// What lies at a data path.
struct DataSource {
  std::filesystem::path path;
  std::string kind;  ///< "IDX", "CIFAR-10", "CUB-200-2011", "Caltech-256", "DomainNet (infograph)", "image folder".
  std::shared_ptr<const DataSet> train;  ///< The split transfers draw from; null when there is none.
  std::shared_ptr<const DataSet> eval;   ///< The split that comparisons are made on (val or test); never null.
  std::string evalName;                  ///< "test", "val", "t10k".
};

/// Recognises and opens a data folder, or by one of its lists a domain of DomainNet. Fashion-MNIST's and MNIST's own
/// class names are known; an IDX folder may name others in classes.txt (one per line). CIFAR's names come from the
/// files beside its records; without them classes are called by their numbers. Throws Error(Input) naming file, rule
/// and value.
DataSource openData(const std::filesystem::path& path);

}  // namespace gf
