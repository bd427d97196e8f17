// SPDX-License-Identifier: Apache-2.0
// Comparing and training on data with images that cannot be read, both ways that the option `bad-images` knows.
#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/error.h"
#include "jobs/bench.h"
#include "jobs/check_job.h"
#include "jobs/preview_job.h"
#include "jobs/shelf_job.h"
#include "jobs/transfer_job.h"
#include "report/result_folder.h"

using namespace gf;
namespace fs = std::filesystem;

namespace {

std::string bigEndian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift & 0xFF));
  return bytes;
}

std::string chunk(const std::string& kind, const std::string& body) {
  const std::string all = kind + body;
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(all.data()), static_cast<uInt>(all.size()));
  return bigEndian(static_cast<std::uint32_t>(body.size())) + all + bigEndian(static_cast<std::uint32_t>(sum));
}

std::string greyPng(const Pixels& pixels) {
  std::string rows;
  for (int y = 0; y < pixels.height; ++y) {
    rows.push_back('\0');
    rows.append(reinterpret_cast<const char*>(pixels.bytes.data()) + y * pixels.width,
                static_cast<std::size_t>(pixels.width));
  }
  uLongf size = compressBound(rows.size());
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), rows.size());
  packed.resize(size);
  const std::string header = bigEndian(static_cast<std::uint32_t>(pixels.width)) +
                             bigEndian(static_cast<std::uint32_t>(pixels.height)) + std::string("\10\0\0\0\0", 5);
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", header) + chunk("IDAT", packed) + chunk("IEND", "");
}

void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

/// The sample's images as files, some of them spoiled.
struct Spoiled : gf_test::Bench {
  Spoiled() : data(*this / "data") {
    const DataSource slice = openData(sample.slice);
    copy(*slice.train, "train", 12);
    copy(*slice.eval, "val", 9);
  }

  /// The first `each` of nine classes.
  void copy(const DataSet& from, const std::string& split, int each) {
    std::vector<int> taken(from.classNames().size(), 0);
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto k = static_cast<std::size_t>(from.labels()[i]);
      if (taken[k] >= each) continue;
      const std::string& name = from.classNames()[k];
      if (name.find('/') != std::string::npos) continue;  // No folder can be called so.
      write(data / split / name / (std::to_string(100 + taken[k]++) + ".png"), greyPng(from.image(i)));
    }
  }

  /// Spoils image `number` of class folder `k` of a split; answers its name.
  std::string spoil(const std::string& split, std::size_t k, int number, const std::string& bytes) {
    std::vector<fs::path> classes(fs::directory_iterator(data / split), fs::directory_iterator());
    std::sort(classes.begin(), classes.end());
    const fs::path file = classes.at(k) / (std::to_string(100 + number) + ".png");
    write(file, bytes);
    return file.lexically_relative(data).string();
  }

  TransferRequest request(const std::string& name, BadImages rule) const {
    TransferRequest request;
    request.student = {sample.pair.student, nullptr};
    request.teachers = {{sample.pair.teacher, nullptr}};
    request.data = data;
    request.out = *this / name;
    request.options.epochs = 1;
    request.options.batch = 16;
    request.options.subset = {true, 10};
    request.options.threads = 1;
    request.options.device = "cpu";
    request.options.badImages = rule;
    return request;
  }

  fs::path data;
};

/// Nine ways to be no image.
std::vector<std::string> damagedImages(const std::string& sound) {
  std::string huge = sound.substr(0, 16) + bigEndian(0x7FFFFFFF) + bigEndian(0x7FFFFFFF) + sound.substr(24);
  std::string changed = sound;
  changed[changed.size() / 2] ^= 0x55;  // In the pixels: their check sum is wrong.
  return {"",
          "no image",
          "<!DOCTYPE html><html></html>",
          sound.substr(0, 8),
          sound.substr(0, sound.size() / 2),
          std::move(huge),
          std::move(changed),
          "\xFF\xD8\xFF\xE0",
          "GIF89a"};
}

std::string refusedBy(Job& job) {
  try {
    job.run(Control());
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK_FALSE(error.observed().empty());
    return error.subject();
  }
  return "nothing";
}

std::set<std::string> named(const nlohmann::ordered_json& holder) {
  std::set<std::string> names;
  if (!holder.contains("left_out")) return names;
  for (const auto& line : holder.at("left_out").at("named")) {
    const auto text = line.get<std::string>();
    names.insert(text.substr(0, text.find(':')));
  }
  CHECK(holder.at("left_out").at("images") == names.size());
  return names;
}

}  // namespace

