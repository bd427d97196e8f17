// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The bytes of a packed file (*.gfpack), version 1. Everything is little-endian; offsets count from the file's start
// and have 64 bits; the tables begin at multiples of 64 and can be used in place.
//
//   0        header, 4096 bytes
//              0  magic 89 "GFPACK" 0A          8  u32 version 1            12  u32 header bytes, 4096
//             16  u64 file bytes               24  u64 images at, 4096      32  u64 images' bytes
//             40  u64 names at                 48  u64 names' bytes         56  u64 labels at
//             64  u64 entries at               72  u64 description at       80  u64 description's bytes
//             88  u64 training samples         96  u64 evaluation samples  104  u32 classes
//            108  u32 side, 0 as they were    112  u32 JPEG quality, 0 raw 116  u32 CRC-32 of the labels
//            120  u32 CRC-32 of the description                            124  u32 zero
//            128  32 bytes identity of the training samples                160  32 bytes that of the evaluation samples
//            192  zeros                      4092  u32 CRC-32 of the 4092 bytes before
//   images       one after the other in the order of the samples, training first: a JPEG stream, or raw rows from the
//                top with interleaved channels
//   names        UTF-8 or whatever bytes a path had, one after the other, no ends between
//   labels       i32 a sample
//   entries      64 bytes a sample:
//              0  u64 image at                  8  u64 name at             16  u32 image bytes    20  u32 name bytes
//             24  u32 width                    28  u32 height              32  u32 CRC-32 of the image
//             36  u32 CRC-32 of the name       40  first 16 bytes of the image's SHA-256
//             56  u8 channels, 1 or 3          57  u8 encoding, 0 raw 1 JPEG                      58  u16 oddities
//             60  u32 CRC-32 of the 60 bytes before and of the sample's number (u64)
//   description  JSON: kind of the source, its identities, name of the evaluation split, classes, ImageNet ids, what
//   was
//                done to the images, how many were odd, which were left out
//
// Header, description and labels are checked when the file is opened, an entry with its name and image when it is used:
// so opening takes no longer for many samples than reading 4 bytes of each.
namespace gf {

inline constexpr std::string_view kPackedMagic{"\x89GFPACK\n", 8};
inline constexpr std::uint32_t kPackedVersion = 1;
inline constexpr std::size_t kPackedHeaderBytes = 4096;
inline constexpr std::size_t kPackedEntryBytes = 64;
inline constexpr std::uint64_t kPackedAlignment = 64;
inline constexpr std::uint64_t kMaxPackedSamples = UINT32_MAX;
inline constexpr std::uint64_t kMaxPackedDescription = std::uint64_t{256} << 20;
inline constexpr std::uint32_t kMaxPackedName = 1 << 16;
inline constexpr std::size_t kDigestBytes = 16;

enum class PackedEncoding : std::uint8_t { Raw = 0, Jpeg = 1 };

/// Where everything lies, and what can be said in numbers.
struct PackedHeader {
  std::uint64_t fileBytes = 0;
  std::uint64_t imagesBytes = 0;  ///< From kPackedHeaderBytes on.
  std::uint64_t namesAt = 0, namesBytes = 0;
  std::uint64_t labelsAt = 0, entriesAt = 0;
  std::uint64_t descriptionAt = 0, descriptionBytes = 0;
  std::uint64_t train = 0, eval = 0;  ///< Samples.
  std::uint32_t classes = 0, side = 0, quality = 0;
  std::uint32_t labelsCrc = 0, descriptionCrc = 0;
  std::array<std::uint8_t, 32> trainIdentity{}, evalIdentity{};

  std::uint64_t samples() const { return train + eval; }
  std::uint64_t imagesEnd() const { return kPackedHeaderBytes + imagesBytes; }
  bool operator==(const PackedHeader&) const = default;
};

/// One image of the file.
struct PackedEntry {
  std::uint64_t imageAt = 0, nameAt = 0;
  std::uint32_t imageBytes = 0, nameBytes = 0;
  std::uint32_t width = 0, height = 0;
  std::uint32_t imageCrc = 0, nameCrc = 0;
  std::array<std::uint8_t, kDigestBytes> digest{};
  std::uint8_t channels = 0;
  PackedEncoding encoding = PackedEncoding::Raw;
  std::uint16_t oddities = 0;
  bool operator==(const PackedEntry&) const = default;
};

std::uint32_t crc32Of(std::string_view bytes, std::uint32_t before = 0);
/// `at` or the next multiple of kPackedAlignment.
std::uint64_t aligned(std::uint64_t at);

/// kPackedHeaderBytes long.
std::string headerBytes(const PackedHeader& header);
/// Where every section lies is checked against `fileBytes`, the size that the file really has. Throws Error(Input)
/// about `subject`.
PackedHeader parseHeader(std::string_view bytes, std::uint64_t fileBytes, const std::string& subject);

/// kPackedEntryBytes long.
std::string entryBytes(const PackedEntry& entry, std::uint64_t sample);
/// Throws Error(Input) about `subject` unless the entry is whole, is that of `sample`, and stays inside its sections.
PackedEntry parseEntry(std::string_view bytes, std::uint64_t sample, const PackedHeader& header,
                       const std::string& subject);

/// What else the file says of itself.
struct PackedDescription {
  std::string madeBy;  ///< "gainfinder 0.1.0".
  std::string kind, evalName;
  std::string sourceTrain, sourceEval;  ///< Identities of what was packed; the first is empty without that split.
  std::vector<std::string> classes, wnids;
  std::string resize, encoding, treatment;  ///< What was done, in words.
  std::vector<std::uint64_t> oddities;      ///< How many images had each Oddity.
  struct LeftOut {
    std::string split, name, rule, observed;
    bool operator==(const LeftOut&) const = default;
  };
  std::vector<LeftOut> leftOut;
};

std::string descriptionBytes(const PackedDescription& description);
/// Throws Error(Input) about `subject`.
PackedDescription parseDescription(std::string_view bytes, const std::string& subject);

/// Identity of one split: a hash of class names, ImageNet ids, labels and images. `entries` are those of the split.
std::array<std::uint8_t, 32> packedIdentity(const PackedDescription& description,
                                            const std::vector<std::int32_t>& labels, const PackedEntry* entries);
std::string hexOf(const std::array<std::uint8_t, 32>& bytes);
/// The first `out.size()` bytes that hexadecimal digits say.
template <std::size_t N>
std::array<std::uint8_t, N> bytesOfHex(std::string_view hex) {
  std::array<std::uint8_t, N> out{};
  const auto value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  for (std::size_t i = 0; i < N && 2 * i + 1 < hex.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(value(hex[2 * i]) << 4 | value(hex[2 * i + 1]));
  }
  return out;
}

}  // namespace gf
