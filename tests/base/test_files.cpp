// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/files.h"

using namespace gf;
namespace fs = std::filesystem;

namespace {

struct Scratch {
  fs::path path;
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "gainfinder-test-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path = pattern;
  }
  ~Scratch() { fs::remove_all(path); }
  fs::path operator/(const char* name) const { return path / name; }
  std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(path), {}); }
};

/// Files of this process may not grow beyond `bytes`: what a full disk looks like to a writer.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

/// Sets a variable of the environment for a while.
class Setting {
 public:
  Setting(const char* name, const std::string& value) : name_(name) {
    const char* old = std::getenv(name);
    had_ = old != nullptr;
    if (old) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Setting() {
    if (had_) {
      ::setenv(name_, old_.c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::string old_;
  bool had_ = false;
};

template <class Work>
ErrorKind kindOf(Work work) {
  try {
    work();
  } catch (const Error& error) {
    CHECK_FALSE(error.subject().empty());
    CHECK_FALSE(error.rule().empty());
    return error.kind();
  }
  FAIL("nothing was thrown");
  return ErrorKind::Run;
}

}  // namespace

TEST_CASE("what is written atomically is read back, byte by byte") {
  Scratch scratch;
  std::string bytes;
  for (int i = 0; i < 70'000; ++i) bytes += static_cast<char>(i * 7);
  writeAtomically(scratch / "a", bytes);
  CHECK(readFile(scratch / "a", 1 << 20) == bytes);
  writeAtomically(scratch / "a", "");
  CHECK(readFile(scratch / "a", 0).empty());
  CHECK(scratch.files() == 1);
}

TEST_CASE("a writer that fails leaves the old file and nothing else") {
  Scratch scratch;
  writeAtomically(scratch / "a", "old");
  const auto half = [](const fs::path& temporary) {
    std::ofstream(temporary) << "ne";
    throw std::runtime_error("the writer broke");
  };
  CHECK_THROWS_AS(writeAtomically(scratch / "a", half), std::runtime_error);
  CHECK(readFile(scratch / "a", 10) == "old");
  CHECK(scratch.files() == 1);
  CHECK_THROWS_AS(writeAtomically(scratch / "new", half), std::runtime_error);
  CHECK_FALSE(fs::exists(scratch / "new"));
  // A writer that writes nothing at all is a failure too.
  CHECK(kindOf([&] { writeAtomically(scratch / "a", [](const fs::path&) {}); }) == ErrorKind::Run);
  CHECK(readFile(scratch / "a", 10) == "old");
}

TEST_CASE("a full disk keeps the old file") {
  Scratch scratch;
  writeAtomically(scratch / "a", "old");
  ErrorKind kind{};
  {
    const SmallDisk full(1000);
    kind = kindOf([&] { writeAtomically(scratch / "a", std::string(5000, 'x')); });
  }
  CHECK(kind == ErrorKind::Run);
  CHECK(readFile(scratch / "a", 10) == "old");
  CHECK(scratch.files() == 1);
}

TEST_CASE("a line on a full device is an error that names the file") {
  LineFile full("/dev/full");
  try {
    full.append("line");
    FAIL("the line was written");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Run);
    CHECK(error.subject() == "/dev/full");
    CHECK_FALSE(error.observed().empty());
  }
}

TEST_CASE("line files grow at their end") {
  Scratch scratch;
  {
    LineFile file(scratch / "log");
    file.append("one");
    CHECK(readFile(scratch / "log", 100) == "one\n");  // flushed at once
  }
  LineFile(scratch / "log").append("two");
  CHECK(readFile(scratch / "log", 100) == "one\ntwo\n");
  CHECK(kindOf([&] { LineFile(scratch / "no" / "folder"); }) == ErrorKind::Run);
}

TEST_CASE("writing into a folder that is not there is a failed run") {
  Scratch scratch;
  CHECK(kindOf([&] { writeAtomically(scratch / "no/folder", "x"); }) == ErrorKind::Run);
  fs::create_directory(scratch / "folder");
  CHECK(kindOf([&] { writeAtomically(scratch / "folder", "x"); }) == ErrorKind::Run);
  CHECK(fs::is_directory(scratch / "folder"));
  CHECK(scratch.files() == 1);
}

TEST_CASE("what cannot be read is an input error") {
  Scratch scratch;
  writeAtomically(scratch / "a", "12345");
  CHECK(readFile(scratch / "a", 5) == "12345");
  CHECK(kindOf([&] { readFile(scratch / "a", 4); }) == ErrorKind::Input);
  CHECK(kindOf([&] { readFile(scratch / "none", 4); }) == ErrorKind::Input);
  CHECK(kindOf([&] { readFile(scratch.path, 4); }) == ErrorKind::Input);
  CHECK(kindOf([&] { readFile("/dev/zero", 4); }) == ErrorKind::Input);
  REQUIRE(::mkfifo((scratch / "pipe").c_str(), 0600) == 0);
  CHECK(kindOf([&] { readFile(scratch / "pipe", 4); }) == ErrorKind::Input);  // and does not wait for a writer
  fs::create_symlink(scratch / "none", scratch / "dangling");
  CHECK(kindOf([&] { readFile(scratch / "dangling", 4); }) == ErrorKind::Input);
}

TEST_CASE("result folders: new, empty, or an earlier result when told so") {
  Scratch scratch;
  makeResultFolder(scratch / "a/b", false);
  CHECK(fs::is_directory(scratch / "a/b"));
  CHECK_NOTHROW(makeResultFolder(scratch / "a/b", false));  // empty
  writeAtomically(scratch / "a/b/photo.jpg", "mine");
  CHECK(kindOf([&] { makeResultFolder(scratch / "a/b", false); }) == ErrorKind::Usage);
  CHECK(kindOf([&] { makeResultFolder(scratch / "a/b", true); }) == ErrorKind::Usage);
  CHECK(readFile(scratch / "a/b/photo.jpg", 10) == "mine");
  for (const char* sign : {"report.json", "metrics.jsonl", "subset.json"}) {
    const fs::path folder = scratch / "result" / sign;
    fs::create_directories(folder / "figures");
    writeAtomically(folder / sign, "{}");
    CHECK(kindOf([&] { makeResultFolder(folder, false); }) == ErrorKind::Usage);
    CHECK(fs::exists(folder / sign));
    makeResultFolder(folder, true);
    CHECK(fs::is_empty(folder));
  }
  writeAtomically(scratch / "file", "x");
  CHECK(kindOf([&] { makeResultFolder(scratch / "file", true); }) == ErrorKind::Usage);
  CHECK(kindOf([&] { makeResultFolder(scratch / "file/below", false); }) == ErrorKind::Run);
}

TEST_CASE("the user's folders follow the environment") {
  Scratch scratch;
  const Setting cache("XDG_CACHE_HOME", (scratch / "c").string()), data("XDG_DATA_HOME", (scratch / "d").string());
  CHECK(cacheFolder() == scratch / "c/gainfinder");
  CHECK(dataFolder() == scratch / "d/gainfinder");
  CHECK(fs::is_directory(scratch / "d/gainfinder"));
  const Setting empty("XDG_CACHE_HOME", ""), home("HOME", (scratch / "h").string());
  CHECK(cacheFolder() == scratch / "h/.cache/gainfinder");
  const Setting resources("GAINFINDER_RESOURCES", "/some/where");
  CHECK(resourceFolder() == "/some/where");
  writeAtomically(scratch / "file", "x");
  const Setting blocked("XDG_DATA_HOME", (scratch / "file").string());
  CHECK(kindOf([] { dataFolder(); }) == ErrorKind::Run);
}

TEST_CASE("the program knows its own file") {
  CHECK(fs::is_regular_file(programFile()));
}

TEST_CASE("two writers of one file never share a temporary name") {
  const Scratch scratch;
  const fs::path file = scratch / "shared.txt";
  SUBCASE("one inside the other") {
    writeAtomically(file, [&](const fs::path& outer) {
      std::ofstream(outer) << "outer";
      writeAtomically(file, [&](const fs::path& inner) {
        CHECK(inner != outer);
        std::ofstream(inner) << "inner";
      });
      CHECK(readFile(file, 100) == "inner");
    });
    CHECK(readFile(file, 100) == "outer");
  }
  SUBCASE("side by side") {
    const std::string contents[] = {std::string(5000, 'a'), std::string(7000, 'b')};
    {
      std::vector<std::jthread> writers;
      for (const std::string& content : contents) {
        writers.emplace_back([&] {
          for (int i = 0; i < 50; ++i) writeAtomically(file, content);
        });
      }
    }
    const std::string left = readFile(file, 10000);
    CHECK((left == contents[0] || left == contents[1]));
  }
  CHECK(scratch.files() == 1);
}

TEST_CASE("a result folder that the work reads from is not emptied") {
  const Scratch scratch;
  const fs::path folder = scratch / "earlier";
  fs::create_directories(folder);
  for (const char* name : {"report.json", "student.pt"}) writeAtomically(folder / name, "kept");
  CHECK_NOTHROW(checkResultFolder(folder, true));
  CHECK_NOTHROW(checkResultFolder(folder, true, {scratch / "elsewhere.pt"}));
  CHECK_THROWS_AS(checkResultFolder(folder, true, {folder / "student.pt"}), Error);
  CHECK_THROWS_AS(checkResultFolder(folder, true, {folder / "." / "student.pt"}), Error);
  CHECK_THROWS_AS(checkResultFolder(folder, false), Error);
  CHECK_THROWS_AS(checkResultFolder("", true), Error);
  CHECK(readFile(folder / "student.pt", 100) == "kept");
}
