// SPDX-License-Identifier: Apache-2.0
// One measurement in a process of its own, as a line of JSON; bench_loader.py asks for them in turns.
//   bench_loader decode FOLDER THREADS EPOCHS       plain libjpeg-turbo: all of every image, from memory into memory
//   used again bench_loader load DATA THREADS EPOCHS BATCH [FIRST.bin]   the loader; FIRST.bin gets the inputs of the
//   first batch bench_loader pack FOLDER OUT.gfpack SIDE QUALITY
#include <sys/resource.h>
#include <turbojpeg.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "base/control.h"
#include "base/files.h"
#include "base/memory.h"
#include "data/loader.h"
#include "packed_material.h"

namespace {

/// Seconds of all processors together.
double processorSeconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct Clock {
  double wall = gf::monotonicSeconds(), processor = processorSeconds();
};

void report(const Clock& begin, std::size_t images, double batches) {
  std::printf("{\"images\": %zu, \"wall_s\": %.6f, \"cpu_s\": %.6f, \"batches\": %.3f}\n", images,
              gf::monotonicSeconds() - begin.wall, processorSeconds() - begin.processor, batches);
}

std::vector<std::string> filesIn(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(gf::readFile(entry.path(), std::size_t{1} << 30));
  }
  return files;
}

void decodeAll(const std::vector<std::string>& files, std::atomic<std::size_t>& next) {
  const tjhandle decoder = tjInitDecompress();
  std::vector<unsigned char> pixels;
  for (std::size_t i = next++; i < files.size(); i = next++) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(files[i].data());
    int width = 0, height = 0, subsampling = 0, colours = 0;
    tjDecompressHeader3(decoder, bytes, files[i].size(), &width, &height, &subsampling, &colours);
    pixels.resize(std::max(pixels.size(), static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3));
    if (tjDecompress2(decoder, bytes, files[i].size(), pixels.data(), width, 0, height, TJPF_RGB, TJFLAG_ACCURATEDCT) !=
        0) {
      throw std::runtime_error(tjGetErrorStr2(decoder));
    }
  }
  tjDestroy(decoder);
}

void decode(const std::filesystem::path& folder, int threads, int epochs) {
  const auto files = filesIn(folder);
  const auto pass = [&] {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> all;
    for (int t = 0; t < threads; ++t) all.emplace_back([&] { decodeAll(files, next); });
  };
  pass();
  const Clock begin;
  for (int e = 0; e < epochs; ++e) pass();
  report(begin, files.size() * static_cast<std::size_t>(epochs), 0);
}

gf::Preprocess imageNetInput() {
  gf::Preprocess p;
  p.mean = {0.485F, 0.456F, 0.406F};
  p.std = {0.229F, 0.224F, 0.225F};
  return p;
}

void keepFirst(const gf::Batch& batch, const char* file) {
  const auto& input = batch.inputs[0];
  std::ofstream(file, std::ios::binary)
      .write(static_cast<const char*>(input.data_ptr()), static_cast<std::streamsize>(input.nbytes()));
}

void load(const std::filesystem::path& path, int threads, int epochs, int batch, const char* first) {
  const auto data = gf::openData(path).eval;
  std::vector<std::uint32_t> samples(data->size());
  std::iota(samples.begin(), samples.end(), 0U);
  gf::LoaderOptions options;
  options.batch = batch;
  options.threads = threads;
  const double before = gf::residentBytes();
  gf::Loader loader(data, samples, {imageNetInput()}, options);
  std::size_t images = 0;
  const auto epoch = [&](int number) {
    loader.start(number);
    while (const auto ready = loader.next()) {
      if (first != nullptr && images == 0) keepFirst(*ready, first);
      images += ready->valid;
    }
  };
  epoch(0);
  images = 0;
  first = nullptr;
  const Clock begin;
  for (int e = 0; e < epochs; ++e) epoch(e);
  const double batchBytes = 3.0 * 224 * 224 * sizeof(float) * batch;
  report(begin, images, (gf::peakResidentBytes() - before) / batchBytes);
}

void pack(const std::filesystem::path& folder, const std::filesystem::path& out, int side, int quality) {
  const auto data = gf::openData(folder).eval;
  auto plan = test::smallPlan(0, 0, side, quality);
  plan.description.classes = data->classNames();
  plan.description.wnids = data->wnids();
  plan.eval.assign(data->labels().begin(), data->labels().end());
  gf::PackedWriter writer(out, plan, false);
  gf::PackedMaker maker(side, quality);
  for (std::size_t i = 0; i < data->size(); ++i) {
    const auto made = maker.make(data->image(i));
    writer.add(made.entry, made.bytes, data->sampleName(i));
  }
  writer.finish();
}

}  // namespace

int main(int count, char** arguments) {
  const auto is = [&](const char* what, int least) { return count >= least && std::strcmp(arguments[1], what) == 0; };
  const auto number = [&](int i) { return std::atoi(arguments[i]); };
  try {
    if (is("decode", 5)) return decode(arguments[2], number(3), number(4)), 0;
    if (is("load", 6)) {
      return load(arguments[2], number(3), number(4), number(5), count > 6 ? arguments[6] : nullptr), 0;
    }
    if (is("pack", 6)) return pack(arguments[2], arguments[3], number(4), number(5)), 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 2;
}
