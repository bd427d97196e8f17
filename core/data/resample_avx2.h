// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/vector_code.h"

namespace gf {

struct ResampleAxis;

#ifdef GF_AVX2
// Both passes of the resize in AVX2 with the results of the portable ones, bit for bit: a weight of 23 bits and a sign
// is split into two of 16 bits (the upper 12 and the lower 11), for which there is a multiplication that adds
// neighbours.

/// Lays an axis' weights out for acrossAvx2(), unless the image is too narrow for it.
void layOutAvx2(ResampleAxis& axis);
/// Rows of 3 channels across. `padded`: memory to be used again.
void acrossAvx2(const std::uint8_t* in, std::ptrdiff_t stride, int rows, const ResampleAxis& axis, std::uint8_t* out,
                std::ptrdiff_t outStride, std::vector<std::uint8_t>& padded);
/// One result row down, of `bytes` from 32 on.
void rowDownAvx2(const std::uint8_t* in, std::ptrdiff_t stride, const std::int32_t* weights, int length,
                 std::size_t bytes, std::uint8_t* out);
#endif

}  // namespace gf
