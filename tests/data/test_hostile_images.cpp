// SPDX-License-Identifier: Apache-2.0
// Damaged and hostile images. Each case is made here; none may crash, hang or take memory for sizes that
// are only promised, and each is counted and named by a reading of the whole data.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/dataset.h"
#include "data/hostile.h"
#include "data/image_file.h"
#include "helpers.h"

using namespace gf;
using namespace std::string_literals;
using test::hostileCases;
using test::readAll;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

struct Case {
  std::string what, bytes;
};

std::string number(std::uint64_t value, int count, bool big) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    const int shift = 8 * (big ? count - 1 - i : i);
    bytes.push_back(static_cast<char>(value >> shift & 0xFF));
  }
  return bytes;
}

std::string deflated(const std::string& plain) {
  uLongf size = compressBound(plain.size());
  std::string out(size, '\0');
  compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()), plain.size(), 9);
  out.resize(size);
  return out;
}

std::string pngChunk(const std::string& kind, const std::string& body) {
  const std::string checked = kind + body;
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  return number(body.size(), 4, true) + checked + number(sum, 4, true);
}

const std::string kPngMagic = "\x89PNG\r\n\x1A\n";

std::string pngHeader(std::uint64_t width, std::uint64_t height, int bits = 8, int type = 2, int filter = 0,
                      int interlace = 0) {
  return kPngMagic +
         pngChunk("IHDR", number(width, 4, true) + number(height, 4, true) + number(bits, 1, true) +
                              number(type, 1, true) + '\0' + number(filter, 1, true) + number(interlace, 1, true));
}

const std::string kPngEnd = pngChunk("IEND", "");

/// PNGs that must be refused.
std::vector<Case> hostilePngs() {
  const std::string rows = deflated(std::string(4 * 13, '\0')), plain = deflated(std::string(64 << 20, '\0'));
  const std::string idat = pngChunk("IDAT", rows);
  std::vector<Case> all;
  for (const auto& [w, h] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{1ULL << 31, 4},
                                                                                 {4, 1ULL << 31},
                                                                                 {~0U, ~0U},
                                                                                 {(1ULL << 31) - 1, (1ULL << 31) - 1},
                                                                                 {0, 4},
                                                                                 {4, 0},
                                                                                 {65536, 1},
                                                                                 {65535, 65535},
                                                                                 {20000, 20000}}) {
    all.push_back({"PNG of " + std::to_string(w) + " × " + std::to_string(h), pngHeader(w, h) + idat + kPngEnd});
    all.push_back({"one-bit PNG of " + std::to_string(w) + " × " + std::to_string(h),
                   pngHeader(w, h, 1, 0) + pngChunk("IDAT", plain) + kPngEnd});
  }
  all.push_back({"PNG of 3 bits", pngHeader(4, 4, 3) + idat + kPngEnd});
  all.push_back({"PNG of colour type 5", pngHeader(4, 4, 8, 5) + idat + kPngEnd});
  all.push_back({"PNG of filter method 9", pngHeader(4, 4, 8, 2, 9) + idat + kPngEnd});
  all.push_back({"PNG of interlace method 9", pngHeader(4, 4, 8, 2, 0, 9) + idat + kPngEnd});
  all.push_back({"PNG without pixels", pngHeader(4, 4) + kPngEnd});
  all.push_back({"PNG without an end", pngHeader(4, 4) + idat});
  all.push_back({"PNG palette without colours", pngHeader(4, 4, 8, 3) + idat + kPngEnd});
  all.push_back(
      {"PNG with two rows of four", pngHeader(4, 4) + pngChunk("IDAT", deflated(std::string(26, '\0'))) + kPngEnd});
  all.push_back({"PNG with pixels that are no deflate", pngHeader(4, 4) + pngChunk("IDAT", "not deflated") + kPngEnd});
  all.push_back({"PNG with a filter byte of 77",
                 pngHeader(4, 4) + pngChunk("IDAT", deflated(std::string(52, '\x4D'))) + kPngEnd});
  all.push_back({"PNG with a chunk of 4 GiB", pngHeader(4, 4) + number(~0U, 4, true) + "IDAT" + rows});
  all.push_back({"PNG with an unknown critical chunk", pngHeader(4, 4) + pngChunk("ABCD", "x") + idat + kPngEnd});
  all.push_back({"PNG that begins with its pixels", kPngMagic + idat + pngHeader(4, 4).substr(8) + kPngEnd});
  std::string sum = pngHeader(4, 4) + idat + kPngEnd;
  sum[29] = static_cast<char>(sum[29] ^ 1);
  all.push_back({"PNG with a wrong check sum of its header", sum});
  sum = pngHeader(4, 4) + idat + kPngEnd;
  sum[pngHeader(4, 4).size() + idat.size() - 1] ^= 1;
  all.push_back({"PNG with a wrong check sum of its pixels", sum});
  return all;
}

