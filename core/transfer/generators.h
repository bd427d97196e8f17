// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <vector>

namespace gf {

/// The state of the generators that training on `device` draws from: the CPU's, and the device's own after it.
std::vector<at::Tensor> generatorStates(c10::Device device);
void setGeneratorStates(c10::Device device, const std::vector<at::Tensor>& states);

}  // namespace gf
