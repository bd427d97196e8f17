// SPDX-License-Identifier: Apache-2.0
#include "models/archive.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <string_view>

#include "base/error.h"
#include "models/weight_files.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr const char* kRemedy =
    "Script the model in Python: torch.jit.save(torch.jit.script(model.eval()), \"model.pt\")";
constexpr std::string_view kSafetensors = "a safetensors file";
constexpr std::string_view kOldPickle = "a pickle of torch.save's old format";
constexpr const char* kCopyAgain = "Copy or export the file again";
constexpr std::uint64_t kMaxEntries = 200000;
constexpr std::uint64_t kMaxDirectory = std::uint64_t{64} << 20;  // bytes

/// Little-endian numbers at a place that was checked to lie inside the buffer.
std::uint64_t number(const std::string& bytes, std::size_t at, int width) {
  std::uint64_t value = 0;
  for (int i = width - 1; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

class File {
 public:
  explicit File(const fs::path& path) : path_(path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) failInput(path.string(), "the checkpoint must exist", "nothing there");
    if (!fs::is_regular_file(status)) {
      failInput(path.string(), "a checkpoint must be a file", fs::is_directory(status) ? "a folder" : "a special file");
    }
    stream_.open(path, std::ios::binary);
    size_ = fs::file_size(path, error);
    if (!stream_ || error) failInput(path.string(), "the checkpoint must be readable", std::strerror(errno));
    if (size_ == 0) failInput(path.string(), "a checkpoint must not be empty", "0 bytes", kCopyAgain);
  }
  std::uint64_t size() const { return size_; }
  std::string read(std::uint64_t at, std::uint64_t count) {
    std::string bytes(count, '\0');
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(at));
    stream_.read(bytes.data(), static_cast<std::streamsize>(count));
    if (static_cast<std::uint64_t>(stream_.gcount()) != count) damaged("the file must be readable to its end");
    return bytes;
  }
  [[noreturn]] void damaged(const std::string& rule, const std::string& observed = "a damaged or truncated archive") {
    failInput(path_.string(), rule, observed, kCopyAgain);
  }

 private:
  fs::path path_;
  std::ifstream stream_;
  std::uint64_t size_ = 0;
};

bool startsWith(const std::string& head, std::string_view magic) {
  return head.compare(0, magic.size(), magic) == 0;
}

/// What a file that is no zip archive looks like.
std::string looksLike(const std::string& head) {
  using namespace std::string_view_literals;
  if (startsWith(head, "\x80\x02\x8a\x0al\xfc\x9c"sv)) return std::string(kOldPickle);
  if (head.size() > 1 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5) return "a Python pickle";
  if (startsWith(head, "\x89PNG"sv)) return "a PNG image";
  if (startsWith(head, "\xff\xd8\xff"sv)) return "a JPEG image";
  if (startsWith(head, "\x1f\x8b"sv)) return "a gzip file";
  if (startsWith(head, "\x89HDF"sv)) return "an HDF5 file";
  if (startsWith(head, "\x93NUMPY"sv)) return "a NumPy array";
  if (head.size() > 9 && head[8] == '{' && number(head, 0, 8) < (1u << 27)) return std::string(kSafetensors);
  const bool text = std::none_of(head.begin(), head.end(), [](unsigned char c) { return c < 9 || c == 0x7f; });
  return text ? "a text file" : "bytes of no kind known here";
}

bool isWeights(std::string_view kind) {
  return kind == kSafetensors || kind == kOldPickle;
}

/// How weights without a program become a checkpoint.
std::string importRemedy(const fs::path& path) {
  const bool named = !configBeside(path).architecture.empty();
  return std::string("Import them: gainfinder import timm ") + (named ? "" : "ARCHITECTURE ") + "--checkpoint " +
         path.string();
}

struct Directory {
  std::uint64_t offset = 0, bytes = 0, entries = 0;
};

