// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/packed_format.h"

namespace gf {

/// What an unfinished packing knows of its images: a magic with the plan's hash, then a record a sample with its own
/// checksum. Pure functions of bytes.
struct PackedRecord {
  std::optional<PackedDescription::LeftOut> leftOut;  ///< Else the sample is in, with the entry.
  PackedEntry entry;
  std::string name;
};

struct PackedJournal {
  std::vector<PackedRecord> records;
  std::vector<std::uint64_t> ends;  ///< Of each record: the bytes of the journal up to and with it.
};

using PlanHash = std::array<std::uint8_t, 32>;
inline constexpr std::string_view kPartMagic{"\x89GFPART\n", 8};
inline constexpr std::string_view kJournalMagic{"\x89GFJRNL\n", 8};
inline constexpr std::size_t kJournalHeadBytes = 40;

/// A magic and the hash of a plan.
std::string planMark(std::string_view magic, const PlanHash& plan);
std::string recordBytes(const PackedRecord& record, std::uint64_t sample);
/// The whole records at the front; what a kill left of a last one is passed over, and so is all behind something
/// damaged. Images must follow each other without a gap. Nothing when the journal is of another plan.
std::optional<PackedJournal> parseJournal(std::string_view bytes, const PlanHash& plan);

}  // namespace gf
