// SPDX-License-Identifier: Apache-2.0
#include "jobs/self_check.h"

#include <torch/version.h>
#include <unistd.h>

#include "transfer/objectives.h"

#ifdef GAINFINDER_CUDA_VERSION
#include <ATen/cuda/CUDAContextLight.h>
#endif

namespace gf {
namespace {

/// fp32 sums of a few hundred products differ from double by a few units in the last place.
constexpr double kAllowed = 2e-5;

double relativeError(const at::Tensor& value, const at::Tensor& reference) {
  const at::Tensor exact = reference.to(at::kDouble);
  const double scale = exact.abs().max().item<double>();
  return (value.to(at::kCPU, at::kDouble) - exact).abs().max().item<double>() / (scale > 0 ? scale : 1);
}

SelfCheck checkConvolution(const at::Tensor& images, const at::Tensor& kernels, c10::Device device) {
  const at::Tensor reference = at::conv2d(images.to(at::kDouble), kernels.to(at::kDouble));
  const at::Tensor value = at::conv2d(images.to(device), kernels.to(device));
  return {device.str() + ": convolution", relativeError(value, reference), kAllowed};
}

SelfCheck checkProduct(const at::Tensor& left, const at::Tensor& right, c10::Device device) {
  const at::Tensor reference = left.to(at::kDouble).matmul(right.to(at::kDouble));
  return {device.str() + ": matrix product", relativeError(left.to(device).matmul(right.to(device)), reference), kAllowed};
}

/// The gradient of KL(target‖student)·T² with respect to the student's logits is T·(σ(z_s/T) − σ(z_t/T)) / B.
SelfCheck checkObjective(const at::Tensor& target, const at::Tensor& logits, c10::Device device) {
  constexpr double kTemperature = 4;
  at::Tensor student = logits.to(device).detach().requires_grad_(true);
  klDivergence(target.to(device), student, Softening{kTemperature}).backward();
  const auto softened = [&](const at::Tensor& z) { return at::softmax(z.to(at::kDouble) / kTemperature, 1); };
  const at::Tensor reference = (softened(logits) - softened(target)) * kTemperature / static_cast<double>(logits.size(0));
  return {device.str() + ": distillation gradient", relativeError(student.grad(), reference), kAllowed};
}

}  // namespace

std::vector<DeviceInfo> computeDevices() {
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  const auto cores = sysconf(_SC_NPROCESSORS_ONLN);
  std::vector<DeviceInfo> devices{{"cpu", std::to_string(cores) + (cores == 1 ? " core" : " cores"), memory}};
#ifdef GAINFINDER_CUDA_VERSION
  const int count = torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
  for (int i = 0; i < count; ++i) {
    const auto* properties = at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(i));
    devices.push_back({"cuda:" + std::to_string(i), properties->name, static_cast<double>(properties->totalGlobalMem)});
  }
#endif
  return devices;
}

std::vector<SelfCheck> selfCheck() {
  const at::NoGradGuard noGrad;
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(2024);
  const auto random = [&](at::IntArrayRef shape) { return at::randn(shape, generator); };
  const at::Tensor images = random({4, 8, 20, 20}), kernels = random({16, 8, 3, 3});
  const at::Tensor left = random({64, 300}), right = random({300, 100});
  const at::Tensor target = random({32, 100}) * 3, logits = random({32, 100}) * 3;
  std::vector<SelfCheck> checks;
  for (const auto& info : computeDevices()) {
    const c10::Device device(info.id);
    checks.push_back(checkConvolution(images, kernels, device));
    checks.push_back(checkProduct(left, right, device));
    const at::AutoGradMode withGradients(true);
    checks.push_back(checkObjective(target, logits, device));
  }
  return checks;
}

std::string torchVersion() { return TORCH_VERSION; }

std::string cudaVersion() {
#ifdef GAINFINDER_CUDA_VERSION
  return GAINFINDER_CUDA_VERSION;
#else
  return {};
#endif
}

}  // namespace gf
