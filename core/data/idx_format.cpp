// SPDX-License-Identifier: Apache-2.0
#include "data/idx_format.h"

#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "data/inflate.h"

namespace gf {
namespace {

std::string hexOf(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    char digits[4];
    std::snprintf(digits, sizeof digits, text.empty() ? "%02x" : " %02x", byte);
    text += digits;
  }
  return text;
}

std::string sizesOf(const std::vector<std::uint32_t>& dims) {
  std::string text;
  for (const auto size : dims) text += (text.empty() ? "" : " × ") + std::to_string(size);
  return text;
}

std::size_t headerSize(int rank) {
  return 4 + 4 * static_cast<std::size_t>(rank);
}

/// Checks the first bytes of a file and returns the sizes; the product is at most kMaxIdxBytes.
std::vector<std::uint32_t> parseHeader(std::string_view header, int rank, const std::string& subject) {
  if (header.empty()) failInput(subject, "must be an IDX file", "an empty file");
  const char expected[4] = {0, 0, 8, static_cast<char>(rank)};
  const std::string_view magic(expected, 4);
  if (header.substr(0, 4) != magic) {
    failInput(subject, "an IDX file of this kind must begin with " + hexOf(magic), hexOf(header.substr(0, 4)));
  }
  if (header.size() < headerSize(rank)) {
    failInput(subject, "the IDX header must be " + std::to_string(headerSize(rank)) + " bytes",
              std::to_string(header.size()) + " bytes");
  }
  std::vector<std::uint32_t> dims;
  std::uint64_t product = 1;
  for (int i = 0; i < rank; ++i) {
    std::uint32_t size = 0;
    for (int k = 0; k < 4; ++k) size = size << 8 | static_cast<unsigned char>(header[4 + 4 * i + k]);
    dims.push_back(size);
    // Once above the limit it stays there: each factor is below 2^32, so the product cannot wrap on the way.
    if (product <= kMaxIdxBytes) product *= size;
  }
  if (std::find(dims.begin(), dims.end(), 0U) != dims.end()) {
    failInput(subject, "every size in the IDX header must be at least 1", sizesOf(dims));
  }
  if (product > kMaxIdxBytes) {
    failInput(subject, "the array must be at most " + std::to_string(kMaxIdxBytes) + " bytes", sizesOf(dims));
  }
  return dims;
}

std::uint64_t lengthOf(const std::vector<std::uint32_t>& dims) {
  std::uint64_t product = 1;
  for (const auto size : dims) product *= size;
  return product;
}

/// Reads on to the check sum; throws when there is more data than expected, or bytes behind the member.
void finish(Inflate& stream, std::size_t expected, const std::string& subject) {
  std::string more;
  if (!stream.ended()) stream.read(more, 1);
  if (!more.empty()) {
    failInput(subject, "must unpack to the " + std::to_string(expected) + " bytes its header says", "more");
  }
  if (stream.left() > 0) {
    failInput(subject, "nothing may follow the gzip data", std::to_string(stream.left()) + " bytes more");
  }
}

std::string unpack(std::string_view packed, int rank, const std::string& subject) {
  if (packed.size() > kMaxIdxBytes) {
    failInput(subject, "must be at most " + std::to_string(kMaxIdxBytes) + " bytes", std::to_string(packed.size()));
  }
  Inflate stream(packed, Inflate::Format::Gzip, subject);
  std::string file;
  stream.read(file, headerSize(rank));
  const auto dims = parseHeader(file, rank, subject);
  const std::uint64_t length = lengthOf(dims);
  // 258 bytes from two bits is the most deflate can do, a ratio of 1032.
  if (length / 1032 > packed.size()) {
    failInput(subject, "the packed file must be able to hold what its header says",
              sizesOf(dims) + " in " + std::to_string(packed.size()) + " bytes");
  }
  stream.read(file, length);
  // A short stream is left to the caller, whose length check says what is missing.
  if (file.size() == headerSize(rank) + length) finish(stream, file.size(), subject);
  return file;
}

}  // namespace

IdxArray parseIdx(std::string file, int rank, const std::string& subject) {
  IdxArray array;
  const bool packed = file.size() >= 2 && file[0] == '\x1f' && file[1] == '\x8b';
  array.file = packed ? unpack(file, rank, subject) : std::move(file);
  array.offset = headerSize(rank);
  array.dims = parseHeader(std::string_view(array.file).substr(0, array.offset), rank, subject);
  const std::uint64_t expected = lengthOf(array.dims);
  if (array.bytes().size() != expected) {
    failInput(subject,
              "must hold the " + std::to_string(expected) + " bytes its header says (" + sizesOf(array.dims) + ")",
              std::to_string(array.bytes().size()) + " bytes", "Copy or download the file again");
  }
  return array;
}

}  // namespace gf
