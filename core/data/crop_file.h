// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace gf {

/// What a file of kept crops must hold.
struct CropShape {
  std::string key;  ///< 64 hexadecimal digits: the hash of what decides the pixels.
  std::size_t rows = 0, rowBytes = 0;

  std::uint64_t stride() const { return rowBytes + sizeof(std::uint64_t); }
  std::uint64_t fileBytes() const;
};

/// Crops of a list of images, 8-bit pixels as Preparer::crop() makes them, which any number of processes read and fill
/// at the same time:
///
///     "GFCROP1\n", key, rows and bytes of a row (uint64), checksum of these
///     for each row: its bytes; checksum of key, row number and bytes, 0 while there are none
///
/// Nobody waits for anybody: a row is a pure function of the key, so two who put it write the same bytes, and its
/// checksum is written last and tested at every read, so what a kill or a disk left half is no row. All of its space is
/// taken when the file is made. While an object lives its file counts as used (see base/kept_files.h).
class CropFile {
 public:
  /// Opens the file, or makes it where it is missing or not what `shape` says; others are removed to keep its folder
  /// within `bound` bytes. Throws Error(Run) saying why it cannot be had: no room, no locks, not writable.
  static std::unique_ptr<CropFile> open(const std::filesystem::path& file, const CropShape& shape, std::uint64_t bound);
  ~CropFile();
  CropFile(const CropFile&) = delete;
  CropFile& operator=(const CropFile&) = delete;

  /// Copies a row; false where there is none, or one that is damaged; `to` may then hold anything. Thread-safe.
  bool read(std::size_t row, std::uint8_t* to) const;
  /// Thread-safe. Where the disk refuses it is said once, and no more is put.
  void put(std::size_t row, const std::uint8_t* bytes) const;

 private:
  CropFile(std::filesystem::path path, CropShape shape, int descriptor);
  static std::unique_ptr<CropFile> take(const std::filesystem::path& file, const CropShape& shape);
  static std::unique_ptr<CropFile> make(const std::filesystem::path& file, const CropShape& shape, std::uint64_t bound);
  void takeSpace(const std::filesystem::path& part, std::uint64_t bound) const;
  std::uint64_t checksumOf(std::size_t row, const std::uint8_t* bytes) const;

  std::filesystem::path path_;
  CropShape shape_;
  int descriptor_;
  mutable std::atomic<bool> refused_{false};
};

}  // namespace gf
