// SPDX-License-Identifier: Apache-2.0
// Broken inputs of every kind that core/data opens. Each is made here, must be refused with an Error(Input) that names
// the file and a rule, and must be left as it was.
#include <doctest/doctest.h>

#include <map>
#include <optional>

#include "base/error.h"
#include "base/random.h"
#include "data/dataset.h"
#include "data/image_file.h"
#include "helpers.h"

using namespace gf;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

int cases = 0;

std::string randomBytes(std::uint64_t seed, std::size_t size) {
  Random random(seed);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random.below(256));
  // Bit 7 set in front: the first byte of no format here but JPEG (FF) and PNG (89), whose second byte is then wrong.
  bytes[0] = '\xAA';
  return bytes;
}

std::string text() {
  return "Dear reader, this is a letter and no picture at all. It goes on for a little while.\n";
}

/// Every file below `folder` with its content.
std::map<std::string, std::string> snapshot(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    all[entry.path().string()] = entry.is_regular_file() ? test::read(entry.path()) : "";
  }
  return all;
}

/// Runs `open`, which must be refused because of `file` (a path, or its beginning).
template <class Open>
void mustRefuse(const std::string& what, const fs::path& folder, const fs::path& file, Open open) {
  ++cases;
  CAPTURE(what);
  const auto before = snapshot(folder);
  try {
    open();
    FAIL_CHECK("was read as if it were sound");
  } catch (const Error& error) {
    CAPTURE(std::string(error.what()));
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject().starts_with(file.string()));
    CHECK_FALSE(error.rule().empty());
  }
  CHECK(snapshot(folder) == before);
}

struct Broken {
  std::string what, bytes;
};

/// Things that no reader takes for its own.
std::vector<Broken> wrongKinds() {
  return {{"empty", ""},
          {"one byte", "\x1F"},
          {"text", text()},
          {"gzipped text", test::gzip(text())},
          {"random bytes", randomBytes(1, 5000)},
          {"few random bytes", randomBytes(2, 3)},
          {"zeros", std::string(4000, '\0')},
          {"ones", std::string(4000, '\xFF')},
          {"a gzip header alone", test::gzip(text()).substr(0, 10)},
          {"a zip archive", std::string("PK\x03\x04") + randomBytes(3, 200)}};
}

/// Cut at the first bytes, at the last ones and between.
std::vector<Broken> cuts(const std::string& sound, const std::string& name) {
  std::vector<Broken> all;
  const std::size_t n = sound.size();
  for (const std::size_t keep : {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{7}, std::size_t{12}, n / 4,
                                 n / 2, 3 * n / 4, n - 9, n - 1}) {
    all.push_back({name + " cut after " + std::to_string(keep) + " of " + std::to_string(n), sound.substr(0, keep)});
  }
  return all;
}

std::vector<Broken> brokenIdxImages() {
  const std::string sound = test::idxImages(12);
  std::vector<Broken> all = wrongKinds();
  all.push_back({"a PNG", test::golden("rgb.png")});
  all.push_back({"a JPEG", test::golden("rgb.jpg")});
  all.push_back({"the labels", test::idxLabels(12)});
  for (auto& cut : cuts(sound, "IDX")) all.push_back(cut);
  for (auto& cut : cuts(test::gzip(sound), "gzipped IDX")) all.push_back(cut);
  const std::string pixels = sound.substr(16);
  for (int byte = 0; byte < 4; ++byte) {
    std::string bytes = sound;
    bytes[byte] = static_cast<char>(bytes[byte] + 1);
    all.push_back({"magic byte " + std::to_string(byte), bytes});
  }
  all.push_back({"one byte more", sound + "x"});
  all.push_back({"more after gzip", test::gzip(sound) + "x"});
  all.push_back({"a longer gzip than its header", test::gzip(sound + "xyz")});
  for (const auto& sizes : std::vector<std::vector<std::uint32_t>>{{13, 4, 5},
                                                                   {11, 4, 5},
                                                                   {12, 5, 4000},
                                                                   {0, 4, 5},
                                                                   {12, 0, 5},
                                                                   {12, 4, 0},
                                                                   {1U << 31, 4, 5},
                                                                   {12, 1U << 31, 1U << 31},
                                                                   {~0U, ~0U, ~0U},
                                                                   {1U << 16, 1U << 16, 1},
                                                                   {1, 70000, 1}}) {
    const std::string name = std::to_string(sizes[0]) + "x" + std::to_string(sizes[1]) + "x" + std::to_string(sizes[2]);
    const std::string bytes = test::idxHeader({sizes[0], sizes[1], sizes[2]}) + pixels;
    all.push_back({"sizes " + name, bytes});
    all.push_back({"gzipped sizes " + name, test::gzip(bytes)});
  }
  std::string damaged = test::gzip(sound);
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  all.push_back({"gzip with a damaged byte", damaged});
  std::string badSum = test::gzip(sound);
  badSum[badSum.size() - 6] = static_cast<char>(badSum[badSum.size() - 6] ^ 1);
  all.push_back({"gzip with a wrong check sum", badSum});
  all.push_back({"a bomb", test::gzip(test::idxHeader({3900000, 10, 100}) + std::string(1 << 20, '\0'))});
  all.push_back({"sides above the limit", test::idxHeader({1, 70000, 1}) + std::string(70000, '\0')});
  return all;
}

