// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "options/transfer_options.h"

namespace gf {

/// Indices of a stratified subset, ascending: of class k with n_k samples, max(1, round(f·n_k)) for a share f, or
/// min(count, n_k) for a count; drawn without replacement by `seed`. A class without samples gives none. A pure
/// function of its arguments.
std::vector<std::uint32_t> stratifiedSubset(std::span<const std::int32_t> labels, int classes, const SubsetRule& rule,
                                            std::uint64_t seed);

/// Hash of a list of samples, for keys.
std::string samplesHash(const std::vector<std::uint32_t>& samples);

}  // namespace gf
