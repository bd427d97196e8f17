// SPDX-License-Identifier: Apache-2.0
// bench_shelf FILE SAMPLES CLASSES MODELS THREADS: all pairs of the answers that bench_shelf.py wrote (int32: the
// labels, then each model's answers); prints seconds, peak memory and sums to compare by, as JSON.
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <vector>

#include "knowledge/shelf.h"

int main(int count, char** arguments) {
  if (count != 6) {
    std::fputs("usage: bench_shelf FILE SAMPLES CLASSES MODELS THREADS\n", stderr);
    return 2;
  }
  const auto number = [&](int i) { return std::strtoull(arguments[i], nullptr, 10); };
  const std::size_t samples = number(2), models = number(4);
  std::vector<std::int32_t> numbers(samples * (models + 1));
  std::ifstream file(arguments[1], std::ios::binary);
  file.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(numbers.size() * sizeof numbers[0]));
  if (!file) {
    std::fputs("the file is shorter than samples × (models + 1) numbers\n", stderr);
    return 1;
  }
  const gf::Labels all(numbers);
  std::vector<gf::Labels> predicted;
  for (std::size_t m = 0; m < models; ++m) predicted.push_back(all.subspan((m + 1) * samples, samples));
  const auto start = std::chrono::steady_clock::now();
  const auto shelf =
      gf::shelfKnowledge(all.first(samples), predicted, static_cast<int>(number(3)), static_cast<int>(number(5)));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  double entropy = 0;
  for (const double each : shelf.entropy) entropy += std::isnan(each) ? 0 : each;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"seconds\": %.6f, \"peak_mib\": %.1f, \"only_teacher\": %lld, \"headroom\": %lld, \"entropy\": %.9f}\n",
      seconds, static_cast<double>(usage.ru_maxrss) / 1024,
      static_cast<long long>(std::accumulate(shelf.onlyTeacher.begin(), shelf.onlyTeacher.end(), 0LL)),
      static_cast<long long>(std::accumulate(shelf.headroom.begin(), shelf.headroom.end(), 0LL)), entropy);
  return 0;
}
