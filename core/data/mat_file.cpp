// SPDX-License-Identifier: Apache-2.0
#include "data/mat_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "data/byte_number.h"
#include "data/inflate.h"
#include "data/text_lines.h"

namespace gf {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20, kMostNumbers = 4'000'000, kMostValues = 1'000'000;
constexpr int kMostLevels = 16;
constexpr std::size_t kHeader = 128;
constexpr const char* kCopyAgain = "Copy or unpack the file again";

enum Type : std::uint32_t {
  kInt8 = 1,
  kUint8 = 2,
  kInt16 = 3,
  kUint16 = 4,
  kInt32 = 5,
  kUint32 = 6,
  kSingle = 7,
  kDouble = 9,
  kInt64 = 12,
  kUint64 = 13,
  kMatrix = 14,
  kCompressed = 15,
  kUtf8 = 16,
  kUtf16 = 17,
  kUtf32 = 18
};
enum Class : std::uint32_t { kCell = 1, kStruct = 2, kChar = 4, kDoubles = 6, kLastNumbers = 15 };
constexpr std::uint32_t kComplexFlag = 0x0800;

/// A tag and what it announces.
struct Element {
  std::uint32_t type = 0;
  std::string_view data;
};

std::size_t sizeOf(std::uint32_t type) {
  switch (type) {
    case kInt8:
    case kUint8:
    case kUtf8:
      return 1;
    case kInt16:
    case kUint16:
    case kUtf16:
      return 2;
    case kInt32:
    case kUint32:
    case kSingle:
    case kUtf32:
      return 4;
    case kDouble:
    case kInt64:
    case kUint64:
      return 8;
    default:
      return 0;
  }
}

void appendUtf8(std::string& text, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xE0 | code >> 12);
    } else {
      add(0xF0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3F));
    }
    add(0x80 | (code >> 6 & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

/// What all parts of one file may still take.
struct Budget {
  std::size_t unpacked = kMostBytes, numbers = kMostNumbers, values = kMostValues;
};

class Reader {
 public:
  Reader(std::string_view bytes, bool bigEndian, const std::string& subject, Budget& budget)
      : bytes_(bytes), big_(bigEndian), subject_(subject), budget_(budget) {}

  bool atEnd() const { return at_ >= bytes_.size(); }

  Element next(const char* what) {
    if (bytes_.size() - at_ < 8) fail(std::string(what) + " must come here", "the end");
    const std::uint32_t word = number32(at_);
    const bool small = word >> 16 != 0;  // Up to four bytes stand in the tag itself.
    const std::size_t length = small ? word >> 16 : number32(at_ + 4);
    const std::size_t begin = at_ + (small ? 4 : 8);
    if (small ? length > 4 : length > bytes_.size() - begin) {
      fail(std::string(what) + " must be as long as it says", std::to_string(length) + " bytes");
    }
    const Element element{small ? word & 0xFFFF : word, bytes_.substr(begin, length)};
    std::size_t end = small ? at_ + 8 : begin + length;
    if (element.type != kCompressed) end += (8 - end % 8) % 8;
    at_ = std::min(end, bytes_.size());
    return element;
  }

  /// A whole variable, packed or not.
  std::pair<std::string, MatValue> variable() {
    const Element element = next("a variable");
    if (element.type != kCompressed) return matrix(element, 0);
    Inflate stream(element.data, Inflate::Format::Zlib, subject_);
    std::string unpacked;
    stream.read(unpacked, budget_.unpacked);
    if (!stream.ended()) {
      std::string more;
      stream.read(more, 1);
      if (!more.empty()) fail("must unpack to at most " + std::to_string(kMostBytes) + " bytes", "more");
    }
    budget_.unpacked -= unpacked.size();
    Reader inside(unpacked, big_, subject_, budget_);
    return inside.matrix(inside.next("a packed variable"), 0);
  }

 private:
  [[noreturn]] void fail(const std::string& rule, const std::string& seen) const {
    failInput(subject_, rule, seen, kCopyAgain);
  }
  std::uint32_t number32(std::size_t at) const { return byteNumber(bytes_, at, 4, big_); }

  static void take(std::size_t& budget, std::size_t count, const Reader& reader, const char* what) {
    if (count > budget) reader.fail(std::string("must not hold so many ") + what, std::to_string(count) + " more");
    budget -= count;
  }

  std::pair<std::string, MatValue> matrix(const Element& element, int level) {
    if (element.type != kMatrix) fail("a value must be a matrix", "type " + std::to_string(element.type));
    if (level > kMostLevels) fail("values must be nested at most 16 deep", "more");
    take(budget_.values, 1, *this, "values");
    if (element.data.empty()) return {"", MatValue{MatValue::Kind::Numbers, 0, {}, {}, {}, {}}};
    Reader inside(element.data, big_, subject_, budget_);
    return inside.content(level);
  }

  std::pair<std::string, MatValue> content(int level) {
    const Element flags = next("the flags of a matrix");
    if (flags.type != kUint32 || flags.data.size() != 8) fail("a matrix must begin with its flags", "something else");
    const std::uint32_t word = byteNumber(flags.data, 0, 4, big_), kind = word & 0xFF;
    const bool readable =
        (kind == kCell || kind == kStruct || kind == kChar || (kind >= kDoubles && kind <= kLastNumbers)) &&
        (word & kComplexFlag) == 0;
    MatValue value;
    if (!readable) return {"", std::move(value)};  // What follows depends on what it is.
    const std::vector<std::uint32_t> sizes = sizesOf(next("the sizes of a matrix"));
    value.count = productOf(sizes);
    const Element name = next("the name of a matrix");
    if (sizeOf(name.type) != 1) fail("a name must be bytes", "type " + std::to_string(name.type));
    if (kind == kCell) readCells(value, level);
    if (kind == kStruct) readStruct(value, level);
    if (kind == kChar) readText(value, sizes);
    if (kind >= kDoubles) readNumbers(value);
    return {std::string(name.data), std::move(value)};
  }

  std::vector<std::uint32_t> sizesOf(const Element& element) const {
    if (element.type != kInt32 || element.data.size() % 4 != 0 || element.data.size() < 8 ||
        element.data.size() > 128) {
      fail("a matrix must have two to 32 sizes", std::to_string(element.data.size()) + " bytes of them");
    }
    std::vector<std::uint32_t> sizes;
    for (std::size_t at = 0; at < element.data.size(); at += 4) sizes.push_back(byteNumber(element.data, at, 4, big_));
    return sizes;
  }

  std::size_t productOf(const std::vector<std::uint32_t>& sizes) const {
    std::uint64_t product = 1;
    for (const std::uint32_t size : sizes) {
      product *= size;
      if (product > kMostBytes) fail("a matrix must not have so many elements", std::to_string(product) + " or more");
    }
    return product;
  }

  void readCells(MatValue& value, int level) {
    value.kind = MatValue::Kind::Cells;
    if (value.count > bytes_.size() / 8) fail("every cell must be there", std::to_string(value.count) + " cells");
    for (std::size_t i = 0; i < value.count; ++i) value.values.push_back(matrix(next("a cell"), level + 1).second);
  }

  void readStruct(MatValue& value, int level) {
    value.kind = MatValue::Kind::Struct;
    const Element width = next("the length of field names");
    if (width.type != kInt32 || width.data.size() != 4) fail("the length of field names must be a number", "none");
    const std::uint32_t length = byteNumber(width.data, 0, 4, big_);
    const Element names = next("the names of fields");
    if (length == 0 || length > 1024 || sizeOf(names.type) != 1 || names.data.size() % length != 0) {
      fail("the names of fields must be of one length", std::to_string(names.data.size()) + " bytes");
    }
    for (std::size_t at = 0; at < names.data.size(); at += length) {
      const std::string_view padded = names.data.substr(at, length);
      value.fields.emplace_back(padded.substr(0, std::min(padded.find('\0'), padded.size())));
    }
    const std::uint64_t all = std::uint64_t{value.count} * value.fields.size();
    if (all > bytes_.size() / 8) fail("every field must be there", std::to_string(all) + " fields");
    for (std::uint64_t i = 0; i < all; ++i) value.values.push_back(matrix(next("a field"), level + 1).second);
  }

  void readText(MatValue& value, const std::vector<std::uint32_t>& sizes) {
    if (value.count > 0 && (sizes.size() > 2 || sizes[0] != 1)) return;  // Several rows.
    value.kind = MatValue::Kind::Text;
    const Element letters = next("the letters of a text");
    const std::size_t size = sizeOf(letters.type);
    if (size == 0 || size > 4 || letters.type == kSingle || letters.data.size() % size != 0) {
      fail("a text must be letters", "type " + std::to_string(letters.type));
    }
    if (letters.type == kUtf8 || letters.type == kInt8) {
      value.text = letters.data;
    } else {
      std::uint32_t high = 0;
      for (std::size_t at = 0; at < letters.data.size(); at += size) {
        std::uint32_t code = byteNumber(letters.data, at, static_cast<int>(size), big_);
        const bool isHigh = code >= 0xD800 && code < 0xDC00, isLow = code >= 0xDC00 && code < 0xE000;
        if (isLow != (high != 0) || code > 0x10FFFF) fail("a text must be Unicode", std::to_string(code));
        if (isLow) code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00);
        high = isHigh ? code : 0;
        if (!isHigh) appendUtf8(value.text, code);
      }
      if (high != 0) fail("a text must be Unicode", "half a character at its end");
    }
    if (!isUtf8(value.text)) fail("a text must be Unicode", shown(value.text));
  }

  void readNumbers(MatValue& value) {
    value.kind = MatValue::Kind::Numbers;
    const Element numbers = next("the numbers of a matrix");
    const std::size_t size = sizeOf(numbers.type);
    if (size == 0 || numbers.type >= kUtf8) fail("numbers must be of a known type", std::to_string(numbers.type));
    if (numbers.data.size() != size * value.count) {
      fail("a matrix must hold the " + std::to_string(value.count) + " numbers its sizes say",
           std::to_string(numbers.data.size() / size));
    }
    take(budget_.numbers, value.count, *this, "numbers");
    value.numbers.reserve(value.count);
    for (std::size_t at = 0; at < numbers.data.size(); at += size)
      value.numbers.push_back(numberAt(numbers.data, at, numbers.type));
  }

  double numberAt(std::string_view data, std::size_t at, std::uint32_t type) const {
    const auto size = static_cast<int>(sizeOf(type));
    if (size == 8) {
      const std::uint64_t one = byteNumber(data, at, 4, big_), two = byteNumber(data, at + 4, 4, big_);
      const std::uint64_t bits = big_ ? one << 32 | two : two << 32 | one;
      if (type == kUint64) return static_cast<double>(bits);
      if (type == kInt64) return static_cast<double>(static_cast<std::int64_t>(bits));
      double value = 0;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    }
    const std::uint32_t bits = byteNumber(data, at, size, big_);
    switch (type) {
      case kSingle: {
        float value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return value;
      }
      case kInt8:
        return static_cast<std::int8_t>(bits);
      case kInt16:
        return static_cast<std::int16_t>(bits);
      case kInt32:
        return static_cast<std::int32_t>(bits);
      default:
        return bits;
    }
  }

  std::string_view bytes_;
  bool big_;
  const std::string& subject_;
  Budget& budget_;
  std::size_t at_ = 0;
};

/// Whether the numbers are big-endian; throws when the header is of no such file.
bool byteOrder(std::string_view bytes, const std::string& subject) {
  constexpr const char* kRule = "must be a MATLAB 5 file, as MATLAB's save -v7 and SciPy's savemat write it";
  constexpr const char* kRemedy = "Save it again with -v7";
  if (bytes.substr(0, 10) == "MATLAB 7.3") failInput(subject, kRule, "version 7.3, which is HDF5", kRemedy);
  if (bytes.size() < kHeader) failInput(subject, kRule, std::to_string(bytes.size()) + " bytes", kCopyAgain);
  const std::string_view mark = bytes.substr(126, 2);
  if (mark != "IM" && mark != "MI") failInput(subject, kRule, shown(bytes.substr(0, 20)), kCopyAgain);
  const bool big = mark == "MI";
  const std::uint32_t version = byteNumber(bytes, 124, 2, big);
  if (version != 0x0100) failInput(subject, kRule, "version " + std::to_string(version), kRemedy);
  return big;
}

const char* wordFor(MatValue::Kind kind) {
  constexpr const char* kWords[] = {"numbers", "text", "cells", "records", "something that is not read"};
  return kWords[static_cast<int>(kind)];
}

}  // namespace

