// SPDX-License-Identifier: Apache-2.0
// The formats of vector_file.h that are read from bytes.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "semantics/unicode.h"
#include "semantics/vector_file.h"

namespace gf {
namespace {

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.empty()) return "nothing";
  std::string result = "\"";
  for (const char letter : text.substr(0, kMost)) result += letter < ' ' || letter == 127 ? '?' : letter;
  return result + (text.size() > kMost ? "…\"" : "\"");
}

/// The header of a .npy file: a Python dictionary with three keys, of which only these forms are read.
class NpyHeader {
 public:
  NpyHeader(std::string_view text, const std::string& subject) : rest_(text), whole_(text), subject_(subject) {
    read();
  }
  std::string type;
  bool fortran = false;
  std::vector<std::uint64_t> shape;

 private:
  [[noreturn]] void fail(const std::string& rule) const { failInput(subject_, rule, "the header " + shown(whole_)); }
  void skipBlanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }
  bool take(std::string_view token) {
    skipBlanks();
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void need(std::string_view token) {
    if (!take(token)) fail("its header must be a dictionary with 'descr', 'fortran_order' and 'shape'");
  }
  std::string text() {
    skipBlanks();
    const char quote = rest_.empty() ? '\0' : rest_.front();
    const std::size_t end = quote == '\'' || quote == '"' ? rest_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) fail("its elements must be of one plain type");
    const std::string result(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return result;
  }
  void readShape() {
    need("(");
    while (!take(")")) {
      skipBlanks();
      std::uint64_t value = 0;
      const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
      if (problem != std::errc()) fail("its shape must be whole numbers");
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      shape.push_back(value);
      if (!take(",")) {
        need(")");
        return;
      }
    }
  }
  void read() {
    unsigned seen = 0;
    need("{");
    while (!take("}")) {
      const std::string key = text();
      const unsigned bit = key == "descr" ? 1 : key == "fortran_order" ? 2 : key == "shape" ? 4 : 0;
      if (bit == 0 || (seen & bit)) fail("its header must have 'descr', 'fortran_order' and 'shape', each once");
      seen |= bit;
      need(":");
      if (bit == 1) type = text();
      if (bit == 2 && !(fortran = take("True"))) need("False");
      if (bit == 4) readShape();
      if (!take(",")) {
        need("}");
        break;
      }
    }
    skipBlanks();
    if (seen != 7 || !rest_.empty()) fail("its header must have 'descr', 'fortran_order' and 'shape', each once");
  }

  std::string_view rest_, whole_;
  const std::string& subject_;
};

/// The header's text; `bytes` is cut down to the data.
std::string_view takeNpyHeader(std::string_view& bytes, const std::string& subject) {
  constexpr std::string_view kMagic = "\x93NUMPY";
  if (bytes.size() < 10 || bytes.substr(0, kMagic.size()) != kMagic) {
    failInput(subject, "a .npy file must begin with NumPy's mark", shown(bytes.substr(0, 8)));
  }
  const int version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3 || bytes[7] != 0) {
    failInput(subject, "its format must be version 1.0, 2.0 or 3.0",
              std::to_string(version) + "." + std::to_string(static_cast<unsigned char>(bytes[7])));
  }
  const std::size_t lengthBytes = version == 1 ? 2 : 4, begin = 8 + lengthBytes;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < lengthBytes && 8 + i < bytes.size(); ++i) {
    length |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[8 + i])) << (8 * i);
  }
  if (bytes.size() < begin || length > bytes.size() - begin || length > (1u << 20)) {
    failInput(subject, "its header must fit the file and a megabyte", std::to_string(length) + " bytes");
  }
  const std::string_view header = bytes.substr(begin, static_cast<std::size_t>(length));
  bytes.remove_prefix(begin + static_cast<std::size_t>(length));
  return header;
}

template <class Number, class Bits>
double numberAt(const char* from, bool swapped) {
  unsigned char bytes[sizeof(Number)];
  std::memcpy(bytes, from, sizeof(Number));
  if (swapped) std::reverse(std::begin(bytes), std::end(bytes));
  return static_cast<double>(std::bit_cast<Number>(std::bit_cast<Bits>(bytes)));
}

/// Throws unless the number can be one of a vector.
float checked(double value, const std::string& subject, std::size_t row, std::size_t column) {
  if (std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max())) return static_cast<float>(value);
  failInput(subject + ", row " + std::to_string(row + 1), "numbers must be finite and fit float32",
            std::to_string(value) + " in column " + std::to_string(column + 1));
}

