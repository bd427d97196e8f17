// SPDX-License-Identifier: Apache-2.0
// The reader of packed files. Tables are used where they are mapped. Images are read with pread: the system reads
// exactly the bytes asked for when samples come at random and ahead when they come in order, and a failing disk is an
// error code there.
#include "data/packed.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "data/guarded_map.h"
#include "data/image_file.h"
#include "data/sources.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

/// A file that must stay as it was when it was opened.
class SteadyFile {
 public:
  explicit SteadyFile(const fs::path& path) : subject_(path.string()) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) failInput(subject_, "the file must be readable", std::strerror(errno));
    if (::fstat(descriptor_, &opened_) != 0 || !S_ISREG(opened_.st_mode)) {
      ::close(descriptor_);
      failInput(subject_, "must be a file", "a folder or a special file");
    }
  }
  ~SteadyFile() { ::close(descriptor_); }
  SteadyFile(const SteadyFile&) = delete;
  SteadyFile& operator=(const SteadyFile&) = delete;

  int descriptor() const { return descriptor_; }
  const std::string& subject() const { return subject_; }
  std::uint64_t size() const { return static_cast<std::uint64_t>(opened_.st_size); }

  /// Throws Error(Run) unless the file is as it was opened. To be asked after reading, so that what was read counts.
  void checkSteady() const {
    struct stat now {};
    if (::fstat(descriptor_, &now) == 0 && now.st_size == opened_.st_size &&
        now.st_mtim.tv_sec == opened_.st_mtim.tv_sec && now.st_mtim.tv_nsec == opened_.st_mtim.tv_nsec) {
      return;
    }
    failRun(subject_, "a packed file must not change while it is open",
            std::to_string(now.st_size) + " bytes, " + std::to_string(opened_.st_size) + " before", "Open it again");
  }

  void read(std::uint64_t at, char* to, std::size_t length) const {
    for (std::size_t done = 0; done < length;) {
      const ssize_t got = ::pread(descriptor_, to + done, length - done, static_cast<off_t>(at + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) failInput(subject_, "the file must be readable", std::strerror(errno));
      if (got == 0) {
        checkSteady();
        failInput(subject_, "the file must be readable to its end", std::to_string(at + done) + " bytes");
      }
      done += static_cast<std::size_t>(got);
    }
  }
  std::string read(std::uint64_t at, std::size_t length) const {
    std::string bytes(length, '\0');
    read(at, bytes.data(), length);
    return bytes;
  }

 private:
  std::string subject_;
  int descriptor_ = -1;
  struct stat opened_ {};
};

void checkCrc(std::string_view bytes, std::uint32_t crc, const char* what, const std::string& subject) {
  if (crc32Of(bytes) == crc) return;
  failInput(subject, std::string(what) + " must fit the checksum", "another one",
            "Pack the data again, or copy the file again");
}

void checkDescription(const PackedDescription& d, const PackedHeader& header, const std::string& subject) {
  checkClassNames(d.classes, subject);
  if (d.classes.size() != header.classes) {
    failInput(subject, "must name each of its " + std::to_string(header.classes) + " classes",
              std::to_string(d.classes.size()) + " names");
  }
  if (!d.wnids.empty() && d.wnids.size() != d.classes.size()) {
    failInput(subject, "must have an ImageNet id for each class or none", std::to_string(d.wnids.size()));
  }
  if (d.oddities.size() > static_cast<std::size_t>(kOddities)) {
    failInput(subject, "must count at most " + std::to_string(kOddities) + " oddities",
              std::to_string(d.oddities.size()));
  }
  if (d.kind.empty() || d.evalName.empty()) failInput(subject, "must name its kind and its split", "an empty name");
}

PackedFacts factsIn(const SteadyFile& file) {
  const std::string head =
      file.read(0, static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), kPackedHeaderBytes)));
  PackedFacts facts;
  facts.header = parseHeader(head, file.size(), file.subject());
  const std::string text = file.read(facts.header.descriptionAt, facts.header.descriptionBytes);
  checkCrc(text, facts.header.descriptionCrc, "the description", file.subject());
  facts.description = parseDescription(text, file.subject());
  checkDescription(facts.description, facts.header, file.subject());
  return facts;
}