std::vector<Broken> brokenIdxLabels() {
  std::vector<Broken> all = wrongKinds();
  const std::string sound = test::idxLabels(12);
  for (auto& cut : cuts(sound, "labels")) all.push_back(cut);
  all.push_back({"the images", test::idxImages(12)});
  all.push_back({"a label of 10", test::idxLabels(12, 11)});
  std::string high = sound;
  high.back() = '\xFF';
  all.push_back({"a label of 255", high});
  all.push_back({"gzipped label of 255", test::gzip(high)});
  all.push_back({"one label too few", test::idxLabels(11)});
  all.push_back({"one label too many", test::idxLabels(13)});
  all.push_back({"more labels than bytes", test::idxHeader({1U << 31}) + sound.substr(8)});
  return all;
}

/// A PNG or BMP header that promises a huge image.
std::vector<Broken> imageBombs() {
  std::string png = test::golden("rgb.png"), bmp = test::golden("rgb.bmp"), jpeg = test::golden("rgb.jpg");
  for (std::size_t at : {16, 17, 20, 21}) png[at] = '\x40';
  for (std::size_t at : {20, 24}) bmp[at] = '\x7F';
  const std::size_t frame = jpeg.find("\xFF\xC0");
  for (std::size_t at = frame + 5; at < frame + 9; ++at) jpeg[at] = '\xFF';
  return {{"a huge PNG", png}, {"a huge BMP", bmp}, {"a huge JPEG", jpeg}};
}

std::vector<Broken> brokenImages() {
  std::vector<Broken> all = wrongKinds();
  all.push_back({"an IDX file", test::idxImages(3)});
  for (const char* name : {"rgb.jpg", "progressive.jpg", "rgb.png", "rgb.bmp", "rgb.webp", "rgb.tif"}) {
    for (auto& cut : cuts(test::golden(name), name)) all.push_back(cut);
    const std::string sound = test::golden(name);
    all.push_back({std::string(name) + ": magic, then random bytes", sound.substr(0, 12) + randomBytes(9, 3000)});
  }
  for (auto& bomb : imageBombs()) all.push_back(bomb);
  const std::string jpeg = test::golden("rgb.jpg");
  all.push_back({"a JPEG without its tables", jpeg.substr(0, 2) + jpeg.substr(jpeg.find("\xFF\xC0"))});
  all.push_back({"JPEG markers alone", "\xFF\xD8\xFF\xD9"});
  std::string png = test::golden("rgb.png");
  png[png.size() / 2] = static_cast<char>(png[png.size() / 2] ^ 0x10);
  all.push_back({"a PNG with a damaged byte", png});
  return all;
}

