// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace gf {
class GuardedMap;

/// What a file of logits must hold.
struct KeptShape {
  std::string key;  ///< 64 hexadecimal digits: the hash of what decides the numbers.
  std::size_t rows = 0, columns = 0;

  std::uint64_t rowBytes() const { return columns * sizeof(float) + sizeof(std::uint64_t); }
  std::uint64_t fileBytes() const;
};

/// Logits of one model for a list of samples in one view, float32 [N, C], read where they lie on the disk:
///
///     "GFKEPT1\n", key, N and C (uint64), checksum of these
///     N times: C floats, checksum of key, row number and floats
///
/// All as they lie in memory. Damage, wherever it is, is seen when the row is read: a cache must never give a wrong
/// number. While an object lives its file counts as used (see kept_files.h).
class KeptLogits {
 public:
  /// Nothing where there is no such file; one that is not what `shape` says is removed, with a warning. Throws
  /// Error(Run) where it is there but cannot be opened, mapped or removed.
  static std::unique_ptr<KeptLogits> open(const std::filesystem::path& file, const KeptShape& shape);
  ~KeptLogits();
  KeptLogits(const KeptLogits&) = delete;
  KeptLogits& operator=(const KeptLogits&) = delete;

  /// Copies a row's C floats; false where the row is damaged or can no longer be read.
  bool copyRow(std::size_t row, float* to) const;
  /// Nobody finds it any more; this one can still be read. Throws Error(Run).
  void remove() const;

 private:
  KeptLogits(std::filesystem::path path, KeptShape shape);
  std::filesystem::path path_;
  KeptShape shape_;
  int descriptor_;
  std::unique_ptr<GuardedMap> map_;
};

/// Such a file while it is made, row after row, as FILE.part. What was appended before a kill is taken up by the next
/// one that makes it. Of several processes one makes it.
class LogitsMaker {
 public:
  /// Nothing while another process makes the file, and where it is there by now. Throws Error(Run).
  static std::unique_ptr<LogitsMaker> claim(const std::filesystem::path& file, const KeptShape& shape);
  ~LogitsMaker();
  LogitsMaker(const LogitsMaker&) = delete;
  LogitsMaker& operator=(const LogitsMaker&) = delete;

  std::size_t rows() const { return rows_; }  ///< That are there.
  /// `count` more rows of C floats. Throws Error(Run) when they cannot be written.
  void append(const float* values, std::size_t count);
  /// Puts the whole file in its place. Throws Error(Run).
  void finish();
  /// Removes what is there.
  void giveUp();

 private:
  LogitsMaker(std::filesystem::path file, KeptShape shape, int descriptor);
  void takeUp();
  std::filesystem::path file_, part_;
  KeptShape shape_;
  int descriptor_;
  std::size_t rows_ = 0;
};

}  // namespace gf
