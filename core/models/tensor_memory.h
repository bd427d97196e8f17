// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace gf {

/// What the pool of tensor memory holds, in bytes.
struct TensorMemory {
  std::size_t used = 0;  ///< By tensors that live.
  std::size_t kept = 0;  ///< For the next ones.
  std::size_t most = 0;  ///< The highest `used` since the last releaseTensorMemory().
};

/// From now on large CPU tensors of this process get memory that earlier ones let go of. A training step asks for the
/// same sizes as the one before; from the system each of them costs a page fault for every 4 KiB and its zeroing, which
/// together can take longer than the arithmetic. What is kept and what is used never exceed the highest use by more
/// than an eighth and 64 MiB. Tensors that live already keep what they have.
void keepTensorMemory();

/// Gives everything that no tensor uses back to the system; between two pieces of work.
void releaseTensorMemory();

TensorMemory tensorMemory();

}  // namespace gf
