// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace gf {

double residentBytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;  // in pages
  return file >> all >> resident ? resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) : 0;
}

double peakResidentBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr double kKilobyte = 1024;  // the unit of ru_maxrss
  return static_cast<double>(usage.ru_maxrss) * kKilobyte;
}

}  // namespace gf
