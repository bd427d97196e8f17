// SPDX-License-Identifier: Apache-2.0
// Folders with special files, links that lead round or out, names in many scripts, no permission, and files that change
// while they are read. What cannot be read is counted and named by a reading of the whole data.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "data/dataset.h"
#include "data/hostile.h"
#include "data/image_file.h"
#include "helpers.h"

using namespace gf;
using test::hostileCases;
using test::readAll;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

/// Root may read everything: `look` works in a child process that is somebody else. 0 when it answers true.
int asNobody(const std::function<bool()>& look) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
    try {
      ::_exit(look() ? 0 : 1);
    } catch (const std::exception& error) {
      std::fputs(error.what(), stderr);
      ::_exit(3);
    }
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

}  // namespace

TEST_CASE("pipes, sockets, devices and folders named like images are counted and named, and nothing waits for them") {
  TempFolder folder;
  test::write(folder / "a/sound.png", test::golden("rgb.png"));
  test::write(folder / "b/sound.png", test::golden("rgb.png"));
  REQUIRE(::mkfifo((folder / "a/pipe.jpg").c_str(), 0644) == 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string place = (folder / "b/socket.jpg").string();
  REQUIRE(place.size() < sizeof address.sun_path);
  place.copy(address.sun_path, place.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const bool device = ::mknod((folder / "b/zero.jpg").c_str(), S_IFCHR | 0644, makedev(1, 5)) == 0;
  fs::create_directories(folder / "b/folder.jpg");
  const auto data = openData(folder.path()).eval;
  const auto bad = readAll(*data);
  ::close(socket);
  REQUIRE(bad.size() == (device ? 3 : 2));
  CHECK(bad[0].name == "a/pipe.jpg");
  CHECK(bad[1].name == "b/socket.jpg");
  hostileCases += static_cast<int>(bad.size()) + 1;
}

TEST_CASE("links: loops, dead ends and ways out are passed over; the log names them") {
  TempFolder folder, outside;
  test::write(outside / "secret.png", test::golden("rgb.png"));
  test::write(folder / "a/sound.png", test::golden("rgb.png"));
  test::write(folder / "b/sound.png", test::golden("rgb.png"));
  fs::create_directory_symlink("..", folder / "a/up");
  fs::create_directory_symlink(".", folder / "a/here");
  fs::create_directory_symlink("../b", folder / "a/across");
  fs::create_symlink("self.png", folder / "a/self.png");
  fs::create_symlink("two.png", folder / "b/one.png");
  fs::create_symlink("one.png", folder / "b/two.png");
  fs::create_symlink("nowhere.png", folder / "b/dead.png");
  fs::create_symlink(outside / "secret.png", folder / "b/secret.png");
  fs::create_directory_symlink(outside.path(), folder / "b/out");
  fs::create_symlink("/dev/zero", folder / "b/zero.png");
  fs::create_symlink("sound.png", folder / "b/inside.png");
  std::string said;
  const LogSubscription subscription([&](const LogEntry& entry) { said += entry.text; });
  const auto data = openData(folder.path()).eval;
  CHECK(data->size() == 3);
  CHECK(readAll(*data).empty());
  for (const char* name : {"a/up", "a/here", "a/across", "a/self.png", "b/one.png", "b/two.png", "b/dead.png",
                           "b/secret.png", "b/out", "b/zero.png"}) {
    CAPTURE(name);
    CHECK(said.find(name) != std::string::npos);
    ++hostileCases;
  }
}

TEST_CASE("links in place of class folders: loops, dead ends and ways out are no classes") {
  TempFolder folder, outside;
  test::write(outside / "secret.png", test::golden("rgb.png"));
  for (const char* name : {"train/a/1.png", "train/b/1.png", "val/a/1.png", "val/b/1.png"}) {
    test::write(folder / name, test::golden("rgb.png"));
  }
  fs::create_directory_symlink(".", folder / "train/here");
  fs::create_directory_symlink("..", folder / "train/up");
  fs::create_directory_symlink(folder.path(), folder / "val/top");
  fs::create_directory_symlink(outside.path(), folder / "train/away");
  fs::create_directory_symlink("loop", folder / "train/loop");
  fs::create_directory_symlink("nowhere", folder / "val/dead");
  std::string said;
  const LogSubscription subscription([&](const LogEntry& entry) { said += entry.text; });
  const auto source = openData(folder.path());
  CHECK(source.train->classNames() == std::vector<std::string>{"a", "b"});
  CHECK(source.train->size() == 2);
  CHECK(source.eval->size() == 2);
  for (const char* name : {"train/here", "train/up", "val/top", "train/away", "train/loop", "val/dead"}) {
    CAPTURE(name);
    CHECK(said.find("“" + std::string(name) + "”") != std::string::npos);
    ++hostileCases;
  }
}

TEST_CASE("folders deeper than a path can say are counted and named, and the rest is read") {
  TempFolder folder;
  test::write(folder / "a/sound.png", test::golden("rgb.png"));
  test::write(folder / "b/sound.png", test::golden("rgb.png"));
  const std::string name(200, 'd');
  int at = ::open((folder / "a").c_str(), O_RDONLY | O_DIRECTORY);
  for (int depth = 0; depth < 30; ++depth) {
    REQUIRE(::mkdirat(at, name.c_str(), 0755) == 0);
    const int next = ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(at);
    at = next;
  }
  ::close(at);
  const auto data = openData(folder.path()).eval;
  const auto bad = readAll(*data);
  CHECK(data->size() == 3);
  REQUIRE(bad.size() == 1);
  CHECK(bad[0].name.starts_with("a/" + name + "/"));
  CHECK(bad[0].observed == "File name too long");
  ++hostileCases;
}

TEST_CASE("names in many scripts, and names that are no text") {
  TempFolder folder;
  const std::vector<std::string> names{"снимок",   "写真",     "사진",
                                       "صورة",     "תמונה",    "ภาพ",
                                       "φωτο",     "🐟",        "e\u0301te\u0301",
                                       "a b",      "%s%n",     "-rf",
                                       "a\nb",     "\xFF\xFE", std::string(240, 'x'),
                                       "'\"`$(x)", "a\\b"};
  for (const auto& name : names) {
    test::write(folder / ("kind/" + name + ".PNG"), test::golden("rgb.png"));
    test::write(folder / ("other/" + name + ".jpg"), "no image");
    hostileCases += 2;
  }
  const auto data = openData(folder.path()).eval;
  REQUIRE(data->size() == 2 * names.size());
  const auto bad = readAll(*data);
  REQUIRE(bad.size() == names.size());
  for (const auto& one : bad) CHECK(fs::exists(folder / one.name));
}

TEST_CASE("what may not be read is counted and named") {
  TempFolder folder;
  fs::permissions(folder.path(), fs::perms::all);
  for (const char* name : {"a/1.png", "a/2.png", "a/closed/3.png", "b/1.png", "b/blind/2.png"}) {
    test::write(folder / name, test::golden("rgb.png"));
  }
  fs::permissions(folder / "a/2.png", fs::perms::none);
  fs::permissions(folder / "a/closed", fs::perms::none);
  fs::permissions(folder / "b/blind", fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  CHECK(asNobody([&] {
          const auto bad = readAll(*openData(folder.path()).eval);
          std::string seen;
          for (const auto& one : bad) seen += one.name + ": " + one.observed + "\n";
          const auto denied = [](const Unreadable& one) { return one.observed == "Permission denied"; };
          const bool right = std::all_of(bad.begin(), bad.end(), denied) && bad.size() == 3 &&
                             bad[0].name == "a/2.png" && bad[1].name == "a/closed" && bad[2].name == "b/blind/2.png";
          if (!right) std::fputs(seen.c_str(), stderr);
          return right;
        }) == 0);
  hostileCases += 3;
  for (const char* name : {"a/2.png", "a/closed", "b/blind"}) fs::permissions(folder / name, fs::perms::all);
}

TEST_CASE("a data folder, or a split of it, that may not be read is named") {
  TempFolder folder;
  fs::permissions(folder.path(), fs::perms::all);
  for (const char* name : {"train/a/1.png", "train/b/1.png", "val/a/1.png", "val/b/1.png"}) {
    test::write(folder / name, test::golden("rgb.png"));
  }
  for (const char* name : {"val", "train", ""}) {
    CAPTURE(name);
    const fs::path closed = *name ? folder / name : folder.path();
    const auto before = fs::status(closed).permissions();
    fs::permissions(closed, fs::perms::none);
    CHECK(asNobody([&] {
            try {
              openData(folder.path());
            } catch (const Error& error) {
              return error.kind() == ErrorKind::Input && error.subject() == closed.string() &&
                     error.observed() == "Permission denied";
            }
            return false;
          }) == 0);
    fs::permissions(closed, before);
    ++hostileCases;
  }
}

TEST_CASE("a file that shrinks and grows while it is read is read or refused") {
  TempFolder folder;
  const std::string sound = test::golden("odd/plain.bmp") + std::string(1 << 20, 'x');
  const fs::path file = folder / "a.bmp";
  test::write(file, sound);
  std::atomic<bool> done{false};
  std::jthread other([&] {
    while (!done) {
      ::truncate(file.c_str(), 20);
      ::truncate(file.c_str(), static_cast<off_t>(sound.size()));
    }
  });
  for (int i = 0; i < 300; ++i) {
    try {
      readImage(file);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::Input);
    }
  }
  done = true;
  ++hostileCases;
}
