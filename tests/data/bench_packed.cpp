// SPDX-License-Identifier: Apache-2.0
// How long a packed file of a million samples takes to open: bench_packed FOLDER [SAMPLES].
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/control.h"
#include "packed_material.h"

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const std::filesystem::path file = std::filesystem::path(arguments[1]) / "bench.gfpack";
  const std::size_t samples = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000;
  const auto plan = test::smallPlan(samples - samples / 20, samples / 20);
  const double begin = gf::monotonicSeconds();
  test::writeSmall(file, plan);
  const double written = gf::monotonicSeconds() - begin;
  std::vector<double> opened, first;
  for (int i = 0; i < 31; ++i) {
    const double start = gf::monotonicSeconds();
    const auto source = gf::openPacked(file);
    opened.push_back(1000 * (gf::monotonicSeconds() - start));
    (void)source.eval->image(source.eval->size() / 2);
    first.push_back(1000 * (gf::monotonicSeconds() - start));
  }
  std::sort(opened.begin(), opened.end());
  std::sort(first.begin(), first.end());
  std::printf(
      "%zu samples, %.1f MB, written in %.1f s; opened in %.2f ms (median of 31, best %.2f), first image after %.2f "
      "ms\n",
      samples, static_cast<double>(std::filesystem::file_size(file)) / 1e6, written, opened[15], opened[0], first[15]);
  std::filesystem::remove(file);
}
