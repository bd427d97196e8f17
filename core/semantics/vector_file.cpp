// SPDX-License-Identifier: Apache-2.0
#include "semantics/vector_file.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "models/label_fit.h"
#include "semantics/safetensors.h"

namespace gf {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;

std::string shapeText(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

/// Adds the numbers of a tensor to the table; `row` says whose they are in errors.
void append(VectorTable& table, const at::Tensor& tensor, const std::string& subject) {
  const float* values = tensor.const_data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    if (std::isfinite(values[i])) continue;
    const std::size_t row = table.rows + static_cast<std::size_t>(i) / table.dimensions;
    failInput(subject + ", row " + std::to_string(row + 1), "numbers must be finite", std::to_string(values[i]));
  }
  table.values.insert(table.values.end(), values, values + tensor.numel());
}

VectorTable readSafeTensors(const std::filesystem::path& path) {
  const SafeTensors file(path);
  const std::string subject = path.string();
  constexpr const char* kRule = "it must hold one tensor [classes, D], or a tensor [D] for each class";
  if (file.entries().empty()) failInput(subject, kRule, "no tensor");
  const SafeTensorEntry& first = file.entries().front();
  VectorTable table;
  const bool matrix = first.shape.size() == 2;
  if (matrix && file.entries().size() > 1) {
    failInput(subject, kRule,
              std::to_string(file.entries().size()) + " tensors, the first of shape " + shapeText(first.shape));
  }
  for (const SafeTensorEntry& entry : file.entries()) {
    const bool fits = matrix || (entry.shape.size() == 1 && entry.shape == first.shape);
    if (!fits || entry.shape.back() < 1) {
      failInput(subject, kRule, "\"" + entry.name + "\" of shape " + shapeText(entry.shape));
    }
    table.dimensions = static_cast<std::size_t>(entry.shape.back());
    append(table, file.floats(entry.name), matrix ? subject : subject + ", \"" + entry.name + "\"");
    table.rows += matrix ? static_cast<std::size_t>(entry.shape.front()) : 1;
    if (!matrix) table.names.push_back(entry.name);
  }
  return table;
}

/// The rows of the table that are the classes, in their order.
std::vector<float> rowsFor(const VectorTable& table, const std::vector<std::string>& names,
                           const std::string& subject) {
  if (table.names.empty()) {
    if (table.rows == names.size()) return table.values;
    failInput(subject, "rows without names are taken in the order of the classes, so there must be one for each",
              std::to_string(table.rows) + " rows for " + std::to_string(names.size()) + " classes",
              "Name the rows (.csv) or write one row for each class");
  }
  const auto rows = columnsFor(subject, {"the file", table.names}, {"the data", names});
  std::vector<float> values;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (rows[k] < 0) {
      failInput(subject, "it must have a row for each class of the data", "none for \"" + names[k] + "\"",
                "Add the row, or rename one");
    }
    const auto begin = table.values.begin() + rows[k] * static_cast<std::int64_t>(table.dimensions);
    values.insert(values.end(), begin, begin + static_cast<std::int64_t>(table.dimensions));
  }
  return values;
}

}  // namespace

ClassSemantics vectorFileSemantics(const std::filesystem::path& path, const std::vector<std::string>& names) {
  const std::string subject = path.string();
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  VectorTable table;
  std::string hash;
  if (ending == ".safetensors") {
    table = readSafeTensors(path);
    hash = sha256OfFile(path);
  } else if (ending == ".npy" || ending == ".csv") {
    const std::string bytes = readFile(path, kMostBytes);
    table = ending == ".npy" ? parseNpy(bytes, subject) : parseVectorCsv(bytes, subject);
    hash = sha256(bytes);
  } else {
    failInput(subject, "a file of class vectors must be .npy, .csv or .safetensors",
              ending.empty() ? "no ending" : ending);
  }
  nlohmann::ordered_json provenance = {
      {"provider", "file"},
      {"files", nlohmann::ordered_json::array({{{"path", subject}, {"sha256", hash}}})},
      {"rows", table.names.empty() ? "by order" : "by name"},
      {"dimensions", table.dimensions}};
  std::vector<float> values = rowsFor(table, names, subject);
  ClassSemantics result;
  try {
    result = semanticsOf(names, std::move(values), table.dimensions, std::move(provenance));
  } catch (const Error& failure) {
    failInput(subject + ", " + failure.subject(), failure.rule(), failure.observed(), failure.remedy());
  }
  if (table.rows > names.size()) {
    result.notes.push_back(std::to_string(table.rows - names.size()) + " of " + std::to_string(table.rows) +
                           " rows of the file are for no class of the data and were left out");
  }
  return result;
}

}  // namespace gf
