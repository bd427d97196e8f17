// SPDX-License-Identifier: Apache-2.0
#include "study/index_file.h"

#include <sqlite3.h>

#include <bit>
#include <cmath>
#include <system_error>

#include "base/error.h"
#include "base/hash.h"
#include "base/log.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr int kApplication = 0x47665378;  // "GfSx"
constexpr int kVersion = 1;
constexpr const char* kTable =
    "CREATE TABLE cells (name TEXT PRIMARY KEY, failed INTEGER NOT NULL, time INTEGER NOT NULL, size INTEGER NOT NULL, "
    "error TEXT NOT NULL, delta REAL, gain REAL, loss REAL, seconds REAL, digest TEXT NOT NULL) WITHOUT ROWID";
constexpr std::uintmax_t kLargestFile = std::uintmax_t{4} << 30;
constexpr int kLargestValue = 1 << 20;
constexpr std::size_t kLongestError = std::size_t{64} << 10;
constexpr int kPatience = 200;  ///< Milliseconds to wait for another process.

/// Thrown within this file only. Damaged: the file's content is at fault, else it cannot be used at this time.
struct Trouble {
  bool damaged;
};

bool meansDamage(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
      return true;
    default:
      return code == SQLITE_IOERR_SHORT_READ;
  }
}

class Statement {
 public:
  Statement(sqlite3* base, const char* text) {
    const int code = ::sqlite3_prepare_v2(base, text, -1, &statement_, nullptr);
    if (code != SQLITE_OK) throw Trouble{meansDamage(code)};
  }
  ~Statement() { ::sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Whether there is a row.
  bool step() {
    const int code = ::sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) throw Trouble{meansDamage(code)};
    return code == SQLITE_ROW;
  }
  void reset() { ::sqlite3_reset(statement_); }

