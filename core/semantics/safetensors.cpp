// SPDX-License-Identifier: Apache-2.0
#include "semantics/safetensors.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

#include "base/error.h"
#include "semantics/json_file.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr std::uint64_t kLongestHeader = 100'000'000;  // bytes, the format's own bound
constexpr std::uint64_t kLengthBytes = 8;
constexpr const char* kCopyAgain = "Copy or export the file again";

struct Dtype {
  const char* name;
  std::uint64_t bytes;
  at::ScalarType type;  ///< Undefined: its length is known, but it holds no numbers that float32 could stand for.
};
constexpr std::array<Dtype, 16> kDtypes{
    {{"BOOL", 1, at::kByte},  // read as bytes: one that is neither 0 nor 1 is no bool

     {"U8", 1, at::kByte},
     {"I8", 1, at::kChar},
     {"F8_E5M2", 1, at::ScalarType::Undefined},
     {"F8_E4M3", 1, at::ScalarType::Undefined},
     {"F8_E8M0", 1, at::ScalarType::Undefined},
     {"I16", 2, at::kShort},
     {"U16", 2, at::ScalarType::Undefined},
     {"F16", 2, at::kHalf},
     {"BF16", 2, at::kBFloat16},
     {"I32", 4, at::kInt},
     {"U32", 4, at::ScalarType::Undefined},
     {"F32", 4, at::kFloat},
     {"F64", 8, at::kDouble},
     {"I64", 8, at::kLong},
     {"U64", 8, at::ScalarType::Undefined}}};

const Dtype* dtypeOf(const std::string& name) {
  if (name == "C64") {
    static constexpr Dtype kComplex{"C64", 8, at::ScalarType::Undefined};
    return &kComplex;
  }
  const auto found = std::find_if(kDtypes.begin(), kDtypes.end(), [&](const Dtype& one) { return name == one.name; });
  return found == kDtypes.end() ? nullptr : &*found;
}

/// Reads the description of one tensor.
class EntryReader {
 public:
  EntryReader(const std::string& name, const nlohmann::json& value, const std::string& subject)
      : value_(value), subject_(subject) {
    entry_.name = name;
  }

  SafeTensorEntry read() {
    if (!value_.is_object()) fail("must be an object", shortJson(value_));
    for (const auto& [key, unused] : value_.items()) {
      if (key != "dtype" && key != "shape" && key != "data_offsets") {
        fail("may hold dtype, shape and data_offsets only", shortJson(key));
      }
    }
    const Dtype& dtype = readDtype();
    const std::uint64_t bytes = readShape(dtype.bytes);
    readRange(bytes);
    return std::move(entry_);
  }

 private:
  [[noreturn]] void fail(const std::string& rule, const std::string& observed) const {
    failInput(subject_, "tensor " + shortJson(entry_.name) + ": " + rule, observed, kCopyAgain);
  }
  const nlohmann::json& member(const char* key) const {
    const auto found = value_.find(key);
    if (found == value_.end()) fail(std::string(key) + " must be there", "nothing");
    return *found;
  }
  const Dtype& readDtype() {
    const auto& value = member("dtype");
    const Dtype* dtype = value.is_string() ? dtypeOf(value.get<std::string>()) : nullptr;
    if (!dtype) fail("dtype must be one of the format's (F32, F16, BF16, I64, U8 …)", shortJson(value));
    entry_.dtype = dtype->name;
    return *dtype;
  }
  /// The bytes that the shape asks for.
  std::uint64_t readShape(std::uint64_t bytes) {
    const auto& shape = member("shape");
    if (!shape.is_array()) fail("shape must be a list", shortJson(shape));
    bool empty = false;
    for (const auto& size : shape) {
      constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      if (!size.is_number_unsigned() || size.get<std::uint64_t>() > kMost) {
        fail("shape must hold whole numbers from 0", shortJson(size));
      }
      const auto count = size.get<std::uint64_t>();
      entry_.shape.push_back(static_cast<std::int64_t>(count));
      empty = empty || count == 0;
      if (count != 0 && bytes > kMost / count) fail("the product of its shape must fit 63 bits", shortJson(shape));
      bytes *= std::max<std::uint64_t>(count, 1);
    }
    return empty ? 0 : bytes;
  }
  void readRange(std::uint64_t bytes) {
    const auto& range = member("data_offsets");
    if (!range.is_array() || range.size() != 2 || !range[0].is_number_unsigned() || !range[1].is_number_unsigned()) {
      fail("data_offsets must be two whole numbers from 0", shortJson(range));
    }
    entry_.begin = range[0].get<std::uint64_t>();
    entry_.end = range[1].get<std::uint64_t>();
    if (entry_.end < entry_.begin) fail("data_offsets must not go backwards", shortJson(range));
    if (entry_.end - entry_.begin != bytes) {
      fail("data_offsets must span the " + std::to_string(bytes) + " bytes of its shape", shortJson(range));
    }
  }

