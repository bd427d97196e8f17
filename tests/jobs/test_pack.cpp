// SPDX-License-Identifier: Apache-2.0
// Packing as a job: the same file whatever the threads, after kills, and on a disk that is full; images that cannot be
// read; what may be written over.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/random.h"
#include "data/helpers.h"
#include "data/packed.h"
#include "jobs/pack_job.h"

using namespace gf;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

const fs::path kImages = fs::path(GF_SOURCE_TESTS) / "data/data";

void writeIdx(const fs::path& folder, std::uint32_t train, std::uint32_t eval, std::uint32_t side) {
  test::write(folder / "train-images-idx3-ubyte", test::idxImages(train, side, side));
  test::write(folder / "train-labels-idx1-ubyte", test::idxLabels(train));
  test::write(folder / "t10k-images-idx3-ubyte", test::idxImages(eval, side, side));
  test::write(folder / "t10k-labels-idx1-ubyte", test::idxLabels(eval));
}

/// Two classes of JPEG images, one image of each damaged if asked for.
void writeFolder(const fs::path& folder, bool damaged) {
  const std::string sound = test::read(kImages / "rgb.jpg"), grey = test::read(kImages / "grey.jpg");
  for (const char* split : {"train", "val"}) {
    for (const char* name : {"cat", "dog"}) {
      for (int i = 0; i < 4; ++i) {
        const fs::path file = folder / split / name / (std::to_string(i) + ".jpg");
        test::write(file, damaged && i == 2 ? sound.substr(0, sound.size() / 2) : i == 1 ? grey : sound);
      }
    }
  }
}

PackRequest requestFor(const fs::path& data, const fs::path& out) {
  PackRequest request;
  request.data = data;
  request.out = out;
  request.threads = 2;
  return request;
}

std::shared_ptr<const PackSummary> pack(const PackRequest& request) {
  PackJob job(request);
  job.run({});
  return job.result();
}

Error errorOf(const PackRequest& request) {
  try {
    pack(request);
  } catch (const Error& error) {
    return error;
  }
  FAIL("must not work");
  return Error(ErrorKind::Run, "", "", "");
}

/// Packs in a process of its own; its wait status.
pid_t start(const PackRequest& request, std::uintmax_t largest = 0) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child != 0) return child;
  if (largest > 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{largest, largest};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  try {
    pack(request);
    ::_exit(0);
  } catch (const Error& error) {
    ::_exit(error.kind() == ErrorKind::Run && std::string(error.remedy()).find("space") != std::string::npos ? 7 : 8);
  } catch (...) {
    ::_exit(9);
  }
}