/// What both splits share.
struct Store {
  SteadyFile file;
  PackedFacts facts;
  std::vector<std::int32_t> labels;  ///< In memory: whoever looks at them cannot ask whether the file was cut.
  GuardedMap names, entries;
  std::unique_ptr<std::atomic<bool>[]> checked;  ///< Of each image: whether its checksum was compared.

  explicit Store(const fs::path& path)
      : file(path),
        facts(factsIn(file)),
        labels(facts.header.samples()),
        names(file.descriptor(), facts.header.namesAt, facts.header.namesBytes),
        entries(file.descriptor(), facts.header.entriesAt, facts.header.samples() * kPackedEntryBytes),
        checked(std::make_unique<std::atomic<bool>[]>(facts.header.samples())) {
    const std::size_t bytes = labels.size() * sizeof(std::int32_t);
    file.read(facts.header.labelsAt, reinterpret_cast<char*>(labels.data()), bytes);
    checkCrc({reinterpret_cast<const char*>(labels.data()), bytes}, facts.header.labelsCrc, "the labels",
             file.subject());
    // Without a branch a value, so that a million of them cost a fraction of a millisecond; negative ones are largest.
    std::uint32_t highest = 0;
    for (const auto label : labels) highest = std::max(highest, static_cast<std::uint32_t>(label));
    if (highest >= facts.header.classes) {
      failInput(file.subject(),
                "every label must be below the number of classes, " + std::to_string(facts.header.classes),
                std::to_string(static_cast<std::int32_t>(highest)));
    }
    file.checkSteady();
  }

  void checkNotLost(const GuardedMap& map) const {
    if (!map.lost()) return;
    file.checkSteady();
    failInput(file.subject(), "the file must be readable", "a part that the system cannot read");
  }

  PackedEntry entryOf(std::size_t sample) const {
    char bytes[kPackedEntryBytes];
    std::memcpy(bytes, entries.bytes().data() + sample * kPackedEntryBytes, sizeof bytes);
    checkNotLost(entries);
    return parseEntry({bytes, sizeof bytes}, sample, facts.header, file.subject());
  }

  std::string nameOf(const PackedEntry& entry) const {
    std::string name(names.bytes().substr(entry.nameAt - facts.header.namesAt, entry.nameBytes));
    checkNotLost(names);
    if (crc32Of(name) != entry.nameCrc) {
      failInput(file.subject(), "a sample's name must fit its checksum", "another one");
    }
    return name;
  }
};

class PackedSet final : public DataSet {
 public:
  PackedSet(std::shared_ptr<const Store> store, std::size_t first, std::size_t count,
            const std::array<std::uint8_t, 32>& identity)
      : store_(std::move(store)), first_(first), count_(count), identity_(hexOf(identity)) {}

  std::size_t size() const override { return count_; }
  std::span<const std::int32_t> labels() const override { return std::span(store_->labels).subspan(first_, count_); }
  const std::vector<std::string>& classNames() const override { return store_->facts.description.classes; }
  const std::vector<std::string>& wnids() const override { return store_->facts.description.wnids; }
  const std::string& identity() const override { return identity_; }
  bool decodes() const override { return store_->facts.header.quality > 0; }
  std::string sampleName(std::size_t index) const override { return store_->nameOf(entryOf(index)); }

  Pixels image(std::size_t index) const override {
    Pixels pixels;
    read(index, nullptr, pixels);
    return pixels;
  }

  void read(std::size_t index, const BoxWanted* wanted, Pixels& pixels) const override {
    const PackedEntry entry = entryOf(index);
    if (entry.encoding == PackedEncoding::Raw) {
      readRaw(entry, index, wanted, pixels);
    } else {
      readJpeg(entry, index, wanted, pixels);
    }
    store_->file.checkSteady();
  }

  Oddities examine(std::size_t index, Pixels& pixels) const override {
    read(index, nullptr, pixels);
    return entryOf(index).oddities;
  }

 private:
  PackedEntry entryOf(std::size_t index) const {
    if (index >= count_) {
      failRun(store_->file.subject(), "a sample must be below " + std::to_string(count_), std::to_string(index));
    }
    return store_->entryOf(first_ + index);
  }