/// The image, or nothing in a build that has no decoder for it.
std::optional<Pixels> decodable(const std::string& bytes) {
  try {
    return decodeImage(bytes, "sound");
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

TEST_CASE("broken IDX images") {
  TempFolder folder;
  test::write(folder / "t10k-labels-idx1-ubyte", test::idxLabels(12));
  for (const auto& one : brokenIdxImages()) {
    const auto file = folder / "t10k-images-idx3-ubyte";
    test::write(file, one.bytes);
    // A sound file of other sizes is the fault of neither: the labels are named then.
    const bool mismatch = one.what.find("sizes") != std::string::npos;
    mustRefuse(one.what, folder.path(), mismatch ? folder / "t10k-" : file, [&] { openData(folder.path()); });
  }
}

TEST_CASE("broken IDX labels") {
  TempFolder folder;
  test::write(folder / "t10k-images-idx3-ubyte.gz", test::gzip(test::idxImages(12)));
  for (const auto& one : brokenIdxLabels()) {
    const auto file = folder / "t10k-labels-idx1-ubyte.gz";
    test::write(file, one.bytes);
    mustRefuse(one.what, folder.path(), file, [&] { openData(folder.path()); });
  }
}

TEST_CASE("broken training files of an otherwise sound IDX folder") {
  TempFolder folder;
  test::write(folder / "t10k-images-idx3-ubyte", test::idxImages(12));
  test::write(folder / "t10k-labels-idx1-ubyte", test::idxLabels(12));
  test::write(folder / "train-labels-idx1-ubyte", test::idxLabels(20));
  for (const auto& one : cuts(test::idxImages(20), "train")) {
    const auto file = folder / "train-images-idx3-ubyte";
    test::write(file, one.bytes);
    mustRefuse(one.what, folder.path(), file, [&] { openData(folder.path()); });
  }
}

TEST_CASE("folders in place of files, and links that lead nowhere") {
  TempFolder folder;
  test::write(folder / "idx/t10k-labels-idx1-ubyte", test::idxLabels(12));
  fs::create_directories(folder / "idx/t10k-images-idx3-ubyte");
  mustRefuse("a folder as IDX", folder.path(), folder / "idx/t10k-images-idx3-ubyte",
             [&] { openData(folder / "idx"); });
  test::write(folder / "link/t10k-labels-idx1-ubyte", test::idxLabels(12));
  fs::create_symlink("nowhere", folder / "link/t10k-images-idx3-ubyte");
  mustRefuse("a dead link as IDX", folder.path(), folder / "link/t10k-images-idx3-ubyte",
             [&] { openData(folder / "link"); });
  test::write(folder / "names/t10k-images-idx3-ubyte", test::idxImages(12));
  test::write(folder / "names/t10k-labels-idx1-ubyte", test::idxLabels(12));
  fs::create_directories(folder / "names/classes.txt");
  mustRefuse("a folder as classes.txt", folder.path(), folder / "names/classes.txt",
             [&] { openData(folder / "names"); });
  fs::remove(folder / "names/classes.txt");
  for (const auto& one : wrongKinds()) {
    if (one.what == "text") continue;  // One line; refused for being one class, as "one byte" is.
    test::write(folder / "names/classes.txt", one.bytes);
    mustRefuse(one.what + " as classes.txt", folder.path(), folder / "names/classes.txt",
               [&] { openData(folder / "names"); });
  }
}

TEST_CASE("broken images, read alone and out of an image folder") {
  TempFolder folder;
  test::write(folder / "a/sound.jpg", test::golden("rgb.jpg"));
  for (const auto& one : brokenImages()) {
    const auto file = folder / "b/broken.jpg";
    test::write(file, one.bytes);
    mustRefuse(one.what, folder.path(), file, [&] { openData(folder.path()).eval->image(1); });
  }
  fs::remove(folder / "b/broken.jpg");
  mustRefuse("an image that is gone", folder.path(), folder / "b/broken.jpg",
             [&] { readImage(folder / "b/broken.jpg"); });
  mustRefuse("a folder as image", folder.path(), folder / "b", [&] { readImage(folder / "b"); });
}

TEST_CASE("damaged bytes never crash a decoder") {
  // One changed byte may leave a picture that can be decoded; then it must have the size that it says.
  for (const char* name :
       {"rgb.jpg", "progressive.jpg", "cmyk.jpg", "turned6.jpg", "rgb.png", "rgb.bmp", "rgb.webp", "rgb.tif"}) {
    const std::string sound = test::golden(name);
    // What a decoder keeps of a damaged image must not colour the next one.
    const auto before = decodable(sound);
    Random random(17);
    for (int i = 0; i < 60; ++i) {
      std::string bytes = sound;
      for (int k = 0; k <= i % 3; ++k) bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      try {
        const auto pixels = decodeImage(bytes, name);
        CHECK(pixels.bytes.size() == static_cast<std::size_t>(pixels.width) * pixels.height * pixels.channels);
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Input);
        CHECK(error.subject() == name);
      }
      if (before) CHECK(decodeImage(sound, name).bytes == before->bytes);
    }
  }
}

TEST_CASE("enough was tried") {
  MESSAGE(cases << " generated inputs were refused");
  CHECK(cases >= 90);
}
