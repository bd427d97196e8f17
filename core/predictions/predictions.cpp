// SPDX-License-Identifier: Apache-2.0
#include "predictions/predictions.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <regex>

#include "base/error.h"
#include "base/files.h"
#include "base/kept_files.h"
#include "base/kept_limit.h"
#include "base/log.h"
#include "base/sizes.h"
#include "data/guarded_map.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "<f4 and <i4 are written as they lie in memory");
constexpr std::size_t kPreamble = 10;  // magic, version and the header's length
constexpr std::size_t kAlignment = 64;
constexpr const char* kAnswersEnding = ".answers.npy";
constexpr const char kMagic[] = "\x93NUMPY\x01";  // and a zero byte: version 1.0

/// `type` as NumPy writes it ("<f4"), `shape` without its brackets ("3, 2" or "3,").
std::string npyHead(const std::string& type, const std::string& shape) {
  std::string dictionary = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  const std::size_t padding = (kAlignment - (kPreamble + dictionary.size() + 1) % kAlignment) % kAlignment;
  dictionary += std::string(padding, ' ') + "\n";
  std::string head(kMagic, 8);
  head += static_cast<char>(dictionary.size() & 0xff);
  head += static_cast<char>(dictionary.size() >> 8);
  return head + dictionary;
}

/// Keeps whoever makes room from removing a file while it is written (kept_files.h).
class WriteLock {
 public:
  WriteLock() = default;
  ~WriteLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  /// Without one where the file system knows none.
  void take(const fs::path& file) {
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ >= 0) tryLock(descriptor_, FileLock::Exclusive);
  }

 private:
  int descriptor_ = -1;
};

void writeNumbers(const fs::path& path, const std::string& head, const void* numbers, std::size_t bytes) {
  WriteLock lock;  // until the file has its name
  writeAtomically(path, [&](const fs::path& temporary) {
    lock.take(temporary);
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file.write(head.data(), static_cast<std::streamsize>(head.size()));
    file.write(static_cast<const char*>(numbers), static_cast<std::streamsize>(bytes));
    file.close();
    if (!file) {
      failRun(path.string(), "the file must be writable", std::strerror(errno),
              "Free some space or choose another folder");
    }
  });
}

struct Closing {
  int descriptor;
  ~Closing() { ::close(descriptor); }
};

/// A .npy file open behind its header.
struct NpyFile {
  /// `remedy`: what to do about a file that is none.
  NpyFile(const fs::path& file, std::string remedy) : path(file), advice(std::move(remedy)) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) fail("the file must exist", "no such file");
    bytes = fs::file_size(path, error);
    stream.open(path, std::ios::binary);
    std::string preamble(kPreamble, '\0');
    stream.read(preamble.data(), kPreamble);
    if (!stream || preamble.compare(0, 8, std::string(kMagic, 8)) != 0) {
      fail("must be a NumPy file of version 1.0", "another kind of file");
    }
    const std::size_t length = static_cast<unsigned char>(preamble[8]) | static_cast<unsigned char>(preamble[9]) << 8;
    header.resize(length);
    stream.read(header.data(), static_cast<std::streamsize>(length));
    if (!stream) fail("the NumPy header must be whole", "a truncated file");
  }

  /// `count` numbers of `size` bytes must be all that follows: asked before memory is taken for them.
  void requireBytes(std::uint64_t count, std::size_t size) const {
    const std::uint64_t expected = kPreamble + header.size() + count * size;
    if (bytes == expected) return;
    fail("must be " + std::to_string(expected) + " bytes long, as its header says", std::to_string(bytes) + " bytes");
  }
  void read(void* numbers, std::size_t wanted) {
    stream.read(static_cast<char*>(numbers), static_cast<std::streamsize>(wanted));
    if (!stream) fail("the file must be readable to its end", "a shorter one");
  }

  /// The rest of the file, all of which are floats.
  Logits mapped(std::size_t wanted) const {
    if (wanted == 0) return {};
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) fail("the file must be readable", std::strerror(errno));
    const Closing closing{descriptor};
    struct stat now {};
    // It may have been replaced since its header was read.
    if (::fstat(descriptor, &now) != 0 || static_cast<std::uint64_t>(now.st_size) != bytes) {
      fail("the file must stay as it is while it is opened", "another one");
    }
    return Logits(std::make_shared<GuardedMap>(descriptor, kPreamble + header.size(), wanted));
  }

  [[noreturn]] void fail(const std::string& rule, const std::string& observed) const {
    failInput(path.string(), rule, observed, advice);
  }

  fs::path path;
  std::string advice, header;
  std::ifstream stream;
  std::uint64_t bytes = 0;
};

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

std::span<const float> Predictions::row(std::size_t sample) const {
  logits.requireSound();
  return {logits.data() + sample * classes, classes};
}

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