  std::string subjectOf(const PackedEntry& entry) const {
    return store_->file.subject() + ", " + store_->nameOf(entry);
  }

  void checkImage(const PackedEntry& entry, std::size_t index, const char* bytes) const {
    if (crc32Of({bytes, entry.imageBytes}) != entry.imageCrc) {
      store_->file.checkSteady();
      failInput(subjectOf(entry), "an image must fit its checksum", "another one",
                "Pack the data again, or copy the file again");
    }
    store_->checked[first_ + index].store(true, std::memory_order_relaxed);
  }

  /// An image whose checksum was compared once gives only the rows that are asked for, unchecked.
  void readRaw(const PackedEntry& entry, std::size_t index, const BoxWanted* wanted, Pixels& pixels) const {
    setSize(entry, pixels);
    pixels.bytes.resize(entry.imageBytes);
    auto* to = reinterpret_cast<char*>(pixels.bytes.data());
    if (!wanted || !store_->checked[first_ + index].load(std::memory_order_relaxed)) {
      store_->file.read(entry.imageAt, to, entry.imageBytes);
      return checkImage(entry, index, to);
    }
    const PixelBox box = wanted->boxOf(pixels.width, pixels.height);
    const std::size_t row = std::size_t{entry.width} * entry.channels;
    const std::size_t skipped = static_cast<std::size_t>(box.top) * row;
    store_->file.read(entry.imageAt + skipped, to + skipped, static_cast<std::size_t>(box.height) * row);
  }

  void readJpeg(const PackedEntry& entry, std::size_t index, const BoxWanted* wanted, Pixels& pixels) const {
    thread_local std::vector<char> bytes;
    if (bytes.size() < entry.imageBytes) bytes.resize(entry.imageBytes);
    store_->file.read(entry.imageAt, bytes.data(), entry.imageBytes);
    if (!wanted || !store_->checked[first_ + index].load(std::memory_order_relaxed)) {
      checkImage(entry, index, bytes.data());
    }
    try {
      decodeImage({bytes.data(), entry.imageBytes}, store_->file.subject(), wanted, pixels);
    } catch (const Error& error) {  // The name only now: making it costs memory for each image.
      throw Error(error.kind(), subjectOf(entry), error.rule(), error.observed(), error.remedy());
    }
    if (pixels.width == static_cast<int>(entry.width) && pixels.height == static_cast<int>(entry.height) &&
        pixels.channels == entry.channels) {
      return;
    }
    const auto sizeText = [](auto width, auto height, int channels) {
      return std::to_string(width) + " × " + std::to_string(height) + " × " + std::to_string(channels);
    };
    failInput(subjectOf(entry),
              "an image must have the size of its entry, " + sizeText(entry.width, entry.height, entry.channels),
              sizeText(pixels.width, pixels.height, pixels.channels));
  }

  static void setSize(const PackedEntry& entry, Pixels& pixels) {
    pixels.width = static_cast<int>(entry.width);
    pixels.height = static_cast<int>(entry.height);
    pixels.channels = entry.channels;
  }

  std::shared_ptr<const Store> store_;
  std::size_t first_, count_;
  std::string identity_;
};

}  // namespace

bool isPackedFile(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // A pipe must not hold us.
  if (descriptor < 0) return false;
  struct stat facts {};
  char magic[kPackedMagic.size()];
  const bool packed = ::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode) &&
                      ::pread(descriptor, magic, sizeof magic, 0) == static_cast<ssize_t>(sizeof magic) &&
                      std::string_view(magic, sizeof magic) == kPackedMagic;
  ::close(descriptor);
  return packed;
}

PackedFacts readPackedFacts(const fs::path& path) {
  return factsIn(SteadyFile(path));
}

DataSource openPacked(const fs::path& path) {
  const auto store = std::make_shared<const Store>(path);
  const auto& [header, description] = store->facts;
  DataSource source{path, description.kind, nullptr, nullptr, description.evalName};
  const auto split = [&](std::uint64_t first, std::uint64_t count, const auto& identity) {
    return std::make_shared<PackedSet>(store, first, count, identity);
  };
  if (header.train > 0) source.train = split(0, header.train, header.trainIdentity);
  source.eval = split(header.train, header.eval, header.evalIdentity);
  return source;
}

}  // namespace gf
