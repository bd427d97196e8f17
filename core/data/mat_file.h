// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gf {

/// A value of a MATLAB file. Arrays lie column by column.
struct MatValue {
  enum class Kind {
    Numbers,
    Text,    ///< One row of characters.
    Cells,   ///< Values of any kind.
    Struct,  ///< Records with named fields.
    Other    ///< Something that is not read: objects, functions, sparse or complex numbers, several rows of text.
  };
  Kind kind = Kind::Other;
  std::size_t count = 0;  ///< Elements: the product of its dimensions.
  std::vector<double> numbers;
  std::string text;                 ///< UTF-8.
  std::vector<std::string> fields;  ///< Of a struct.
  std::vector<MatValue> values;     ///< Of cells; of a struct all fields of the first record, then of the second, ….
};

/// The variables of a MATLAB 5 file (what MATLAB saves with -v6 or -v7, and SciPy's savemat), in either byte order,
/// packed or not. Source: MathWorks' "MAT-File Format". Files of another's making: at most 64 MiB packed and unpacked,
/// 4 million numbers, 1 million values, 16 levels.
class MatFile {
 public:
  /// Throws Error(Input) about `subject` with the rule and what was seen.
  MatFile(std::string_view bytes, std::string subject);
  static MatFile read(const std::filesystem::path& path);

  const std::string& subject() const { return subject_; }
  bool has(const std::string& name) const;
  /// Throws Error(Input) when there is none, or of another kind.
  const MatValue& variable(const std::string& name, MatValue::Kind kind) const;
  /// A variable of cells that are texts.
  std::vector<std::string> texts(const std::string& name) const;

 private:
  std::string subject_;
  std::vector<std::pair<std::string, MatValue>> variables_;
};

/// A variable that is an array of records. The file must outlive it.
class MatRecords {
 public:
  /// Throws Error(Input) when the variable is none.
  MatRecords(const MatFile& file, const std::string& variable);

  std::size_t size() const { return table_.count; }
  bool has(const std::string& field) const;
  /// A whole number from 0 to 2^32 − 1. Throws Error(Input) naming record and field.
  std::uint32_t number(std::size_t record, const std::string& field) const;
  /// Throws Error(Input) naming record and field.
  const std::string& text(std::size_t record, const std::string& field) const;
  /// "record 17 of annotations", counted from 1.
  std::string where(std::size_t record) const;

 private:
  const MatValue& at(std::size_t record, const std::string& field) const;

  const MatFile& file_;
  std::string name_;
  const MatValue& table_;
};

}  // namespace gf
