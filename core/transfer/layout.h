// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "models/classifier.h"
#include "options/transfer_options.h"

namespace gf {

/// Lays the filters of convolutions out pixel by pixel, or channel by channel again. No value changes.
void layOut(Classifier& model, bool channelsLast);

/// The form that the options ask for. What they leave open is timed: a few passes over `images` [B, C, H, W] on a copy
/// of the student, and a form is taken where it is a tenth faster than the simpler ones. The layout is never left open
/// for fp32 on the CPU: there it decides the roundings, and a run must not depend on a clock unless its precision was
/// left open. Torch's generators are left as they were.
PassForm choosePassForm(const TransferOptions& options, const Classifier& student, const at::Tensor& images);

/// bfloat16 where PyTorch holds it to be safe, while it lives.
class Autocast {
 public:
  Autocast(bool on, c10::DeviceType device);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool on_;
  c10::DeviceType device_;
};

}  // namespace gf