MatFile::MatFile(std::string_view bytes, std::string subject) : subject_(std::move(subject)) {
  const bool big = byteOrder(bytes, subject_);
  Budget budget;
  Reader reader(bytes.substr(kHeader), big, subject_, budget);
  while (!reader.atEnd()) variables_.push_back(reader.variable());
}

MatFile MatFile::read(const std::filesystem::path& path) {
  return MatFile(readFile(path, kMostBytes), path.string());
}

bool MatFile::has(const std::string& name) const {
  return std::any_of(variables_.begin(), variables_.end(),
                     [&](const auto& variable) { return variable.first == name; });
}

const MatValue& MatFile::variable(const std::string& name, MatValue::Kind kind) const {
  std::string names;
  for (const auto& [own, value] : variables_) {
    if (own != name) {
      names += (names.empty() ? "" : ", ") + shown(own);
    } else if (value.kind == kind) {
      return value;
    } else {
      failInput(subject_, "its variable " + name + " must hold " + wordFor(kind), wordFor(value.kind));
    }
  }
  failInput(subject_, "it must hold the variable " + name, names.empty() ? "no variables" : names);
}

std::vector<std::string> MatFile::texts(const std::string& name) const {
  std::vector<std::string> result;
  for (const MatValue& cell : variable(name, MatValue::Kind::Cells).values) {
    if (cell.kind != MatValue::Kind::Text) {
      failInput(subject_, "every cell of " + name + " must hold text",
                std::string(wordFor(cell.kind)) + " in cell " + std::to_string(result.size() + 1));
    }
    result.push_back(cell.text);
  }
  return result;
}