/// One row of CSV; false at the end of the text.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& subject) : rest_(text), subject_(subject) {
    if (rest_.substr(0, 3) == "\xEF\xBB\xBF") rest_.remove_prefix(3);
  }
  std::size_t row() const { return row_; }  ///< From 1.
  bool next(std::vector<std::string>& fields) {
    fields.clear();
    if (rest_.empty()) return false;
    ++row_;
    do {
      fields.push_back(!rest_.empty() && rest_.front() == '"' ? quoted() : plain());
    } while (takeComma());
    return true;
  }
  [[noreturn]] void fail(const std::string& rule, const std::string& observed) const {
    failInput(subject_ + ", row " + std::to_string(row_), rule, observed);
  }

 private:
  std::string plain() {
    const std::size_t end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
    const std::string_view text = rest_.substr(0, end);
    if (text.find('"') != std::string_view::npos) fail("a field with a quotation mark must be quoted", shown(text));
    rest_.remove_prefix(end);
    return std::string(text);
  }
  std::string quoted() {
    std::string text;
    rest_.remove_prefix(1);
    while (true) {
      const std::size_t end = rest_.find('"');
      if (end == std::string_view::npos) fail("a quoted field must end", shown(rest_));
      text += rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      if (rest_.empty() || rest_.front() != '"') return text;
      text += '"';
      rest_.remove_prefix(1);
    }
  }
  /// True when another field follows; else the end of the row is taken.
  bool takeComma() {
    if (rest_.empty()) return false;
    const char letter = rest_.front();
    if (letter == '\r' && rest_.substr(0, 2) != "\r\n") fail("a line must end with LF or CRLF", "a lone CR");
    if (letter != ',' && letter != '\r' && letter != '\n') {
      fail("nothing may follow a quoted field but a comma or the line's end", shown(rest_.substr(0, 8)));
    }
    rest_.remove_prefix(letter == '\r' ? 2 : 1);
    return letter == ',';
  }

  std::string_view rest_;
  const std::string& subject_;
  std::size_t row_ = 0;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isNumber(std::string_view text, double& value) {
  text = trimmed(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc::result_out_of_range) value = std::numeric_limits<double>::infinity();
  return problem != std::errc::invalid_argument && end == text.data() + text.size();
}

bool isHeading(const std::vector<std::string>& fields) {
  std::string first(trimmed(fields.front()));
  std::transform(first.begin(), first.end(), first.begin(), [](unsigned char c) { return std::tolower(c); });
  if (first.empty() || first == "name" || first == "class" || first == "label") return true;
  double value = 0;
  return std::any_of(fields.begin() + 1, fields.end(), [&](const std::string& text) { return !isNumber(text, value); });
}

void addRow(VectorTable& table, const CsvReader& reader, const std::vector<std::string>& fields,
            const std::string& subject) {
  if (fields.size() < 2) reader.fail("a row must have a name and numbers", shown(fields.front()));
  if (table.rows == 0) table.dimensions = fields.size() - 1;
  if (fields.size() - 1 != table.dimensions) {
    reader.fail("each row must have " + std::to_string(table.dimensions) + " numbers, as the first has",
                std::to_string(fields.size() - 1));
  }
  if (trimmed(fields.front()).empty()) reader.fail("a row must begin with the name of its class", "an empty field");
  for (std::size_t i = 1; i < fields.size(); ++i) {
    double value = 0;
    if (!isNumber(fields[i], value)) {
      reader.fail("fields after the name must be numbers", shown(fields[i]) + " in column " + std::to_string(i + 1));
    }
    table.values.push_back(checked(value, subject, reader.row() - 1, i));
  }
  table.names.push_back(fields.front());
  ++table.rows;
}

}  // namespace

VectorTable parseNpy(std::string_view bytes, const std::string& subject) {
  const NpyHeader header(takeNpyHeader(bytes, subject), subject);
  const bool wide = header.type == "<f8" || header.type == ">f8";
  if (!wide && header.type != "<f4" && header.type != ">f4") {
    failInput(subject, "its numbers must be float32 or float64", "the type " + shown(header.type),
              "Save it with .astype(\"float32\")");
  }
  if (header.shape.size() != 2 || header.shape[0] == 0 || header.shape[1] == 0) {
    failInput(
        subject, "it must be an array [classes, D]",
        std::to_string(header.shape.size()) + " dimensions" + (header.shape.size() == 2 ? ", one of them empty" : ""));
  }
  const std::uint64_t rows = header.shape[0], columns = header.shape[1], width = wide ? 8 : 4;
  if (rows > bytes.size() || columns > bytes.size() || rows * columns * width != bytes.size()) {
    failInput(subject, "its data must be as long as its shape says",
              std::to_string(bytes.size()) + " bytes for " + std::to_string(rows) + " × " + std::to_string(columns) +
                  " numbers of " + std::to_string(width));
  }
  const bool swapped = (header.type[0] == '>') == (std::endian::native == std::endian::little);
  VectorTable table;
  table.rows = static_cast<std::size_t>(rows);
  table.dimensions = static_cast<std::size_t>(columns);
  table.values.reserve(table.rows * table.dimensions);
  for (std::size_t i = 0; i < table.rows; ++i) {
    for (std::size_t j = 0; j < table.dimensions; ++j) {
      const char* at = bytes.data() + (header.fortran ? j * table.rows + i : i * table.dimensions + j) * width;
      const double value =
          wide ? numberAt<double, std::uint64_t>(at, swapped) : numberAt<float, std::uint32_t>(at, swapped);
      table.values.push_back(checked(value, subject, i, j));
    }
  }
  return table;
}

VectorTable parseVectorCsv(std::string_view bytes, const std::string& subject) {
  unicode::decode(bytes, subject);  // names go into messages and reports, so they must be UTF-8
  VectorTable table;
  CsvReader reader(bytes, subject);
  for (std::vector<std::string> fields; reader.next(fields);) {
    if (fields.size() == 1 && trimmed(fields.front()).empty()) continue;  // an empty line
    if (reader.row() == 1 && isHeading(fields)) continue;
    addRow(table, reader, fields, subject);
  }
  if (table.rows == 0) failInput(subject, "it must have rows of a name and numbers", "none");
  return table;
}

}  // namespace gf