/// Finds the end-of-central-directory record (and its 64-bit form, which LibTorch always writes for large archives).
Directory findDirectory(File& file) {
  constexpr std::uint64_t kRecord = 22, kLongestComment = 65535, kLocator = 20, kRecord64 = 56;
  const std::uint64_t tailBytes = std::min(file.size(), kRecord + kLongestComment + kLocator);
  const std::uint64_t tailAt = file.size() - tailBytes;
  const std::string tail = file.read(tailAt, tailBytes);
  const std::size_t at = tail.rfind("PK\x05\x06");
  if (at == std::string::npos || tail.size() - at < kRecord) {
    file.damaged("a zip archive must end with its directory", "none: the file is truncated or damaged");
  }
  Directory result{number(tail, at + 16, 4), number(tail, at + 12, 4), number(tail, at + 10, 2)};
  if (at >= kLocator && tail.compare(at - kLocator, 4, "PK\x06\x07") == 0) {
    const std::uint64_t where = number(tail, at - kLocator + 8, 8);
    if (where > file.size() || file.size() - where < kRecord64) file.damaged("the archive's directory must lie inside");
    const std::string record = file.read(where, kRecord64);
    if (record.compare(0, 4, "PK\x06\x06") != 0) file.damaged("the archive's directory must be whole");
    result = {number(record, 48, 8), number(record, 40, 8), number(record, 32, 8)};
  }
  if (result.bytes > file.size() || result.offset > file.size() - result.bytes) {
    file.damaged("the archive's directory must lie inside the file");
  }
  if (result.entries > kMaxEntries || result.bytes > kMaxDirectory) {
    file.damaged("the archive must hold at most " + std::to_string(kMaxEntries) + " files",
                 std::to_string(result.entries));
  }
  return result;
}

/// 64-bit sizes and offset of an entry, where the 32-bit fields say "see the extra field".
void widen(const std::string& bytes, std::size_t at, std::size_t length, ArchiveEntry& entry) {
  constexpr std::uint64_t kElsewhere = 0xffffffff;
  const std::size_t end = at + length;
  while (at + 4 <= end) {
    const auto id = number(bytes, at, 2), size = number(bytes, at + 2, 2);
    at += 4;
    if (at + size > end) return;
    if (id == 1) {
      std::size_t next = at;
      for (std::uint64_t* field : {&entry.bytes, &entry.storedBytes, &entry.offset}) {
        if (*field != kElsewhere || next + 8 > at + size) continue;
        *field = number(bytes, next, 8);
        next += 8;
      }
    }
    at += size;
  }
}