TEST_CASE("bad images: stop names the first, skip leaves them out of comparisons and shelves") {
  Spoiled bench;
  const auto one = bench.spoil("val", 1, 2, "no image"), two = bench.spoil("val", 4, 0, "");
  CompareRequest request{
      {bench.sample.pair.student, nullptr}, {{bench.sample.pair.teacher, nullptr}}, bench.data, "cpu", 1};
  CompareJob stopping(request);
  CHECK(refusedBy(stopping) == (bench.data / one).string());
  ShelfJob shelfStopping({{request.student, request.teachers[0]}, bench.data, "cpu", 1});
  CHECK(refusedBy(shelfStopping) == (bench.data / one).string());
  request.badImages = BadImages::Skip;
  for (int round = 0; round < 2; ++round) {  // The second from what was remembered.
    CompareJob skipping(request);
    skipping.run(Control());
    CHECK(skipping.result()->data.eval->size() == 79);
    CHECK(skipping.result()->leftOut.size() == 2);
    CHECK(named(skipping.result()->report.at("evaluation")) == std::set{one, two});
    CHECK_NOTHROW(checkedReport(skipping.result()->report, "report"));
  }
  // Once an image can be read again it counts again.
  bench.spoil("val", 4, 0, greyPng(openData(bench.sample.slice).eval->image(0)));
  CompareJob mended(request);
  mended.run(Control());
  CHECK(mended.result()->data.eval->size() == 80);

  ShelfRequest shelf{{{bench.sample.pair.student, nullptr}, {bench.sample.pair.teacher, nullptr}},
                     bench.data,
                     "cpu",
                     1,
                     BadImages::Skip};
  ShelfJob job(shelf);
  job.run(Control());
  CHECK(job.result()->report.at("evaluation").at("samples") == 80);
  CHECK(named(job.result()->report.at("evaluation")) == std::set{one});
}

TEST_CASE("bad images: a transfer stops, or trains on the others and says which were left out") {
  Spoiled bench;
  const auto seen = bench.spoil("val", 3, 3, "GIF89a");
  std::set<std::string> spoiled;  // Ten of twelve are drawn, so that some are.
  const auto kinds = damagedImages(greyPng(openData(bench.sample.slice).train->image(0)));
  for (std::size_t k = 0; k < 9; ++k) spoiled.insert(bench.spoil("train", k, static_cast<int>(k), kinds.at(k)));

  PreviewJob preview(bench.request("preview", BadImages::Skip));
  preview.run(Control());
  TransferJob job(bench.request("skip", BadImages::Skip));
  job.run(Control());
  const auto report = readReport(bench / "skip" / "report.json");
  CHECK(report.at("evaluation").at("samples") == 80);
  CHECK(named(report.at("evaluation")) == std::set{seen});
  const auto gone = named(report.at("transfer"));
  CHECK(gone.size() >= 1);
  CHECK(std::includes(spoiled.begin(), spoiled.end(), gone.begin(), gone.end()));
  CHECK(report.at("transfer").at("transfer_samples") == 90 - gone.size());
  CHECK(preview.result()->transferSamples == 90 - gone.size());
  const auto subset = readSubset(bench / "skip" / "subset.json");
  CHECK(subset.indices.size() == 90 - gone.size());
  const auto train = openData(bench.data).train;
  for (const auto index : subset.indices) CHECK_NOTHROW(train->image(index));
  std::ifstream log(bench / "skip" / "log.txt");
  const std::string text{std::istreambuf_iterator<char>(log), {}};
  for (const auto& name : gone) CHECK(text.find("Left out: " + name) != std::string::npos);

  TransferJob stopping(bench.request("stop", BadImages::Stop));
  CHECK(refusedBy(stopping) == (bench.data / seen).string());
  bench.spoil("val", 3, 3, greyPng(openData(bench.sample.slice).eval->image(0)));
  TransferJob training(bench.request("train", BadImages::Stop));
  CHECK(spoiled.contains(fs::path(refusedBy(training)).lexically_relative(bench.data).string()));

  // What went bad meanwhile is not the run that was begun.
  auto again = bench.request("again", BadImages::Skip);
  again.options.epochs = 2;
  std::stop_source stop;
  TransferJob first(again);
  const Control control(stop.get_token(), nullptr, [&](const Progress&) {
    if (!first.feed().drain().steps.empty()) stop.request_stop();
  });
  CHECK_THROWS_AS(first.run(control), Stopped);
  again.resume = true;
  bench.spoil("train", 0, 11, "");
  bench.spoil("train", 0, 10, "");
  bench.spoil("train", 0, 9, "");
  TransferJob changed(again);
  CHECK_THROWS_AS(changed.run(Control()), Error);
}

TEST_CASE("a check counts and names what is odd and what is bad in both splits, and can be stopped") {
  Spoiled bench;
  const auto one = bench.spoil("train", 2, 5, "no image"), two = bench.spoil("val", 7, 1, std::string(500, '\xFF'));
  CheckJob job({bench.data, 2});
  CHECK(job.result() == nullptr);
  job.run(Control());
  const DataCheck& check = *job.result();
  CHECK(check.images == 189);
  CHECK(check.kind == "image folder");
  CHECK(check.counts[static_cast<std::size_t>(Oddity::Grey)] == 187);
  CHECK(check.names[static_cast<std::size_t>(Oddity::Grey)].size() == 187);
  REQUIRE(check.bad.size() == 2);
  CHECK(check.bad[0].split == "train");
  CHECK(check.bad[0].name == one);
  CHECK(check.bad[1].split == "val");
  CHECK(check.bad[1].name == two);
  const auto json = toJson(check);
  CHECK(json.at("bad_images") == 2);
  CHECK(json.at("odd").at(1).at("kind") == "grey");
  CHECK(json.at("odd").at(1).at("images") == 187);
  std::stop_source stop;
  stop.request_stop();
  CheckJob stopped({bench.data, 2});
  CHECK_THROWS_AS(stopped.run(Control(stop.get_token(), nullptr, {})), Stopped);
  CHECK(stopped.result() == nullptr);
}