namespace {

/// What `read` gives for a file that is there and sound.
template <class Read>
auto kept(const fs::path& path, const Read& read) -> std::optional<decltype(read(path))> {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  try {
    auto content = read(path);
    markUsed(path);
    return content;
  } catch (const Error& damaged) {
    logLine(LogLevel::Warning, std::string("A stored evaluation is made again. ") + damaged.what());
    return std::nullopt;
  }
}

/// `bytes`: about how many there will be.
template <class Write>
void keep(const fs::path& folder, std::uint64_t bytes, const Write& write) {
  try {
    makeKeptFolder(folder);
    const std::uint64_t limit = evaluationLimit(folder).bytes();
    if (bytes > limit) {  // it would only drive out what is there
      logLine(LogLevel::Info, "An evaluation of " + bytesText(bytes) + " is not kept: all of them may take " +
                                  bytesText(limit) + " (gainfinder cache --limit).");
      return;
    }
    write();
    evictTo(folder, limit);  // afterwards: a disk that is full costs nothing of what is there
  } catch (const Error& failure) {
    logLine(LogLevel::Warning, std::string("An evaluation could not be kept. ") + failure.what());
  }
}

}  // namespace

std::optional<Predictions> PredictionStore::find(const std::string& key) const {
  return kept(folder_ / (key + ".npy"), readNpy);
}

std::optional<std::vector<std::int32_t>> PredictionStore::findAnswers(const std::string& key, std::size_t samples,
                                                                      std::size_t classes) const {
  auto answers =
      kept(folder_ / (key + kAnswersEnding), [&](const fs::path& path) { return readAnswers(path, samples, classes); });
  if (answers) return answers;
  std::optional<Predictions> whole = find(key);
  if (!whole || whole->samples != samples || whole->classes != classes) return std::nullopt;
  putAnswers(key, whole->predicted);
  return std::move(whole->predicted);
}

void PredictionStore::put(const std::string& key, const Predictions& predictions) const {
  keep(folder_, predictions.logits.size() * sizeof(float) + predictions.predicted.size() * sizeof(std::int32_t), [&] {
    writeNpy(folder_ / (key + ".npy"), predictions);
    writeAnswers(folder_ / (key + kAnswersEnding), predictions.predicted);
  });
}

void PredictionStore::putAnswers(const std::string& key, std::span<const std::int32_t> answers) const {
  keep(folder_, answers.size_bytes(), [&] { writeAnswers(folder_ / (key + kAnswersEnding), answers); });
}

void writeNpy(const fs::path& path, const Predictions& predictions) {
  const std::string shape = std::to_string(predictions.samples) + ", " + std::to_string(predictions.classes);
  writeNumbers(path, npyHead("<f4", shape), predictions.logits.data(), predictions.logits.size() * sizeof(float));
}

Predictions readNpy(const fs::path& path) {
  NpyFile file(path, "Predict again, or save float32 logits [N, C] with numpy.save");
  // Only what numpy.save itself writes for a float32 matrix; at most 9 digits keep every product below within 64 bits.
  static const std::regex kHeader(
      R"(\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d{1,9}), (\d{1,9})\), \} *\n)");
  std::smatch parts;
  if (!std::regex_match(file.header, parts, kHeader)) {
    file.fail("must hold float32 numbers of shape [samples, classes] in C order", file.header.substr(0, 100));
  }
  Predictions result;
  result.samples = std::stoull(parts[1]);
  result.classes = std::stoull(parts[2]);
  if (result.samples > 0 && result.classes == 0) file.fail("must have at least one class", "none");
  file.requireBytes(std::uint64_t{result.samples} * result.classes, sizeof(float));
  result.logits = file.mapped(result.samples * result.classes * sizeof(float));
  if (!areLogits(result)) file.fail("logits must be finite, but for classes that are -infinity throughout", "others");
  fillPredicted(result);
  result.logits.requireSound();
  return result;
}

void writeAnswers(const fs::path& path, std::span<const std::int32_t> answers) {
  writeNumbers(path, npyHead("<i4", std::to_string(answers.size()) + ","), answers.data(), answers.size_bytes());
}

std::vector<std::int32_t> readAnswers(const fs::path& path, std::size_t samples, std::size_t classes) {
  NpyFile file(path, "Predict again");
  const std::string shape = std::to_string(samples) + ",";
  const std::string wanted = npyHead("<i4", shape).substr(kPreamble);
  if (file.header != wanted) {
    file.fail("must hold " + std::to_string(samples) + " answers (int32)", file.header.substr(0, 100));
  }
  file.requireBytes(samples, sizeof(std::int32_t));
  std::vector<std::int32_t> answers(samples);
  file.read(answers.data(), answers.size() * sizeof(std::int32_t));
  const auto outside = std::find_if(answers.begin(), answers.end(), [&](std::int32_t answer) {
    return answer < 0 || static_cast<std::size_t>(answer) >= classes;
  });
  if (outside != answers.end()) {
    file.fail("answers must be class indices from 0 to " + std::to_string(classes - 1), std::to_string(*outside));
  }
  return answers;
}

}  // namespace gf
