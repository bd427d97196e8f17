// SPDX-License-Identifier: Apache-2.0
#include "data/packed_format.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "base/error.h"
#include "base/hash.h"
#include "data/image_file.h"

namespace gf {
namespace {

static_assert(std::endian::native == std::endian::little, "tables are used in place");

constexpr std::size_t kHeaderCrcAt = kPackedHeaderBytes - 4;
constexpr std::size_t kEntryCrcAt = kPackedEntryBytes - 4;
const char* const kAgain = "Pack the data again, or copy the file again";

/// Puts numbers and bytes at fixed places of a buffer, or takes them from there.
template <class T>
void put(std::string& bytes, std::size_t at, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::memcpy(bytes.data() + at, &value, sizeof value);
}
template <class T>
void take(std::string_view bytes, std::size_t at, T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::memcpy(&value, bytes.data() + at, sizeof value);
}

std::string numbers(std::uint64_t a, std::uint64_t b) {
  return std::to_string(a) + " and " + std::to_string(b);
}

std::uint32_t entryCrc(std::string_view bytes, std::uint64_t sample) {
  char number[sizeof sample];
  std::memcpy(number, &sample, sizeof sample);
  return crc32Of({number, sizeof number}, crc32Of(bytes.substr(0, kEntryCrcAt)));
}

/// Each field with its place; `each` is put or take.
template <class Header, class Each>
void headerFields(Header& h, Each each) {
  each(16, h.fileBytes), each(32, h.imagesBytes);
  each(40, h.namesAt), each(48, h.namesBytes), each(56, h.labelsAt);
  each(64, h.entriesAt), each(72, h.descriptionAt), each(80, h.descriptionBytes);
  each(88, h.train), each(96, h.eval), each(104, h.classes);
  each(108, h.side), each(112, h.quality), each(116, h.labelsCrc);
  each(120, h.descriptionCrc);
  each(128, h.trainIdentity), each(160, h.evalIdentity);
}

template <class Entry, class Each>
void entryFields(Entry& e, Each each) {
  each(0, e.imageAt), each(8, e.nameAt), each(16, e.imageBytes), each(20, e.nameBytes);
  each(24, e.width), each(28, e.height), each(32, e.imageCrc);
  each(36, e.nameCrc), each(40, e.digest);
  each(56, e.channels), each(57, e.encoding), each(58, e.oddities);
}

/// The sections follow each other in this order without overlap and end with the file. Sizes near 2^64 must not wrap.
void checkSections(const PackedHeader& h, const std::string& subject) {
  if (h.train > kMaxPackedSamples || h.eval > kMaxPackedSamples || h.samples() > kMaxPackedSamples) {
    failInput(subject, "a packed file must hold at most " + std::to_string(kMaxPackedSamples) + " images",
              numbers(h.train, h.eval), kAgain);
  }
  if (h.eval == 0) failInput(subject, "a packed file must hold images to evaluate", "0", kAgain);
  if (h.classes < 2 || h.classes > INT32_MAX) {
    failInput(subject, "a packed file must have at least two classes", std::to_string(h.classes), kAgain);
  }
  struct Section {
    const char* name;
    std::uint64_t at, bytes;
  };
  const Section sections[] = {{"images", kPackedHeaderBytes, h.imagesBytes},
                              {"names", h.namesAt, h.namesBytes},
                              {"labels", h.labelsAt, h.samples() * sizeof(std::int32_t)},
                              {"entries", h.entriesAt, h.samples() * kPackedEntryBytes},
                              {"description", h.descriptionAt, h.descriptionBytes}};
  std::uint64_t end = kPackedHeaderBytes;
  for (const auto& section : sections) {
    const std::string name = std::string("the section of ") + section.name;
    if (end > h.fileBytes || section.at != aligned(end) || section.at > h.fileBytes ||
        section.bytes > h.fileBytes - section.at) {
      failInput(subject, name + " must follow the one before and lie inside the file",
                std::to_string(section.bytes) + " bytes at " + std::to_string(section.at) + " of " +
                    std::to_string(h.fileBytes),
                kAgain);
    }
    end = section.at + section.bytes;
  }
  if (end != h.fileBytes) {
    failInput(subject, "a packed file must end with its description", numbers(end, h.fileBytes), kAgain);
  }
  if (h.descriptionBytes > kMaxPackedDescription) {
    failInput(subject, "the description must have at most " + std::to_string(kMaxPackedDescription) + " bytes",
              std::to_string(h.descriptionBytes), kAgain);
  }
}

void checkInside(std::uint64_t at, std::uint64_t bytes, std::uint64_t begin, std::uint64_t length, const char* what,
                 const std::string& subject) {
  if (at >= begin && at - begin <= length && bytes <= length - (at - begin)) return;
  failInput(subject, std::string(what) + " must lie in its section",
            std::to_string(bytes) + " bytes at " + std::to_string(at), kAgain);
}

const nlohmann::json& member(const nlohmann::json& object, const char* key, const std::string& subject) {
  const auto found = object.find(key);
  if (found == object.end()) failInput(subject, std::string("its description must have \"") + key + "\"", "none");
  return *found;
}

}  // namespace

std::uint32_t crc32Of(std::string_view bytes, std::uint32_t before) {
  return static_cast<std::uint32_t>(
      ::crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::uint64_t aligned(std::uint64_t at) {
  return (at + kPackedAlignment - 1) / kPackedAlignment * kPackedAlignment;
}

std::string headerBytes(const PackedHeader& header) {
  std::string bytes(kPackedHeaderBytes, '\0');
  std::copy(kPackedMagic.begin(), kPackedMagic.end(), bytes.begin());
  put(bytes, 8, kPackedVersion);
  put(bytes, 12, static_cast<std::uint32_t>(kPackedHeaderBytes));
  put(bytes, 24, static_cast<std::uint64_t>(kPackedHeaderBytes));
  headerFields(header, [&](std::size_t at, const auto& value) { put(bytes, at, value); });
  put(bytes, kHeaderCrcAt, crc32Of({bytes.data(), kHeaderCrcAt}));
  return bytes;
}

PackedHeader parseHeader(std::string_view bytes, std::uint64_t fileBytes, const std::string& subject) {
  if (!bytes.starts_with(kPackedMagic)) failInput(subject, "must be a packed file", "other content");
  if (bytes.size() < kPackedHeaderBytes) {
    failInput(subject, "a packed file must have a header of " + std::to_string(kPackedHeaderBytes) + " bytes",
              std::to_string(bytes.size()) + " bytes", kAgain);
  }
  std::uint32_t version = 0, length = 0, crc = 0;
  take(bytes, 8, version), take(bytes, 12, length), take(bytes, kHeaderCrcAt, crc);
  if (version != kPackedVersion) {  // Before the checksum: another version may have it elsewhere.
    failInput(subject, "must be a packed file of version " + std::to_string(kPackedVersion),
              "version " + std::to_string(version),
              version > kPackedVersion ? "Use a newer Gainfinder, or pack the data again" : kAgain);
  }
  if (length != kPackedHeaderBytes || crc != crc32Of(bytes.substr(0, kHeaderCrcAt))) {
    failInput(subject, "the header's checksum must fit its content", "another one", kAgain);
  }
  PackedHeader header;
  std::uint64_t imagesAt = 0;
  take(bytes, 24, imagesAt);
  headerFields(header, [&](std::size_t at, auto& value) { take(bytes, at, value); });
  if (header.fileBytes != fileBytes) {
    failInput(subject, "must be as long as its header says, " + std::to_string(header.fileBytes) + " bytes",
              std::to_string(fileBytes) + " bytes", kAgain);
  }
  if (imagesAt != kPackedHeaderBytes) {
    failInput(subject, "the images must begin after the header", std::to_string(imagesAt), kAgain);
  }
  checkSections(header, subject);
  return header;
}

std::string entryBytes(const PackedEntry& entry, std::uint64_t sample) {
  std::string bytes(kPackedEntryBytes, '\0');
  entryFields(entry, [&](std::size_t at, const auto& value) { put(bytes, at, value); });
  put(bytes, kEntryCrcAt, entryCrc(bytes, sample));
  return bytes;
}

PackedEntry parseEntry(std::string_view bytes, std::uint64_t sample, const PackedHeader& header,
                       const std::string& subject) {
  PackedEntry entry;
  std::uint32_t crc = 0;
  take(bytes, kEntryCrcAt, crc);
  if (crc != entryCrc(bytes, sample)) {
    failInput(subject, "an image's entry must fit its checksum", "another one at image " + std::to_string(sample),
              kAgain);
  }
  entryFields(entry, [&](std::size_t at, auto& value) { take(bytes, at, value); });
  checkInside(entry.imageAt, entry.imageBytes, kPackedHeaderBytes, header.imagesBytes, "an image", subject);
  checkInside(entry.nameAt, entry.nameBytes, header.namesAt, header.namesBytes, "a name", subject);
  checkImageSize(entry.width, entry.height, subject);
  if (entry.channels != 1 && entry.channels != 3) {
    failInput(subject, "an image must have 1 or 3 channels", std::to_string(entry.channels), kAgain);
  }
  if (entry.encoding != PackedEncoding::Raw && entry.encoding != PackedEncoding::Jpeg) {
    failInput(subject, "an image must be raw (0) or JPEG (1)", std::to_string(static_cast<int>(entry.encoding)),
              kAgain);
  }
  const std::uint64_t raw = std::uint64_t{entry.width} * entry.height * entry.channels;
  if (entry.encoding == PackedEncoding::Raw && entry.imageBytes != raw) {
    failInput(subject, "a raw image must have a byte for each value, " + std::to_string(raw),
              std::to_string(entry.imageBytes), kAgain);
  }
  if (entry.imageBytes == 0 || (entry.encoding == PackedEncoding::Jpeg && entry.imageBytes > kMaxImageFileBytes)) {
    failInput(subject, "an image must have 1 to " + std::to_string(kMaxImageFileBytes) + " bytes",
              std::to_string(entry.imageBytes), kAgain);
  }
  if (entry.nameBytes > kMaxPackedName) {
    failInput(subject, "a name must have at most " + std::to_string(kMaxPackedName) + " bytes",
              std::to_string(entry.nameBytes), kAgain);
  }
  return entry;
}

std::string descriptionBytes(const PackedDescription& d) {
  nlohmann::ordered_json leftOut = nlohmann::ordered_json::array();
  for (const auto& one : d.leftOut) {
    leftOut.push_back({{"split", one.split}, {"name", one.name}, {"rule", one.rule}, {"observed", one.observed}});
  }
  const nlohmann::ordered_json object{
      {"made_by", d.madeBy},      {"kind", d.kind},
      {"eval_name", d.evalName},  {"source", {{"train", d.sourceTrain}, {"eval", d.sourceEval}}},
      {"classes", d.classes},     {"wnids", d.wnids},
      {"resize", d.resize},       {"encoding", d.encoding},
      {"treatment", d.treatment}, {"oddities", d.oddities},
      {"left_out", leftOut}};
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

PackedDescription parseDescription(std::string_view bytes, const std::string& subject) {
  PackedDescription d;
  try {
    const auto object = nlohmann::json::parse(bytes);
    if (!object.is_object()) failInput(subject, "its description must be a JSON object", object.type_name());
    const auto& source = member(object, "source", subject);
    member(object, "made_by", subject).get_to(d.madeBy);
    member(object, "kind", subject).get_to(d.kind);
    member(object, "eval_name", subject).get_to(d.evalName);
    member(source, "train", subject).get_to(d.sourceTrain);
    member(source, "eval", subject).get_to(d.sourceEval);
    member(object, "classes", subject).get_to(d.classes);
    member(object, "wnids", subject).get_to(d.wnids);
    member(object, "resize", subject).get_to(d.resize);
    member(object, "encoding", subject).get_to(d.encoding);
    member(object, "treatment", subject).get_to(d.treatment);
    member(object, "oddities", subject).get_to(d.oddities);
    for (const auto& one : member(object, "left_out", subject)) {
      d.leftOut.push_back({member(one, "split", subject), member(one, "name", subject), member(one, "rule", subject),
                           member(one, "observed", subject)});
    }
  } catch (const nlohmann::json::exception& error) {
    failInput(subject, "its description must be JSON of the known form", error.what(), kAgain);
  }
  return d;
}

std::array<std::uint8_t, 32> packedIdentity(const PackedDescription& description,
                                            const std::vector<std::int32_t>& labels, const PackedEntry* entries) {
  Sha256 hash;
  hash.add("gainfinder-packed/1\n");
  for (const auto& name : description.classes) hash.add(name).add("\n");
  hash.add("\n");
  for (const auto& id : description.wnids) hash.add(id).add("\n");
  hash.add({reinterpret_cast<const char*>(labels.data()), labels.size() * sizeof(std::int32_t)});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const PackedEntry& entry = entries[i];
    const std::uint32_t facts[] = {entry.imageBytes, entry.width, entry.height, entry.channels,
                                   static_cast<std::uint32_t>(entry.encoding)};
    hash.add({reinterpret_cast<const char*>(facts), sizeof facts});
    hash.add({reinterpret_cast<const char*>(entry.digest.data()), entry.digest.size()});
  }
  return bytesOfHex<32>(hash.hex());
}

std::string hexOf(const std::array<std::uint8_t, 32>& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
  return text;
}

}  // namespace gf
