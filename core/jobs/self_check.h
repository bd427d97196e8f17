// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace gf {

/// One comparison of a device's numbers with a reference computed in double precision on the CPU.
struct SelfCheck {
  std::string name;    ///< "cpu: convolution".
  double error = 0;    ///< Largest difference, relative to the largest reference value.
  double allowed = 0;
  bool passed() const { return error <= allowed; }
};

/// A device as the user knows it.
struct DeviceInfo {
  std::string id;    ///< "cpu", "cuda:0".
  std::string name;  ///< "2 threads", "NVIDIA H200".
  double memoryBytes = 0;
};
std::vector<DeviceInfo> computeDevices();

/// Checks a convolution, a matrix product, and the distillation objective with its gradient on every device.
std::vector<SelfCheck> selfCheck();

std::string torchVersion();
/// "13.0", or empty for a LibTorch without CUDA.
std::string cudaVersion();

}  // namespace gf