std::vector<ArchiveEntry> listEntries(File& file) {
  constexpr std::size_t kHeader = 46;
  const Directory directory = findDirectory(file);
  const std::string bytes = file.read(directory.offset, directory.bytes);
  std::vector<ArchiveEntry> entries;
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    if (at + kHeader > bytes.size() || bytes.compare(at, 4, "PK\x01\x02") != 0) {
      file.damaged("the archive's directory must list " + std::to_string(directory.entries) + " files",
                   std::to_string(i) + " that can be read");
    }
    const auto method = number(bytes, at + 10, 2), nameBytes = number(bytes, at + 28, 2);
    const auto extraBytes = number(bytes, at + 30, 2), commentBytes = number(bytes, at + 32, 2);
    if (at + kHeader + nameBytes + extraBytes + commentBytes > bytes.size()) {
      file.damaged("the archive's directory must be whole");
    }
    ArchiveEntry entry{bytes.substr(at + kHeader, nameBytes),
                       number(bytes, at + 42, 4),
                       number(bytes, at + 20, 4),
                       number(bytes, at + 24, 4),
                       static_cast<std::uint32_t>(number(bytes, at + 16, 4)),
                       method == 8};
    if (method != 0 && method != 8) file.damaged("archive entries must be stored or deflated", entry.name);
    widen(bytes, at + kHeader + nameBytes, extraBytes, entry);
    entries.push_back(std::move(entry));
    at += kHeader + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

/// Entries are named ROOT/rest; true when some entry's rest begins so.
bool holds(const std::vector<ArchiveEntry>& entries, std::string_view rest) {
  return std::any_of(entries.begin(), entries.end(), [&](const ArchiveEntry& entry) {
    const auto slash = entry.name.find('/');
    return slash != std::string::npos && entry.name.compare(slash + 1, rest.size(), rest) == 0;
  });
}

std::uint32_t checksum(File& file, const ArchiveEntry& entry, const Control& control) {
  constexpr std::uint64_t kLocalHeader = 30, kPiece = std::uint64_t{1} << 20;
  if (entry.offset > file.size() || file.size() - entry.offset < kLocalHeader) file.damaged("entries must lie inside");
  const std::string header = file.read(entry.offset, kLocalHeader);
  if (header.compare(0, 4, "PK\x03\x04") != 0) file.damaged("every archive entry must have its header", entry.name);
  std::uint64_t at = entry.offset + kLocalHeader + number(header, 26, 2) + number(header, 28, 2);
  if (at > file.size() || file.size() - at < entry.storedBytes) file.damaged("entries must lie inside the file");
  std::uint64_t left = entry.storedBytes, produced = 0;
  uLong sum = ::crc32(0, nullptr, 0);
  z_stream inflater{};
  if (entry.deflated && ::inflateInit2(&inflater, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  const struct End {
    z_stream* stream;
    ~End() {
      if (stream) ::inflateEnd(stream);
    }
  } end{entry.deflated ? &inflater : nullptr};
  std::vector<unsigned char> out(entry.deflated ? kPiece : 0);
  while (left > 0) {
    control.checkpoint();
    std::string piece = file.read(at, std::min(left, kPiece));
    at += piece.size();
    left -= piece.size();
    auto* bytes = reinterpret_cast<unsigned char*>(piece.data());
    if (!entry.deflated) {
      sum = ::crc32(sum, bytes, static_cast<uInt>(piece.size()));
      continue;
    }
    inflater.next_in = bytes;
    inflater.avail_in = static_cast<uInt>(piece.size());
    int state = Z_OK;
    do {
      inflater.next_out = out.data();
      inflater.avail_out = static_cast<uInt>(out.size());
      state = ::inflate(&inflater, Z_NO_FLUSH);
      const auto made = static_cast<uInt>(out.size() - inflater.avail_out);
      sum = ::crc32(sum, out.data(), made);
      produced += made;
      // A small entry that unfolds without end is stopped at the size it claims.
      if (produced > entry.bytes || (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR))
        return ~entry.crc32;
    } while (inflater.avail_out == 0 && state == Z_OK);
  }
  return static_cast<std::uint32_t>(sum);
}

}  // namespace

bool looksLikeWeights(const fs::path& path) {
  File file(path);
  const std::string head = file.read(0, std::min<std::uint64_t>(file.size(), 64));
  if (!startsWith(head, "PK\x03\x04")) return isWeights(looksLike(head));
  const auto entries = listEntries(file);
  return holds(entries, "data.pkl") && !holds(entries, "constants.pkl");
}

ArchiveListing requireTorchScript(const fs::path& path) {
  File file(path);
  const std::string head = file.read(0, std::min<std::uint64_t>(file.size(), 64));
  if (!startsWith(head, "PK\x03\x04")) {
    const std::string what = looksLike(head);
    failInput(path.string(), "a checkpoint must be a TorchScript archive", what,
              isWeights(what) ? importRemedy(path) : kRemedy);
  }
  ArchiveListing listing{listEntries(file), false};
  listing.hasCode = holds(listing.entries, "code/") && holds(listing.entries, "constants.pkl");
  if (!listing.hasCode) {
    const bool weights = holds(listing.entries, "data.pkl");
    failInput(path.string(), "a checkpoint must be a TorchScript archive",
              weights ? "weights saved by torch.save, without the model's code" : "a zip archive of something else",
              weights ? importRemedy(path) : kRemedy);
  }
  return listing;
}

void requireIntact(const fs::path& path, const ArchiveListing& listing, const Control& control) {
  File file(path);
  // torch.save can be told to leave checksums out; then there is nothing to compare.
  const bool checked = std::any_of(listing.entries.begin(), listing.entries.end(),
                                   [](const ArchiveEntry& entry) { return entry.crc32 != 0; });
  if (!checked) return;
  for (const ArchiveEntry& entry : listing.entries) {
    if (entry.bytes > 0 && checksum(file, entry, control) != entry.crc32) {
      file.damaged("every archive entry must match its checksum", entry.name.substr(0, 200));
    }
  }
}

}  // namespace gf