MatRecords::MatRecords(const MatFile& file, const std::string& variable)
    : file_(file), name_(variable), table_(file.variable(variable, MatValue::Kind::Struct)) {}

bool MatRecords::has(const std::string& field) const {
  return std::find(table_.fields.begin(), table_.fields.end(), field) != table_.fields.end();
}

std::string MatRecords::where(std::size_t record) const {
  return "record " + std::to_string(record + 1) + " of " + name_;
}

const MatValue& MatRecords::at(std::size_t record, const std::string& field) const {
  const auto found = std::find(table_.fields.begin(), table_.fields.end(), field);
  if (found == table_.fields.end()) {
    failInput(file_.subject(), "the records of " + name_ + " must have the field " + field, "none");
  }
  return table_.values[record * table_.fields.size() + static_cast<std::size_t>(found - table_.fields.begin())];
}

std::uint32_t MatRecords::number(std::size_t record, const std::string& field) const {
  const MatValue& value = at(record, field);
  const std::string rule = field + " must be a whole number";
  if (value.kind != MatValue::Kind::Numbers || value.numbers.size() != 1) {
    failInput(file_.subject(), rule, std::string(wordFor(value.kind)) + " in " + where(record));
  }
  const double number = value.numbers.front();
  if (!(number >= 0 && number <= 4294967295.0) || std::floor(number) != number) {
    failInput(file_.subject(), rule, std::to_string(number) + " in " + where(record));
  }
  return static_cast<std::uint32_t>(number);
}

const std::string& MatRecords::text(std::size_t record, const std::string& field) const {
  const MatValue& value = at(record, field);
  if (value.kind != MatValue::Kind::Text) {
    failInput(file_.subject(), field + " must be text", std::string(wordFor(value.kind)) + " in " + where(record));
  }
  return value.text;
}

}  // namespace gf
