// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/packed_format.h"

namespace gf {

/// What a packed file will hold besides its images.
struct PackedPlan {
  PackedDescription description;          ///< Without counts and without what is left out.
  std::vector<std::int32_t> train, eval;  ///< Labels of the source, in its order.
  std::uint32_t side = 0, quality = 0;
};

/// Writes a packed file that is there whole or not at all. Images go into `OUT.part` in the order of the source
/// (training first), and what is known of them into `OUT.part.journal`, each time after the images themselves are safe
/// on the disk. A writer that begins where another was killed takes up both and ends with the same file, bit for bit.
/// `OUT` itself appears by a rename. One thread.
class PackedWriter {
 public:
  /// Goes on from an earlier part of the same plan; with another one, or with a part that cannot be used, begins anew.
  /// With `keepLeftOut` false an image that the earlier writer left out is tried again, and all after it. Throws
  /// Error(Run) when the files cannot be written or another program is writing them, Error(Usage) when a file of
  /// another kind lies at their place.
  PackedWriter(std::filesystem::path out, PackedPlan plan, bool keepLeftOut);
  /// Keeps what was added.
  ~PackedWriter();
  PackedWriter(const PackedWriter&) = delete;
  PackedWriter& operator=(const PackedWriter&) = delete;

  std::size_t done() const;       ///< Samples of the source that are in or left out, so far.
  std::size_t resumedAt() const;  ///< done() at the beginning.
  /// Why an earlier part was not gone on from, in words; empty when there was none or it was.
  const std::string& begunAnew() const;
  const std::vector<PackedDescription::LeftOut>& leftOut() const;

  /// The next sample. Throws Error(Run) when the disk is full; what was kept before stays.
  void add(PackedEntry entry, std::string_view image, std::string_view name);
  /// The next sample cannot be read.
  void leaveOut(PackedDescription::LeftOut why);
  /// Makes all of it safe against a kill and a power cut.
  void flush();
  /// After the last sample: tables, checks, and the file at its place. Answers its header. Throws Error(Input) when a
  /// split has no image left.
  PackedHeader finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Throws Error(Usage) unless a packed file may be written to `out`: its place is no folder and not inside or equal to
/// `data`, and only an earlier packed file is replaced, with `overwrite`.
void checkPackedOut(const std::filesystem::path& out, const std::filesystem::path& data, bool overwrite);

/// Bytes that an unfinished packing to `out` already has on the disk.
std::uint64_t packedPartBytes(const std::filesystem::path& out);

}  // namespace gf
