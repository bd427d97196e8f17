// SPDX-License-Identifier: Apache-2.0
#include "data/packed_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/control.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "data/packed.h"
#include "data/packed_journal.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxJournal = std::size_t{1} << 36;
constexpr std::size_t kBytesBetweenFlushes = std::size_t{32} << 20;
constexpr double kSecondsBetweenFlushes = 2;

fs::path beside(fs::path out, const char* ending) {
  return out += ending;
}

/// A file of ours that is being written.
class GrowingFile {
 public:
  explicit GrowingFile(fs::path path, std::string_view magic) : path_(std::move(path)) {
    // A link of that name could lead to somebody's file.
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (descriptor_ < 0) fail();
    try {
      checkOurs(magic);
    } catch (...) {
      ::close(descriptor_);
      throw;
    }
  }
  ~GrowingFile() { ::close(descriptor_); }
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  std::uint64_t size() const {
    struct stat facts {};
    return ::fstat(descriptor_, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
  }
  std::string front(std::size_t length) const {
    std::string bytes(length, '\0');
    const ssize_t got = ::pread(descriptor_, bytes.data(), length, 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  void write(std::uint64_t at, std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail();
      bytes.remove_prefix(static_cast<std::size_t>(written));
      at += static_cast<std::uint64_t>(written);
    }
  }
  void cut(std::uint64_t length) const {
    if (::ftruncate(descriptor_, static_cast<off_t>(length)) != 0) fail();
  }
  void sync() const {
    if (::fsync(descriptor_) != 0) fail();
  }

 private:
  void checkOurs(std::string_view magic) const {
    struct stat facts {};
    const bool file = ::fstat(descriptor_, &facts) == 0 && S_ISREG(facts.st_mode);
    const std::string start = file ? front(magic.size()) : "";
    // A packing that was killed just before the rename left the finished file's magic.
    if (!file || (!magic.starts_with(start) && start != kPackedMagic)) {
      failUsage(path_.string(), "must not be in the way: an unfinished packing lies there", "another file",
                "Move it elsewhere, or choose another --out");
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      failRun(path_.string(), "only one packing may write to a file", "another one that is going on",
              "Wait for it, or choose another --out");
    }
  }
  [[noreturn]] void fail() const {
    failRun(path_.string(), "the file must be writable", std::strerror(errno),
            "Free some space, then repeat the command: what was packed is kept");
  }

  fs::path path_;
  int descriptor_ = -1;
};

PlanHash hashOf(const PackedPlan& plan) {
  Sha256 hash;
  hash.add("packing/1 " + std::to_string(plan.side) + " " + std::to_string(plan.quality) + "\n");
  hash.add(descriptionBytes(plan.description));
  for (const auto* labels : {&plan.train, &plan.eval}) {
    hash.add("\n" + std::to_string(labels->size()) + "\n");
    hash.add({reinterpret_cast<const char*>(labels->data()), labels->size() * sizeof(std::int32_t)});
  }
  return bytesOfHex<32>(hash.hex());
}

void syncFolder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

fs::path realPath(const fs::path& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(fs::absolute(path), error);
  return error ? fs::absolute(path).lexically_normal() : real;
}

}  // namespace

struct PackedWriter::State {
  fs::path out;
  PackedPlan plan;
  PlanHash hash;
  GrowingFile part, journal;
  std::vector<PackedEntry> entries;
  std::vector<std::int32_t> labels;
  std::string names;  ///< All of them, for the table at the end.
  std::size_t done = 0, resumedAt = 0, trainIn = 0;
  std::string anew;
  std::uint64_t imagesEnd = kPackedHeaderBytes, written = kPackedHeaderBytes, journalEnd = kJournalHeadBytes;
  std::string images, records;  ///< Not yet on the disk.
  double flushed = monotonicSeconds();

  State(fs::path target, PackedPlan wanted)
      : out(std::move(target)),
        plan(std::move(wanted)),
        hash(hashOf(plan)),
        part(beside(out, ".part"), kPartMagic),
        journal(beside(out, ".part.journal"), kJournalMagic) {}

  std::size_t total() const { return plan.train.size() + plan.eval.size(); }
  std::int32_t labelOf(std::size_t sample) const {
    return sample < plan.train.size() ? plan.train[sample] : plan.eval[sample - plan.train.size()];
  }

