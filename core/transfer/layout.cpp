// SPDX-License-Identifier: Apache-2.0
#include "transfer/layout.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/autocast_mode.h>

#include <array>
#include <cstdio>

#include "base/control.h"
#include "base/log.h"
#include "transfer/generators.h"

namespace gf {
namespace {

/// Seconds of a few passes forward and back.
double secondsOf(Classifier& model, const at::Tensor& images, bool bf16, bool channelsLast) {
  constexpr int kPasses = 3;
  layOut(model, channelsLast);
  const at::Tensor laid = channelsLast ? images.contiguous(at::MemoryFormat::ChannelsLast) : images.contiguous();
  const auto pass = [&] {
    at::Tensor sum;
    {
      const Autocast autocast(bf16, images.device().type());
      sum = model.logits(laid).sum();
    }
    sum.backward();
    if (images.is_cuda()) at::accelerator::synchronizeDevice(images.device().index());
  };
  pass();  // the first one chooses algorithms and allocates
  const double began = monotonicSeconds();
  for (int i = 0; i < kPasses; ++i) pass();
  return monotonicSeconds() - began;
}

}  // namespace

Autocast::Autocast(bool on, c10::DeviceType device) : on_(on), device_(device) {
  if (!on_) return;
  at::autocast::set_autocast_enabled(device_, true);
  at::autocast::set_autocast_dtype(device_, at::kBFloat16);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (!on_) return;
  // Casts of weights are shared within one pass; the next step's weights are others.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(device_, false);
}

void layOut(Classifier& model, bool channelsLast) {
  const torch::NoGradGuard noGradients;
  const auto format = channelsLast ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  for (at::Tensor& parameter : model.parameters()) {
    constexpr int kFilterAxes = 4;
    if (parameter.dim() != kFilterAxes) continue;
    parameter.set_data(parameter.detach().contiguous(format));
    parameter.mutable_grad().reset();  // it lay as the filter did
  }
}

bool chooseChannelsLast(const TransferOptions& options, const Classifier& student, const at::Tensor& images) {
  if (options.layout != MemoryLayout::Auto) return options.layout == MemoryLayout::ChannelsLast;
  const bool bf16 = options.precision == Precision::Bf16;
  if (!bf16 && !images.is_cuda()) return false;
  constexpr double kWorthIt = 1.1;
  const auto generators = generatorStates(images.device());
  Classifier copy = student.clone();
  copy.setTraining(true, options.freezeBatchNorm);
  const double contiguous = secondsOf(copy, images, bf16, false), last = secondsOf(copy, images, bf16, true);
  setGeneratorStates(images.device(), generators);
  const bool helps = contiguous > kWorthIt * last;
  std::array<char, 32> times{};
  std::snprintf(times.data(), times.size(), "%.2f", contiguous / last);
  logLine(LogLevel::Info, std::string("Channels last ") + (helps ? "is used: " : "does not help enough: ") +
                              times.data() + " times the contiguous speed.");
  return helps;
}

}  // namespace gf
