// SPDX-License-Identifier: Apache-2.0
#include "predictions/predictions.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <regex>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "<f4 is written as it lies in memory");
constexpr std::size_t kPreamble = 10;  // magic, version and the header's length
constexpr std::size_t kAlignment = 64;
constexpr const char kMagic[] = "\x93NUMPY\x01";  // and a zero byte: version 1.0

std::string npyHead(std::size_t samples, std::size_t classes) {
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(samples) + ", " +
                           std::to_string(classes) + "), }";
  const std::size_t padding = (kAlignment - (kPreamble + dictionary.size() + 1) % kAlignment) % kAlignment;
  dictionary += std::string(padding, ' ') + "\n";
  std::string head(kMagic, 8);
  head += static_cast<char>(dictionary.size() & 0xff);
  head += static_cast<char>(dictionary.size() >> 8);
  return head + dictionary;
}

/// Finite numbers, but for whole columns of -infinity: classes that the model does not know. One class is known.
bool areLogits(const Predictions& predictions) {
  constexpr float kNever = -std::numeric_limits<float>::infinity();
  if (predictions.samples == 0) return true;
  const auto first = predictions.row(0);
  if (std::all_of(first.begin(), first.end(), [](float value) { return value == kNever; })) return false;
  for (std::size_t i = 0; i < predictions.samples; ++i) {
    const auto row = predictions.row(i);
    for (std::size_t k = 0; k < predictions.classes; ++k) {
      if (first[k] == kNever ? row[k] != kNever : !std::isfinite(row[k])) return false;
    }
  }
  return true;
}

}  // namespace

double Predictions::probability(std::size_t sample, std::size_t k) const {
  const auto values = row(sample);
  const double highest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const float value : values) sum += std::exp(value - highest);
  return std::exp(values[k] - highest) / sum;
}

double Predictions::confidence(std::size_t sample) const {
  return probability(sample, static_cast<std::size_t>(predicted[sample]));
}

void fillPredicted(Predictions& predictions) {
  predictions.predicted.resize(predictions.samples);
  for (std::size_t i = 0; i < predictions.samples; ++i) {
    const auto row = predictions.row(i);
    // max_element keeps the first of equal ones.
    predictions.predicted[i] = static_cast<std::int32_t>(std::max_element(row.begin(), row.end()) - row.begin());
  }
}

double accuracyOf(std::span<const std::int32_t> predicted, std::span<const std::int32_t> labels) {
  if (predicted.size() != labels.size()) {
    failRun("accuracy", "there must be one label per prediction",
            std::to_string(predicted.size()) + " predictions and " + std::to_string(labels.size()) + " labels");
  }
  if (labels.empty()) return 0;
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i];
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

PredictionStore::PredictionStore(fs::path folder) : folder_(std::move(folder)) {}

std::optional<Predictions> PredictionStore::find(const std::string& key) const {
  const fs::path path = folder_ / (key + ".npy");
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  try {
    return readNpy(path);
  } catch (const Error& damaged) {
    logLine(LogLevel::Warning, std::string("A stored evaluation is made again. ") + damaged.what());
    return std::nullopt;
  }
}

void PredictionStore::put(const std::string& key, const Predictions& predictions) const {
  std::error_code error;
  fs::create_directories(folder_, error);  // what fails here fails again, with its reason, below
  try {
    writeNpy(folder_ / (key + ".npy"), predictions);
  } catch (const Error& failure) {
    logLine(LogLevel::Warning, std::string("An evaluation could not be kept. ") + failure.what());
  }
}

void writeNpy(const fs::path& path, const Predictions& predictions) {
  writeAtomically(path, [&](const fs::path& temporary) {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    const std::string head = npyHead(predictions.samples, predictions.classes);
    file.write(head.data(), static_cast<std::streamsize>(head.size()));
    file.write(reinterpret_cast<const char*>(predictions.logits.data()),
               static_cast<std::streamsize>(predictions.logits.size() * sizeof(float)));
    file.close();
    if (!file) {
      failRun(path.string(), "the file must be writable", std::strerror(errno),
              "Free some space or choose another folder");
    }
  });
}

Predictions readNpy(const fs::path& path) {
  const auto fail = [&](const std::string& rule, const std::string& observed) {
    failInput(path.string(), rule, observed, "Predict again, or save float32 logits [N, C] with numpy.save");
  };
  std::error_code error;
  if (!fs::is_regular_file(path, error)) fail("the file must exist", "no such file");
  const auto bytes = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  std::string preamble(kPreamble, '\0');
  file.read(preamble.data(), kPreamble);
  if (!file || preamble.compare(0, 8, std::string(kMagic, 8)) != 0) {
    fail("must be a NumPy file of version 1.0", "another kind of file");
  }
  const std::size_t headerBytes = static_cast<unsigned char>(preamble[8]) | static_cast<unsigned char>(preamble[9])
                                                                                << 8;
  std::string header(headerBytes, '\0');
  file.read(header.data(), static_cast<std::streamsize>(headerBytes));
  if (!file) fail("the NumPy header must be whole", "a truncated file");
  // Only what numpy.save itself writes for a float32 matrix; at most 9 digits keep every product below within 64 bits.
  static const std::regex kHeader(
      R"(\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d{1,9}), (\d{1,9})\), \} *\n)");
  std::smatch parts;
  if (!std::regex_match(header, parts, kHeader)) {
    fail("must hold float32 numbers of shape [samples, classes] in C order", header.substr(0, 100));
  }
  Predictions result;
  result.samples = std::stoull(parts[1]);
  result.classes = std::stoull(parts[2]);
  const std::uint64_t expected =
      kPreamble + headerBytes + std::uint64_t{result.samples} * result.classes * sizeof(float);
  if (bytes != expected) {
    fail("must be " + std::to_string(expected) + " bytes long, as its header says", std::to_string(bytes) + " bytes");
  }
  if (result.samples > 0 && result.classes == 0) fail("must have at least one class", "none");
  result.logits.resize(result.samples * result.classes);
  file.read(reinterpret_cast<char*>(result.logits.data()),
            static_cast<std::streamsize>(result.logits.size() * sizeof(float)));
  if (!file) fail("the file must be readable to its end", "a shorter one");
  if (!areLogits(result)) fail("logits must be finite, but for classes that are -infinity throughout", "others");
  fillPredicted(result);
  return result;
}

}  // namespace gf
