// SPDX-License-Identifier: Apache-2.0
#include "data/idx_format.h"

#include <zlib.h>

#include <algorithm>
#include <cstdio>

#include "base/error.h"

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

/// One gzip member, unpacked piece by piece.
class Gunzip {
 public:
  Gunzip(std::string_view packed, const std::string& subject) : subject_(subject) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) failRun(subject, "there must be memory to unpack it", "none");
  }
  ~Gunzip() { inflateEnd(&stream_); }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  /// Appends up to `count` bytes to `out`; fewer only at the end of the member.
  void read(std::string& out, std::size_t count) {
    while (count > 0 && !ended_) {
      // Grown as data really comes, so that a header alone cannot make us allocate.
      const std::size_t piece = std::min(count, std::max<std::size_t>(out.size(), 1 << 16));
      const std::size_t before = out.size();
      out.resize(before + piece);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(piece);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t made = piece - stream_.avail_out;
      out.resize(before + made);
      count -= made;
      ended_ = result == Z_STREAM_END;
      if (result != Z_OK && !ended_) fail(result);
    }
  }

  /// Reads on to the check sum; throws when there is more data, or bytes behind the member.
  void finish(std::size_t expected) {
    std::string more;
    if (!ended_) read(more, 1);
    if (!more.empty()) {
      failInput(subject_, "must unpack to the " + std::to_string(expected) + " bytes its header says", "more");
    }
    if (stream_.avail_in > 0) {
      failInput(subject_, "nothing may follow the gzip data", std::to_string(stream_.avail_in) + " bytes more");
    }
  }

 private:
  [[noreturn]] void fail(int result) {
    std::string why = stream_.msg ? stream_.msg : "damaged data";
    if (result == Z_BUF_ERROR && stream_.avail_in == 0) why = "it ends too early";
    failInput(subject_, "must be a complete, undamaged gzip file", why, "Copy or download the file again");
  }

  const std::string& subject_;
  z_stream stream_{};
  bool ended_ = false;
};

std::string unpack(std::string_view packed, int rank, const std::string& subject) {
  if (packed.size() > kMaxIdxBytes) {
    failInput(subject, "must be at most " + std::to_string(kMaxIdxBytes) + " bytes", std::to_string(packed.size()));
  }
  Gunzip stream(packed, subject);
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
  if (file.size() == headerSize(rank) + length) stream.finish(file.size());
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