  bool resume(bool keepLeftOut);
  void begin();
  void take(PackedRecord record);
  void flush();
  void writeTables(PackedHeader& header) const;
};

/// Counts the next sample; its image is in the part or on its way there.
void PackedWriter::State::take(PackedRecord record) {
  if (record.leftOut) {
    plan.description.leftOut.push_back(std::move(*record.leftOut));
  } else {
    auto& odd = plan.description.oddities;
    for (int i = 0; i < kOddities; ++i) odd[static_cast<std::size_t>(i)] += record.entry.oddities >> i & 1;
    imagesEnd += record.entry.imageBytes;
    names += record.name;
    labels.push_back(labelOf(done));
    trainIn += done < plan.train.size();
    entries.push_back(record.entry);
  }
  ++done;
}

bool PackedWriter::State::resume(bool keepLeftOut) {
  const std::string path = beside(out, ".part.journal").string();
  const std::uint64_t partBytes = part.size();
  if (partBytes == 0) return false;
  anew = "it was of another request or of other data";
  // A packing that was killed just before the rename left the finished header; then the journal alone says whose it is.
  const std::string front = part.front(kJournalHeadBytes);
  if (front != planMark(kPartMagic, hash) && !front.starts_with(kPackedMagic)) return false;
  std::optional<PackedJournal> known;
  try {
    known = parseJournal(readFile(path, kMaxJournal), hash);
  } catch (const Error&) {  // What cannot be read is no help.
  }
  if (!known) return false;
  anew.clear();
  for (std::size_t i = 0; i < known->records.size() && done < total(); ++i) {
    auto& record = known->records[i];
    if (record.leftOut && !keepLeftOut) break;
    if (!record.leftOut && record.entry.imageAt + record.entry.imageBytes > partBytes) break;
    take(std::move(record));
    journalEnd = known->ends[i];
  }
  written = imagesEnd;
  resumedAt = done;
  part.cut(written);
  journal.cut(journalEnd);
  return true;
}

void PackedWriter::State::begin() {
  part.cut(0);
  journal.cut(0);
  std::string head = planMark(kPartMagic, hash);
  head.resize(kPackedHeaderBytes, '\0');
  part.write(0, head);
  part.sync();
  journal.write(0, planMark(kJournalMagic, hash));
  journal.sync();
  syncFolder(out);
}

/// Images first: a record on the disk promises that its image is there.
void PackedWriter::State::flush() {
  if (records.empty()) return;
  part.write(written, images);
  part.sync();
  journal.write(journalEnd, records);
  journal.sync();
  written += images.size();
  journalEnd += records.size();
  images.clear();
  records.clear();
  flushed = monotonicSeconds();
}

void PackedWriter::State::writeTables(PackedHeader& header) const {
  part.write(header.namesAt, names);
  const std::string_view labelBytes{reinterpret_cast<const char*>(labels.data()), labels.size() * sizeof(std::int32_t)};
  header.labelsCrc = crc32Of(labelBytes);
  part.write(header.labelsAt, labelBytes);
  constexpr std::size_t kAtOnce = 1 << 14;
  std::string table;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    table += entryBytes(entries[i], i);
    if (i + 1 != entries.size() && (i + 1) % kAtOnce != 0) continue;
    part.write(header.entriesAt + (i + 1) * kPackedEntryBytes - table.size(), table);
    table.clear();
  }
}

PackedWriter::PackedWriter(fs::path out, PackedPlan plan, bool keepLeftOut) {
  plan.description.oddities.assign(kOddities, 0);
  plan.description.leftOut.clear();
  state_ = std::make_unique<State>(std::move(out), std::move(plan));
  if (!state_->resume(keepLeftOut)) state_->begin();
}

PackedWriter::~PackedWriter() {
  try {
    state_->flush();
  } catch (...) {  // The disk is full: what was flushed before is kept.
  }
}

std::size_t PackedWriter::done() const {
  return state_->done;
}
std::size_t PackedWriter::resumedAt() const {
  return state_->resumedAt;
}
const std::string& PackedWriter::begunAnew() const {
  return state_->anew;
}
const std::vector<PackedDescription::LeftOut>& PackedWriter::leftOut() const {
  return state_->plan.description.leftOut;
}