/// A TIFF of one grey strip and these tags besides, or instead.
std::string tiff(std::map<int, std::pair<int, std::uint32_t>> changed,
                 const std::string& strip = std::string(64, '\x55'), std::uint32_t next = 0,
                 std::uint32_t directory = 8) {
  std::map<int, std::pair<int, std::uint32_t>> tags{{256, {4, 8}}, {257, {4, 8}},  {258, {3, 8}},
                                                    {259, {3, 1}}, {262, {3, 1}},  {277, {3, 1}},
                                                    {278, {4, 8}}, {279, {4, 64}}, {273, {4, 0}}};
  tags[279].second = static_cast<std::uint32_t>(strip.size());
  for (const auto& [tag, value] : changed) tags[tag] = value;
  const auto body = static_cast<std::uint32_t>(8 + 2 + 12 * tags.size() + 4);
  if (!changed.contains(273)) tags[273].second = body;
  std::string bytes = "II*\0"s + number(directory, 4, false) + number(tags.size(), 2, false);
  for (const auto& [tag, value] : tags) {
    bytes += number(static_cast<std::uint64_t>(tag), 2, false) +
             number(static_cast<std::uint64_t>(value.first), 2, false) + number(1, 4, false) +
             number(value.second, 4, false);
  }
  return bytes + number(next, 4, false) + strip;
}

std::vector<Case> hostileTiffs() {
  std::vector<Case> all;
  const auto add = [&](const std::string& what, std::map<int, std::pair<int, std::uint32_t>> tags) {
    all.push_back({"TIFF with " + what, tiff(std::move(tags))});
  };
  add("a width of 2^31", {{256, {4, 1U << 31}}});
  add("a height of 2^31", {{257, {4, 1U << 31}}});
  add("sides of 2^32 - 1", {{256, {4, ~0U}}, {257, {4, ~0U}}});
  add("sides of 20,000", {{256, {4, 20000}}, {257, {4, 20000}}});
  add("no width", {{256, {4, 0}}});
  add("no height", {{257, {4, 0}}});
  add("a strip beyond the file", {{273, {4, 1U << 30}}});
  add("a strip at 2^32 - 1", {{273, {4, ~0U}}});
  add("a strip of 4 GiB beyond the file", {{279, {4, ~0U}}, {273, {4, ~0U - 4}}});
  add("a strip of no bytes", {{279, {4, 0}}, {273, {4, 4000}}});
  add("64 bits a sample", {{258, {3, 64}}});
  add("3 bits a sample", {{258, {3, 3}}});
  add("32-bit floating point", {{258, {3, 32}}, {339, {3, 3}}});
  add("65,535 samples a pixel", {{277, {3, 65535}}});
  add("an unknown compression", {{259, {3, 31337}}});
  add("an unknown colour space", {{262, {3, 999}}});
  add("RGB of one sample", {{262, {3, 2}}});
  add("CMYK of one sample", {{262, {3, 5}}});
  add("deflate that is none", {{259, {3, 8}}});
  add("LZW that is none", {{259, {3, 5}}});
  add("a JPEG inside that is none", {{259, {3, 7}}});
  add("tiles of 65,520", {{322, {4, 65520}}, {323, {4, 65520}}, {324, {4, 8}}, {325, {4, 64}}});
  add("tiles of 2^31", {{322, {4, 1U << 31}}, {323, {4, 1U << 31}}, {324, {4, 8}}, {325, {4, 64}}});
  add("more rows than there are", {{257, {4, 64}}, {278, {4, 64}}});
  all.push_back({"TIFF whose directory lies outside", tiff({}, std::string(64, 'x'), 0, 1U << 30)});
  all.push_back({"TIFF whose directory is its header", tiff({}, std::string(64, 'x'), 0, 0)});
  all.push_back({"TIFF with a directory of 65,535 entries",
                 "II*\0"s + number(8, 4, false) + number(65535, 2, false) + std::string(500, '\1')});
  all.push_back({"TIFF with a deflate strip too short", tiff({{259, {3, 8}}}, deflated(std::string(20, 'x')))});
  all.push_back({"BigTIFF with a directory beyond the file", "II+\0\10\0\0\0"s + number(1ULL << 60, 8, false)});
  return all;
}