  std::int64_t whole(int column) { return ::sqlite3_column_int64(statement_, column); }
  std::optional<double> number(int column) {
    if (::sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return ::sqlite3_column_double(statement_, column);
  }
  std::string text(int column) {
    const auto* bytes = ::sqlite3_column_text(statement_, column);
    const int size = ::sqlite3_column_bytes(statement_, column);
    return bytes ? std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)) : std::string();
  }

  void bind(int place, std::int64_t value) { ::sqlite3_bind_int64(statement_, place, value); }
  void bind(int place, const std::optional<double>& value) {
    if (value) {
      ::sqlite3_bind_double(statement_, place, *value);
    } else {
      ::sqlite3_bind_null(statement_, place);
    }
  }
  /// `value` must live until the next step.
  void bind(int place, const std::string& value) {
    ::sqlite3_bind_text(statement_, place, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

class Database {
 public:
  /// Foreign content may neither run anything of its schema nor answer with endless values.
  Database(const fs::path& file, int flags, const Control& control) {
    const int code = ::sqlite3_open_v2(file.c_str(), &base_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) {
      ::sqlite3_close(base_);
      throw Trouble{meansDamage(code)};
    }
    ::sqlite3_busy_timeout(base_, kPatience);
    ::sqlite3_db_config(base_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    ::sqlite3_db_config(base_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    ::sqlite3_limit(base_, SQLITE_LIMIT_LENGTH, kLargestValue);
    constexpr int kStepsBetween = 10'000;
    ::sqlite3_progress_handler(
        base_, kStepsBetween, [](void* asked) { return static_cast<const Control*>(asked)->stopRequested() ? 1 : 0; },
        const_cast<Control*>(&control));
  }
  ~Database() { ::sqlite3_close(base_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  sqlite3* get() const { return base_; }
  void run(const char* text) const { Statement(base_, text).step(); }
  std::int64_t number(const char* text) const {
    Statement asked(base_, text);
    return asked.step() ? asked.whole(0) : 0;
  }
  std::string text(const char* text) const {
    Statement asked(base_, text);
    return asked.step() ? asked.text(0) : std::string();
  }

 private:
  sqlite3* base_ = nullptr;
};

/// A regular file of a bearable size, or nothing: no pipe, whose other end would never come, and no folder.
bool mayBeOpened(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (!fs::exists(status)) return true;
  return fs::is_regular_file(status) && fs::file_size(file, error) <= kLargestFile;
}

/// Whether it is our table and nothing else, or nothing at all. Throws Trouble(damaged) otherwise.
bool holdsTable(const Database& base) {
  const auto objects = base.number("SELECT count(*) FROM sqlite_schema");
  if (objects == 0 && base.number("PRAGMA user_version") == 0) return false;
  if (objects != 1 || base.text("SELECT sql FROM sqlite_schema") != kTable ||
      base.number("PRAGMA application_id") != kApplication || base.number("PRAGMA user_version") != kVersion) {
    throw Trouble{true};
  }
  return true;
}

std::string digestOf(const std::string& name, const MarkFacts& facts) {
  std::string text = name;
  for (const auto value : {std::int64_t{facts.failed}, facts.time, facts.size}) text += "\n" + std::to_string(value);
  for (const auto& value : {facts.delta, facts.gain, facts.loss, facts.seconds}) {
    // SQLite keeps no negative zero.
    text += "\n" + (value ? std::to_string(std::bit_cast<std::uint64_t>(*value + 0.0)) : "none");
  }
  return sha256(text + "\n" + facts.error);
}

/// A file that anyone may have made can say anything, its hash included.
bool isPossible(const MarkFacts& facts) {
  const bool some = facts.delta || facts.gain || facts.loss, all = facts.delta && facts.gain && facts.loss;
  if (facts.time == 0 || facts.size < 0 || some != all || all == facts.failed) return false;
  if (facts.seconds && !(*facts.seconds >= 0)) return false;
  if (!all) return true;
  const auto isShare = [](double value) { return value >= 0 && value <= 1; };
  constexpr double kRounding = 1e-9;
  return isShare(*facts.gain) && isShare(*facts.loss) &&
         std::abs(*facts.gain - *facts.loss - *facts.delta) <= kRounding;
}

KnownMarks readRows(const Database& base, const std::unordered_set<std::string>& names) {
  KnownMarks rows;
  if (!holdsTable(base)) return rows;
  if (base.text("PRAGMA quick_check(1)") != "ok") throw Trouble{true};
  Statement each(base.get(), "SELECT name, failed, time, size, error, delta, gain, loss, seconds, digest FROM cells");
  while (each.step()) {
    std::string name = each.text(0);
    MarkFacts facts;
    facts.failed = each.whole(1) != 0;
    facts.time = each.whole(2);
    facts.size = each.whole(3);
    facts.error = each.text(4);
    facts.delta = each.number(5);
    facts.gain = each.number(6);
    facts.loss = each.number(7);
    facts.seconds = each.number(8);
    if (each.text(9) != digestOf(name, facts) || !isPossible(facts)) throw Trouble{true};
    if (names.contains(name)) rows[std::move(name)] = std::move(facts);
  }
  return rows;
}

void writeRows(const Database& base, const KnownMarks& rows) {
  base.run("PRAGMA synchronous = NORMAL");
  base.run("BEGIN IMMEDIATE");
  if (!holdsTable(base)) {
    base.run(kTable);
    base.run(("PRAGMA application_id = " + std::to_string(kApplication)).c_str());
    base.run(("PRAGMA user_version = " + std::to_string(kVersion)).c_str());
  }
  Statement put(base.get(), "INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const auto& [name, facts] : rows) {
    if (facts.error.size() > kLongestError) continue;
    const std::string digest = digestOf(name, facts);
    put.bind(1, name);
    put.bind(2, std::int64_t{facts.failed});
    put.bind(3, facts.time);
    put.bind(4, facts.size);
    put.bind(5, facts.error);
    put.bind(6, facts.delta);
    put.bind(7, facts.gain);
    put.bind(8, facts.loss);
    put.bind(9, facts.seconds);
    put.bind(10, digest);
    put.step();
    put.reset();
  }
  base.run("COMMIT");
}

void discard(const fs::path& file) {
  logLine(LogLevel::Info, file.string() + " was damaged or another program's; it is made anew.");
  std::error_code ignored;
  for (const char* ending : {"-journal", "-wal", "-shm", ""}) fs::remove(file.string() + ending, ignored);
}

}  // namespace

KnownMarks IndexFile::load(const std::unordered_set<std::string>& names, const Control& control) const {
  if (!mayBeOpened(file_)) return {};
  try {
    return readRows(Database(file_, SQLITE_OPEN_READWRITE, control), names);
  } catch (const Trouble& trouble) {
    control.checkpoint();
    if (trouble.damaged) discard(file_);
    return {};
  }
}

bool IndexFile::save(const KnownMarks& changed) const {
  const Control undisturbed;
  for (int attempt = 0; attempt < 2 && mayBeOpened(file_); ++attempt) {
    try {
      writeRows(Database(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, undisturbed), changed);
      return true;
    } catch (const Trouble& trouble) {
      if (!trouble.damaged) return false;
      discard(file_);
    }
  }
  return false;
}

}  // namespace gf