void PackedWriter::add(PackedEntry entry, std::string_view image, std::string_view name) {
  State& s = *state_;
  if (name.size() > kMaxPackedName) {
    failInput(std::string(name.substr(0, 80)), "a name must have at most " + std::to_string(kMaxPackedName) + " bytes",
              std::to_string(name.size()));
  }
  entry.imageAt = s.imagesEnd;
  entry.nameAt = s.names.size();
  entry.nameBytes = static_cast<std::uint32_t>(name.size());
  entry.nameCrc = crc32Of(name);
  PackedRecord record{std::nullopt, entry, std::string(name)};
  s.images += image;
  s.records += recordBytes(record, s.entries.size());
  s.take(std::move(record));
  const bool late = monotonicSeconds() - s.flushed > kSecondsBetweenFlushes;
  if (late || s.images.size() > kBytesBetweenFlushes) s.flush();
}

void PackedWriter::leaveOut(PackedDescription::LeftOut why) {
  PackedRecord record;
  record.leftOut = std::move(why);
  state_->records += recordBytes(record, state_->entries.size());
  state_->take(std::move(record));
}

void PackedWriter::flush() {
  state_->flush();
}

PackedHeader PackedWriter::finish() {
  State& s = *state_;
  s.flush();
  PackedHeader header;
  header.train = s.trainIn;
  header.eval = s.entries.size() - s.trainIn;
  if (header.eval == 0 || (header.train == 0 && !s.plan.train.empty())) {
    failInput(s.out.string(), "each split must have an image that can be read",
              std::to_string(s.plan.description.leftOut.size()) + " that cannot");
  }
  header.classes = static_cast<std::uint32_t>(s.plan.description.classes.size());
  header.side = s.plan.side;
  header.quality = s.plan.quality;
  header.imagesBytes = s.imagesEnd - kPackedHeaderBytes;
  header.namesAt = aligned(s.imagesEnd);
  header.namesBytes = s.names.size();
  for (auto& entry : s.entries) entry.nameAt += header.namesAt;
  header.labelsAt = aligned(header.namesAt + header.namesBytes);
  header.entriesAt = aligned(header.labelsAt + s.labels.size() * sizeof(std::int32_t));
  header.descriptionAt = aligned(header.entriesAt + s.entries.size() * kPackedEntryBytes);
  const auto middle = s.labels.begin() + static_cast<std::ptrdiff_t>(header.train);
  header.trainIdentity = packedIdentity(s.plan.description, {s.labels.begin(), middle}, s.entries.data());
  header.evalIdentity = packedIdentity(s.plan.description, {middle, s.labels.end()}, s.entries.data() + header.train);
  const std::string description = descriptionBytes(s.plan.description);
  header.descriptionBytes = description.size();
  header.descriptionCrc = crc32Of(description);
  header.fileBytes = header.descriptionAt + header.descriptionBytes;
  s.writeTables(header);
  s.part.write(header.descriptionAt, description);
  s.part.sync();
  // The header last of all: a file that has one is whole.
  s.part.write(0, headerBytes(header));
  s.part.sync();
  const fs::path part = beside(s.out, ".part");
  openPacked(part);
  if (::rename(part.c_str(), s.out.c_str()) != 0) {
    failRun(s.out.string(), "the file must be writable", std::strerror(errno));
  }
  syncFolder(s.out);
  std::error_code ignored;
  fs::remove(beside(s.out, ".part.journal"), ignored);
  return header;
}

void checkPackedOut(const fs::path& out, const fs::path& data, bool overwrite) {
  const std::string subject = out.string();
  if (out.empty() || !out.has_filename()) failUsage("--out", "must name a file", out.empty() ? "nothing" : subject);
  const fs::path target = realPath(out), source = realPath(data);
  const auto match = std::mismatch(source.begin(), source.end(), target.begin(), target.end());
  if (match.first == source.end()) {
    failUsage(subject, "a packed file must not be written over or into the data that it is made from", data.string(),
              "Choose another --out");
  }
  std::error_code error;
  const auto status = fs::status(out, error);
  if (!fs::exists(status)) return;
  if (fs::is_directory(status)) failUsage(subject, "the result must go into a file", "a folder");
  if (!isPackedFile(out)) {
    failUsage(subject, "only an earlier packed file may be overwritten", "another file", "Choose another --out");
  }
  if (fs::equivalent(out, data, error)) {
    failUsage(subject, "a packed file must not be written over the data that it is made from", data.string(),
              "Choose another --out");
  }
  if (!overwrite) {
    failUsage(subject, "the result must be a new file", "an earlier packed file",
              "Choose another --out, or add --overwrite");
  }
}

std::uint64_t packedPartBytes(const fs::path& out) {
  std::error_code error;
  const auto bytes = fs::file_size(beside(out, ".part"), error);
  return error ? 0 : bytes;
}

}  // namespace gf