std::string webp(const std::string& chunks, std::int64_t claimed = -1) {
  const auto size = claimed < 0 ? chunks.size() + 4 : static_cast<std::uint64_t>(claimed);
  return "RIFF" + number(size, 4, false) + "WEBP" + chunks;
}

std::string riff(const std::string& kind, const std::string& body, std::int64_t claimed = -1) {
  const auto size = claimed < 0 ? body.size() : static_cast<std::uint64_t>(claimed);
  return kind + number(size, 4, false) + body + (body.size() % 2 ? "\0"s : ""s);
}

std::vector<Case> hostileWebPs() {
  const std::string sound = test::golden("odd/alpha.webp"), moving = test::golden("odd/moving.webp");
  const std::string huge = std::string(4, '\0') + number(16383, 3, false) + number(16383, 3, false);
  std::vector<Case> all{{"WebP of no chunks", webp("")},
                        {"WebP of no size", webp("", 0)},
                        {"WebP of 4 GiB", webp(sound.substr(12), 0xFFFFFFFE)},
                        {"WebP of an odd size", webp(riff("VP8L", "\x2F\0\0"s), 13)},
                        {"WebP chunk of 4 GiB", webp(riff("VP8 ", "abc", 0xFFFFFFFF))},
                        {"WebP chunk of 0 bytes", webp(riff("VP8 ", ""))},
                        {"WebP with unknown chunks only", webp(riff("ABCD", "abcd"))},
                        {"WebP of a canvas without pictures", webp(riff("VP8X", huge))},
                        {"WebP canvas of 2^24 sides",
                         webp(riff("VP8X", std::string(4, '\0') + std::string(6, '\xFF')) + riff("VP8L", "\x2F"))},
                        {"WebP whose VP8X is short", webp(riff("VP8X", "abc") + sound.substr(12))},
                        {"WebP with a lossless signature of nothing", webp(riff("VP8L", std::string(20, '\xFF')))}};
  for (const std::size_t at : {std::size_t{16}, std::size_t{17}, std::size_t{4}}) {
    for (const char value : {'\0', '\1', '\x7F', '\xFF'}) {
      std::string bytes = sound;
      bytes[at] = value;
      if (bytes == sound) continue;
      all.push_back({"WebP with byte " + std::to_string(at) + " changed", bytes.substr(0, bytes.size() - 3)});
    }
  }
  const std::size_t frame = moving.find("ANMF");
  for (const std::size_t at : {frame + 8, frame + 11}) {  // Where the first frame lies.
    std::string bytes = moving;
    bytes[at + 2] = '\x7F';
    all.push_back({"WebP frame beyond its canvas", bytes});
  }
  return all;
}

std::vector<Case> hostileGifs() {
  const std::string sound = test::golden("odd/plain.gif");
  const std::string screen =
      "GIF89a" + number(8, 2, false) + number(8, 2, false) + "\x80\0\0"s + std::string(6, '\x44');
  const auto frame = [&](int x, int y, int w, int h, const std::string& data) {
    return screen + "," + number(x, 2, false) + number(y, 2, false) + number(w, 2, false) + number(h, 2, false) + '\0' +
           data;
  };
  std::vector<Case> all{{"GIF of a header", sound.substr(0, 6)},
                        {"GIF of a screen", screen},
                        {"GIF of a screen and an end", screen + ";"},
                        {"GIF of extensions only", screen + "!\xFE\5abcde\0;"s},
                        {"GIF with an extension without end", screen + "!\xFE" + std::string(5000, '\xFF')},
                        {"GIF with LZW codes of 0 bits", frame(0, 0, 8, 8, "\0\1\0\0;"s)},
                        {"GIF with LZW codes of 200 bits", frame(0, 0, 8, 8, "\xC8\1\0\0;"s)},
                        {"GIF without LZW codes", frame(0, 0, 8, 8, "\2\0;"s)},
                        {"GIF with LZW codes that do not exist", frame(0, 0, 8, 8, "\2\4\xFF\xFF\xFF\xFF\0;"s)},
                        {"GIF frame without width", frame(0, 0, 0, 8, "\2\1\4\0;"s)},
                        {"GIF frame without height", frame(0, 0, 8, 0, "\2\1\4\0;"s)},
                        {"GIF frame of 65,535 sides", frame(0, 0, 65535, 65535, "\2\1\4\0;"s)},
                        {"GIF frame far out", frame(65535, 65535, 8, 8, "\2\1\4\0;"s)},
                        {"GIF with an unknown block", screen + "Zabc"},
                        {"GIF whose colours end early", sound.substr(0, 20)}};
  std::string big = sound;
  big.replace(6, 4, "\xFF\xFF\xFF\xFF");
  all.push_back({"GIF screen of 65,535 sides", big});
  const std::size_t descriptor = sound.find(',', 13 + 3 * (2 << (static_cast<unsigned char>(sound[10]) & 7)));
  std::string damaged = sound;
  for (std::size_t i = descriptor + 14; i < descriptor + 20; ++i) damaged[i] = '\xFF';
  all.push_back({"GIF with damaged LZW codes", damaged});
  all.push_back({"GIF cut in its pixels", sound.substr(0, descriptor + 20)});
  return all;
}

