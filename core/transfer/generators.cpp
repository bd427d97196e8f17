// SPDX-License-Identifier: Apache-2.0
#include "transfer/generators.h"

#include <ATen/Context.h>

#include <mutex>

namespace gf {
namespace {

std::vector<at::Generator> generatorsOf(c10::Device device) {
  std::vector<at::Generator> all{at::globalContext().defaultGenerator(c10::kCPU)};
  if (device.is_cuda()) all.push_back(at::globalContext().defaultGenerator(device));
  return all;
}

}  // namespace

std::vector<at::Tensor> generatorStates(c10::Device device) {
  std::vector<at::Tensor> states;
  for (at::Generator& generator : generatorsOf(device)) {
    const std::lock_guard lock(generator.mutex());
    states.push_back(generator.get_state());
  }
  return states;
}

void setGeneratorStates(c10::Device device, const std::vector<at::Tensor>& states) {
  auto generators = generatorsOf(device);
  for (std::size_t i = 0; i < generators.size() && i < states.size(); ++i) {
    const std::lock_guard lock(generators[i].mutex());
    generators[i].set_state(states[i]);
  }
}

}  // namespace gf
