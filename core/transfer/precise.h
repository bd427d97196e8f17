// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace gf {

/// Objectives are fp32 whatever the forward passes were: within it no operation is lowered by autocast.
class Fp32Scope {
 private:
  c10::impl::ExcludeDispatchKeyGuard noAutocast_{c10::autocast_dispatch_keyset};
};

inline at::Tensor precise(const at::Tensor& tensor) {
  return tensor.to(at::kFloat);
}

}  // namespace gf
