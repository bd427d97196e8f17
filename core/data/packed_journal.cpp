// SPDX-License-Identifier: Apache-2.0
#include "data/packed_journal.h"

#include <cstring>

namespace gf {
namespace {

constexpr char kIn = 'i', kLeftOut = 'l';

void addNumber(std::string& bytes, std::uint32_t value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::uint32_t numberAt(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

void addText(std::string& bytes, const std::string& text) {
  addNumber(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

bool takeText(std::string_view& bytes, std::string& text) {
  if (bytes.size() < 4 || bytes.size() - 4 < numberAt(bytes, 0)) return false;
  text = bytes.substr(4, numberAt(bytes, 0));
  bytes.remove_prefix(4 + text.size());
  return true;
}

/// An entry is checked against sections as large as can be: what is known of them comes with the end of the packing.
PackedHeader widestHeader() {
  PackedHeader header;
  header.imagesBytes = header.namesBytes = UINT64_MAX / 2;
  return header;
}

std::optional<PackedRecord> parseRecord(std::string_view payload, std::uint64_t sample) {
  PackedRecord record;
  const char kind = payload.front();
  payload.remove_prefix(1);
  if (kind == kLeftOut) {
    PackedDescription::LeftOut why;
    if (!takeText(payload, why.split) || !takeText(payload, why.name) || !takeText(payload, why.rule) ||
        !takeText(payload, why.observed)) {
      return std::nullopt;
    }
    record.leftOut = std::move(why);
    return record;
  }
  if (kind != kIn || payload.size() < kPackedEntryBytes) return std::nullopt;
  record.entry = parseEntry(payload.substr(0, kPackedEntryBytes), sample, widestHeader(), "the journal");
  record.name = payload.substr(kPackedEntryBytes);
  return record.name.size() == record.entry.nameBytes ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace

std::string planMark(std::string_view magic, const PlanHash& plan) {
  return std::string(magic) + std::string(reinterpret_cast<const char*>(plan.data()), plan.size());
}

std::string recordBytes(const PackedRecord& record, std::uint64_t sample) {
  std::string payload(1, record.leftOut ? kLeftOut : kIn);
  if (record.leftOut) {
    for (const auto* text :
         {&record.leftOut->split, &record.leftOut->name, &record.leftOut->rule, &record.leftOut->observed}) {
      addText(payload, *text);
    }
  } else {
    payload += entryBytes(record.entry, sample) + record.name;
  }
  std::string bytes;
  addNumber(bytes, static_cast<std::uint32_t>(payload.size()));
  addNumber(bytes, crc32Of(payload));
  return bytes + payload;
}

std::optional<PackedJournal> parseJournal(std::string_view bytes, const PlanHash& plan) {
  if (!bytes.starts_with(planMark(kJournalMagic, plan))) return std::nullopt;
  PackedJournal journal;
  std::uint64_t sample = 0, imagesEnd = kPackedHeaderBytes, namesEnd = 0;
  for (std::size_t at = kJournalHeadBytes; at + 8 < bytes.size();) {
    const std::size_t length = numberAt(bytes, at);
    if (length == 0 || length > bytes.size() - at - 8) break;
    const auto payload = bytes.substr(at + 8, length);
    if (crc32Of(payload) != numberAt(bytes, at + 4)) break;
    auto record = parseRecord(payload, sample);
    if (!record) break;
    if (!record->leftOut) {
      if (record->entry.imageAt != imagesEnd || record->entry.nameAt != namesEnd) break;
      imagesEnd += record->entry.imageBytes;
      namesEnd += record->entry.nameBytes;
      ++sample;
    }
    at += 8 + length;
    journal.records.push_back(std::move(*record));
    journal.ends.push_back(at);
  }
  return journal;
}

}  // namespace gf