std::vector<Case> hostileOthers() {
  std::vector<Case> all;
  const std::string bmp = test::golden("odd/plain.bmp"), jpeg = test::golden("rgb.jpg");
  const auto patched = [](std::string bytes, std::size_t at, const std::string& with) {
    return bytes.replace(at, with.size(), with);
  };
  for (const std::uint32_t side : {0U, 1U << 31, ~0U, 70000U, 65535U}) {
    all.push_back(
        {"BMP of width " + std::to_string(side), patched(bmp, 18, number(side, 4, false) + number(65535, 4, false))});
    all.push_back(
        {"BMP of height " + std::to_string(side), patched(bmp, 18, number(65535, 4, false) + number(side, 4, false))});
  }
  all.push_back({"BMP of a header's beginning", bmp.substr(0, 20)});
  const std::string coded = "BM" + number(124, 4, false) + number(0, 4, false) + number(118, 4, false) +
                            number(40, 4, false) + number(6, 4, false) + number(6, 4, false) + number(1, 2, false);
  for (const int bits : {4, 8}) {
    all.push_back({"BMP whose run-length codes end early", coded + number(static_cast<std::uint64_t>(bits), 2, false) +
                                                               number(bits == 4 ? 2 : 1, 4, false) +
                                                               std::string(84, '\0') + "\6\1"});
  }
  const std::size_t frame = jpeg.find("\xFF\xC0"), scan = jpeg.find("\xFF\xDA");
  for (const std::string& sides : {"\xFF\xFF\xFF\xFF"s, "\0\0\0\5"s, "\0\5\0\0"s, "\xFE\xFF\xFE\xFF"s}) {
    all.push_back({"JPEG of other sides", patched(jpeg, frame + 5, sides)});
  }
  all.push_back({"JPEG of 16 bits", patched(jpeg, frame + 4, "\x10")});
  all.push_back({"JPEG of 200 components", patched(jpeg, frame + 9, "\xC8")});
  all.push_back({"JPEG of no components", patched(jpeg, frame + 9, "\0"s)});
  all.push_back({"JPEG without a scan", jpeg.substr(0, scan) + "\xFF\xD9"});
  all.push_back({"JPEG without a frame", jpeg.substr(0, frame) + jpeg.substr(scan)});
  all.push_back({"JPEG with a frame too long", patched(jpeg, frame + 2, "\xFF\xFF")});
  all.push_back({"JPEG of markers", "\xFF\xD8\xFF\xDA\0\2\xFF\xD9"s});
  all.push_back({"an executable",
                 "\x7F"
                 "ELF" +
                     std::string(400, '\1')});
  all.push_back({"a page of the web", "<!DOCTYPE html><html><body>404</body></html>"});
  all.push_back({"SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"});
  all.push_back({"nothing", ""});
  all.push_back({"a pointer of git-lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"});
  return all;
}

/// Sound images cut short, but for those whose first frame would still be whole.
std::vector<Case> cuts() {
  std::vector<Case> all;
  std::istringstream lines(test::golden("odd/index.txt"));
  for (std::string name, rest; lines >> name && std::getline(lines, rest);) {
    if (name == "moving.gif" || name == "pages.tif") continue;
    const std::string sound = test::golden("odd/" + name);
    const std::size_t n = sound.size();
    for (const std::size_t keep : {std::size_t{9}, n / 5, n * 2 / 5}) {
      all.push_back({name + " cut after " + std::to_string(keep), sound.substr(0, keep)});
    }
  }
  return all;
}

