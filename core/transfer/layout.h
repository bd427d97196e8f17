// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "models/classifier.h"
#include "options/transfer_options.h"

namespace gf {

/// Lays the filters of convolutions out pixel by pixel, or channel by channel again. No value changes.
void layOut(Classifier& model, bool channelsLast);

/// Whether the student shall train channels-last. Auto times a few passes over `images` [B, C, H, W] in both layouts on
/// a copy of the student and takes channels-last where it is a tenth faster; only for bf16 or on a GPU, as on the CPU
/// in fp32 the layout decides the roundings, and a run must not depend on a clock there. Torch's generators are left as
/// they were.
bool chooseChannelsLast(const TransferOptions& options, const Classifier& student, const at::Tensor& images);

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