  const nlohmann::json& value_;
  const std::string& subject_;
  SafeTensorEntry entry_;
};

void checkMetadata(const nlohmann::json& metadata, const std::string& subject) {
  if (!metadata.is_object()) failInput(subject, "__metadata__ must be an object", shortJson(metadata));
  for (const auto& [key, value] : metadata.items()) {
    if (!value.is_string()) failInput(subject, "__metadata__ may hold text only", shortJson(value));
  }
}

/// The ranges must cover the data from its first to its last byte, each byte once.
void checkRanges(const std::vector<SafeTensorEntry>& entries, std::uint64_t dataBytes, const std::string& subject) {
  std::uint64_t reached = 0;
  for (const auto& entry : entries) {
    if (entry.begin != reached) {
      failInput(subject,
                "tensor " + shortJson(entry.name) + " must begin where the one before it ends, at byte " +
                    std::to_string(reached),
                "byte " + std::to_string(entry.begin), kCopyAgain);
    }
    reached = entry.end;
  }
  if (reached == dataBytes) return;
  failInput(subject, "the tensors must end with the file, " + std::to_string(dataBytes) + " bytes after the header",
            "byte " + std::to_string(reached), kCopyAgain);
}

}  // namespace

std::vector<SafeTensorEntry> parseSafeTensorsHeader(std::string_view header, std::uint64_t dataBytes,
                                                    const std::string& subject) {
  if (header.empty() || header.front() != '{') {
    failInput(subject, "the header of a safetensors file must begin with {", "something else");
  }
  const nlohmann::json object = parseStrictObject(header, subject);
  std::vector<SafeTensorEntry> entries;
  for (const auto& [name, value] : object.items()) {
    if (name == "__metadata__") {
      checkMetadata(value, subject);
    } else {
      entries.push_back(EntryReader(name, value, subject).read());
    }
  }
  std::sort(entries.begin(), entries.end(), [](const SafeTensorEntry& a, const SafeTensorEntry& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;  // empty ones before what begins at the same byte
  });
  checkRanges(entries, dataBytes, subject);
  return entries;
}

SafeTensors::SafeTensors(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  const auto status = fs::status(path_, error);
  if (!fs::exists(status)) failInput(path_.string(), "the file must exist", "nothing there");
  if (!fs::is_regular_file(status)) failInput(path_.string(), "must be a file", "a folder or a special file");
  std::ifstream file(path_, std::ios::binary);
  const std::uint64_t size = fs::file_size(path_, error);
  if (!file || error) failInput(path_.string(), "the file must be readable", std::strerror(errno));
  std::array<unsigned char, kLengthBytes> lengthBytes{};
  file.read(reinterpret_cast<char*>(lengthBytes.data()), kLengthBytes);
  if (static_cast<std::uint64_t>(file.gcount()) != kLengthBytes) {
    failInput(path_.string(), "a safetensors file must begin with the 8 bytes of its header's length",
              std::to_string(size) + " bytes in all", kCopyAgain);
  }
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) length = length << 8 | lengthBytes[i];
  if (length > kLongestHeader || length > size - kLengthBytes) {
    failInput(path_.string(), "a safetensors header must lie inside the file and have at most 100,000,000 bytes",
              std::to_string(length) + " bytes", kCopyAgain);
  }
  std::string header(length, '\0');
  file.read(header.data(), static_cast<std::streamsize>(length));
  if (static_cast<std::uint64_t>(file.gcount()) != length) {
    failInput(path_.string(), "the file must be readable to the end of its header", std::strerror(errno), kCopyAgain);
  }
  dataAt_ = kLengthBytes + length;
  entries_ = parseSafeTensorsHeader(header, size - dataAt_, path_.string());
}

const SafeTensorEntry* SafeTensors::find(std::string_view name) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const SafeTensorEntry& one) { return one.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

at::Tensor SafeTensors::floats(std::string_view name) const {
  const SafeTensorEntry* entry = find(name);
  if (!entry) failInput(path_.string(), "must hold a tensor \"" + std::string(name) + "\"", "none of that name");
  const Dtype* dtype = dtypeOf(entry->dtype);
  if (dtype->type == at::ScalarType::Undefined) {
    failInput(path_.string(),
              "tensor " + shortJson(entry->name) + " must hold plain numbers (F64, F32, F16, BF16 or I…)", entry->dtype,
              "Save the model with torch_dtype float32 or float16");
  }
  at::Tensor raw = at::empty(entry->shape, at::TensorOptions().dtype(dtype->type));
  const auto bytes = static_cast<std::streamsize>(entry->end - entry->begin);
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(dataAt_ + entry->begin));
  file.read(static_cast<char*>(raw.data_ptr()), bytes);
  if (bytes > 0 && file.gcount() != bytes) {
    failInput(path_.string(), "tensor " + shortJson(entry->name) + " must be readable to its end",
              std::to_string(file.gcount()) + " bytes", kCopyAgain);
  }
  return raw.to(at::kFloat);
}

}  // namespace gf
