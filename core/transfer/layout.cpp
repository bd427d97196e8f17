// SPDX-License-Identifier: Apache-2.0
#include "transfer/layout.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/autocast_mode.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "base/control.h"
#include "base/log.h"
#include "transfer/generators.h"

namespace gf {
namespace {

/// Seconds of a few passes forward and back.
double secondsOf(Classifier& model, const at::Tensor& images, const PassForm& form) {
  constexpr int kPasses = 3;
  layOut(model, form.channelsLast);
  const at::Tensor laid = form.channelsLast ? images.contiguous(at::MemoryFormat::ChannelsLast) : images.contiguous();
  const auto pass = [&] {
    at::Tensor sum;
    {
      const Autocast autocast(form.bf16, images.device().type());
      sum = model.logits(laid).sum();
    }
    sum.backward();
    if (images.is_cuda()) at::accelerator::synchronizeDevice(images.device().index());
  };
  pass();  // the first one chooses algorithms and allocates
  const double began = monotonicSeconds();
  for (int i = 0; i < kPasses; ++i) pass();
  return (monotonicSeconds() - began) / kPasses;
}

/// What the options allow, the simplest first.
std::vector<PassForm> openForms(const TransferOptions& options, bool gpu) {
  std::vector<PassForm> forms;
  for (const bool bf16 : {false, true}) {
    if (options.precision != Precision::Auto && bf16 != (options.precision == Precision::Bf16)) continue;
    for (const bool last : {false, true}) {
      const bool timed = options.layout == MemoryLayout::Auto;
      const bool asked = last == (options.layout == MemoryLayout::ChannelsLast);
      if (timed ? !last || bf16 || gpu || options.precision == Precision::Auto : asked) forms.push_back({bf16, last});
    }
  }
  return forms;
}

std::string nameOf(const PassForm& form) {
  return std::string(form.bf16 ? "bf16" : "fp32") + (form.channelsLast ? " channels last" : "");
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

PassForm choosePassForm(const TransferOptions& options, const Classifier& student, const at::Tensor& images) {
  const std::vector<PassForm> open = openForms(options, images.is_cuda());
  if (open.size() == 1) return open.front();
  constexpr double kWorthIt = 1.1;
  const auto generators = generatorStates(images.device());
  Classifier copy = student.clone();
  copy.setTraining(true, options.freezeBatchNorm);
  std::string line = "The student's passes were timed:";
  PassForm best;
  double least = 0;
  for (const PassForm& form : open) {
    const double seconds = secondsOf(copy, images, form);
    const bool first = &form == &open.front();
    if (first || least > kWorthIt * seconds) {
      best = form;
      least = seconds;
    }
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), " %.4g s", seconds);
    line += (first ? " " : ", ") + nameOf(form) + time.data();
  }
  setGeneratorStates(images.device(), generators);
  logLine(LogLevel::Info, line + ". Taken: " + nameOf(best) + ".");
  return best;
}

}  // namespace gf
