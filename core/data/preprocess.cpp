// SPDX-License-Identifier: Apache-2.0
#include "data/preprocess.h"

#include "base/random.h"
#include "data/preparer.h"

namespace gf {

View viewOf(std::uint64_t seed, std::uint32_t sample, int epoch, Augment augment) {
  constexpr std::uint64_t kFlip = 1;  // Keeps this choice apart from others drawn from the same three numbers.
  View view;
  if (augment == Augment::Flip) view.flip = mix(seed, sample, epoch, kFlip) >> 63 != 0;
  return view;
}

at::Tensor prepare(const Pixels& pixels, const Preprocess& preprocess, const View& view) {
  const Preparer preparer(preprocess);
  const auto [channels, height, width] = preprocess.inputSize;
  auto result = at::empty({channels, height, width}, at::kFloat);
  preparer.write(preparer.fit(pixels), view, result.data_ptr<float>());
  return result;
}

}  // namespace gf