std::vector<Case> allHostile() {
  std::vector<Case> all;
  for (auto* make : {hostilePngs, hostileTiffs, hostileWebPs, hostileGifs, hostileOthers, cuts}) {
    for (auto& one : make()) all.push_back(std::move(one));
  }
  return all;
}

/// What is written to stderr while it lives, by whomever.
class Spoken {
 public:
  Spoken() : before_(::dup(STDERR_FILENO)), file_(folder_ / "stderr") {
    const int file = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
  }
  ~Spoken() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
  }
  Spoken(const Spoken&) = delete;
  Spoken& operator=(const Spoken&) = delete;
  std::string text() const {
    std::fflush(stderr);
    std::ifstream stream(file_);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

 private:
  TempFolder folder_;
  int before_;
  fs::path file_;
};

}  // namespace

TEST_CASE("hostile images are refused, counted and named; what is sound beside them is read") {
  TempFolder folder;
  const auto all = allHostile();
  test::write(folder / "a/sound.png", test::golden("rgb.png"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    test::write(folder / ("b/" + std::to_string(1000 + i) + ".jpg"), all[i].bytes);
  }
  const auto data = openData(folder.path()).eval;
  REQUIRE(data->size() == all.size() + 1);
  const Spoken spoken;
  const auto bad = readAll(*data);
  CHECK(spoken.text().empty());  // No library says what our errors say.
  CHECK(decodeImage(test::golden("odd/plain.bmp"), "sound").width > 0);
  std::cerr << "heard" << std::flush;  // What others say afterwards comes through.
  CHECK(spoken.text() == "heard");
  std::size_t next = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].what);
    ++hostileCases;
    const bool named = next < bad.size() && bad[next].sample == i + 1;
    CHECK(named);
    if (!named) continue;
    CHECK(bad[next].name == "b/" + std::to_string(1000 + i) + ".jpg");
    CHECK_FALSE(bad[next].rule.empty());
    ++next;
  }
  CHECK(bad.size() == all.size());
  CHECK(peakResidentBytes() < 1.5e9);
}

TEST_CASE("zip bombs take no more than the image that they promise") {
  const std::string bomb = deflated(std::string(std::size_t{200} << 20, '\0'));
  const double before = peakResidentBytes();
  std::vector<Case> bombs{{"PNG pixels", pngHeader(4, 4) + pngChunk("IDAT", bomb) + kPngEnd},
                          {"PNG text", pngHeader(4, 4) + pngChunk("zTXt", "k\0\0"s + bomb) +
                                           pngChunk("IDAT", deflated(std::string(52, '\0'))) + kPngEnd},
                          {"PNG profile", pngHeader(4, 4) + pngChunk("iCCP", "k\0\0"s + bomb) +
                                              pngChunk("IDAT", deflated(std::string(52, '\0'))) + kPngEnd},
                          {"TIFF strip", tiff({{259, {3, 8}}}, bomb)}};
  for (const auto& one : bombs) {
    CAPTURE(one.what);
    ++hostileCases;
    try {
      CHECK(decodeImage(one.bytes, "bomb").width <= 8);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::Input);
    }
  }
  CHECK(peakResidentBytes() - before < 50e6);
}

TEST_CASE("TIFF directories that lead round are read once") {
  for (const std::uint32_t next : {8U, 0U, ~0U, 4000U}) {
    ++hostileCases;
    Oddities found = 0;
    CHECK(decodeImage(tiff({}, std::string(64, '\x55'), next), "round", &found).bytes[5] == 0x55);
    CHECK((found & bitOf(Oddity::Animated)) == (next == 0 ? 0 : bitOf(Oddity::Animated)));
  }
}

TEST_CASE("changed bytes never crash a decoder") {
  std::istringstream lines(test::golden("odd/index.txt"));
  Random random(6);
  const Spoken spoken;
  for (std::string name, rest; lines >> name && std::getline(lines, rest);) {
    const std::string sound = test::golden("odd/" + name);
    for (int i = 0; i < 40; ++i) {
      std::string bytes = sound;
      for (int k = 0; k <= i % 4; ++k) bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      try {
        const auto pixels = decodeImage(bytes, name);
        CHECK(pixels.bytes.size() == static_cast<std::size_t>(pixels.width) * pixels.height * pixels.channels);
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Input);
        CHECK(error.subject() == name);
      }
    }
  }
  CHECK(spoken.text().empty());
}

TEST_CASE("300 cases") {
  MESSAGE(hostileCases << " cases");
  CHECK(hostileCases >= 300);
}