int end(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("what packing will take is estimated from a few images") {
  const TempFolder folder;
  writeIdx(folder.path() / "data", 600, 200, 64);
  PackRequest request = requestFor(folder.path() / "data", folder.path() / "raw.gfpack");
  request.quality = 0;
  const auto summary = pack(request);
  const double estimate = estimatedPackedBytes(openData(request.data), request.side, request.quality);
  CHECK(estimate == doctest::Approx(static_cast<double>(summary->bytes)).epsilon(0.03));
  CHECK(estimatedPackedBytes(openData(request.data), 0, 0, 400) == doctest::Approx(estimate / 2).epsilon(0.001));  // of names of other lengths
  writeFolder(folder.path() / "broken", false);
  for (const auto& file : fs::recursive_directory_iterator(folder.path() / "broken")) {
    if (file.is_regular_file()) test::write(file.path(), "no image");
  }
  CHECK(estimatedPackedBytes(openData(folder.path() / "broken"), 256, 95) == 0);
}

TEST_CASE("packed raw at its own size, IDX data has the same pixels, labels, names and classes") {
  TempFolder folder;
  writeIdx(folder / "idx", 40, 30, 12);
  auto request = requestFor(folder / "idx", folder / "a.gfpack");
  request.quality = request.side = 0;
  const auto summary = pack(request);
  CHECK(summary->train == 40);
  CHECK(summary->eval == 30);
  CHECK(summary->bytes == fs::file_size(folder / "a.gfpack"));
  const auto plain = openData(folder / "idx"), packed = openPacked(folder / "a.gfpack");
  CHECK(packed.kind == plain.kind);
  CHECK(packed.evalName == plain.evalName);
  CHECK(packed.eval->classNames() == plain.eval->classNames());
  for (std::size_t i = 0; i < 30; ++i) {
    CHECK(packed.eval->image(i).bytes == plain.eval->image(i).bytes);
    CHECK(packed.eval->sampleName(i) == plain.eval->sampleName(i));
    CHECK(packed.eval->labels()[i] == plain.eval->labels()[i]);
  }
}

TEST_CASE("threads do not change a byte") {
  TempFolder folder;
  writeFolder(folder / "data", false);
  std::string first;
  for (const int threads : {1, 2, 5}) {
    auto request = requestFor(folder / "data", folder / ("t" + std::to_string(threads)));
    request.threads = threads;
    request.side = 12;
    pack(request);
    const std::string bytes = test::read(request.out);
    if (first.empty()) first = bytes;
    CHECK(bytes == first);
  }
}

TEST_CASE("a packing that is killed again and again ends with the bits of an uninterrupted one") {
  TempFolder folder;
  writeIdx(folder / "idx", 3000, 1000, 64);
  auto request = requestFor(folder / "idx", folder / "straight.gfpack");
  request.quality = 80;
  pack(request);
  const std::string straight = test::read(request.out);
  request.out = folder / "killed.gfpack";
  Random random(5);
  int killed = 0;
  for (int life = 0; life < 200 && !fs::exists(request.out); ++life) {
    const pid_t child = start(request);
    // The place of the kill is what varies; nothing is asserted about time.
    ::usleep(static_cast<useconds_t>(random.below(60'000)));
    ::kill(child, SIGKILL);
    const int status = end(child);
    killed += WIFSIGNALED(status);
  }
  if (!fs::exists(request.out)) {
    const int status = end(start(request));
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  CHECK(killed > 3);
  const bool same = test::read(request.out) == straight;
  CHECK(same);
}

TEST_CASE("a full disk is an error with a remedy, what was packed is kept, and the rest follows") {
  TempFolder folder;
  writeIdx(folder / "idx", 2000, 1000, 32);
  auto request = requestFor(folder / "idx", folder / "straight.gfpack");
  request.quality = 0;
  pack(request);
  const std::string straight = test::read(request.out);
  request.out = folder / "full.gfpack";
  for (const std::uintmax_t room :
       {std::uintmax_t{2000}, std::uintmax_t{500'000}, std::uintmax_t{straight.size() - 1}}) {
    const int status = end(start(request, room));
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 7);
    CHECK_FALSE(fs::exists(request.out));
  }
  const auto summary = pack(request);
  const bool same = test::read(request.out) == straight;
  CHECK(same);
}

TEST_CASE("images that cannot be read stop the packing or are left out, named and counted") {
  TempFolder folder;
  writeFolder(folder / "data", true);
  auto request = requestFor(folder / "data", folder / "a.gfpack");
  const auto error = errorOf(request);
  CHECK(error.kind() == ErrorKind::Input);
  CHECK(error.subject().ends_with("train/cat/2.jpg"));
  CHECK_FALSE(fs::exists(request.out));
  request.badImages = BadImages::Skip;
  const auto summary = pack(request);
  CHECK(summary->resumedAt == 2);
  CHECK(summary->train == 6);
  CHECK(summary->eval == 6);
  REQUIRE(summary->leftOut.size() == 4);
  CHECK(summary->leftOut[0].find("train/cat/2.jpg") != std::string::npos);
  const auto source = openPacked(request.out);
  CHECK(source.train->sampleName(2).ends_with("cat/3.jpg"));
  CHECK(source.eval->labels()[3] == 1);
  Pixels pixels;
  CHECK(source.eval->examine(1, pixels) == bitOf(Oddity::Grey));
}

TEST_CASE("only an earlier packed file is written over, and never the data") {
  TempFolder folder;
  writeIdx(folder / "idx", 4, 4, 6);
  test::write(folder / "letter.txt", "Dear reader");
  for (const char* name : {"letter.txt", "idx", "idx/inside.gfpack"}) {
    auto request = requestFor(folder / "idx", folder / name);
    request.overwrite = true;
    CHECK(errorOf(request).kind() == ErrorKind::Usage);
  }
  CHECK(test::read(folder / "letter.txt") == "Dear reader");
  auto request = requestFor(folder / "idx", folder / "a.gfpack");
  pack(request);
  CHECK(errorOf(request).remedy().find("--overwrite") != std::string::npos);
  request.overwrite = true;
  request.quality = 0;
  pack(request);
  CHECK(readPackedFacts(request.out).header.quality == 0);
}
