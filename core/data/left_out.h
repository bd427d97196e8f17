// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/control.h"
#include "data/dataset.h"
#include "options/transfer_options.h"

namespace gf {

/// A sample that cannot be read, and why.
struct Unreadable {
  std::uint32_t sample = 0;
  std::string name, rule, observed;
};

/// Decodes `samples` on `threads` threads and answers those that cannot be read, in the order of the data. Memory that
/// does not suffice is no property of an image and throws. Throws Stopped.
std::vector<Unreadable> unreadableOf(const DataSet& data, std::span<const std::uint32_t> samples, int threads,
                                     const Control& control, const std::string& stage);

/// The same data without some samples; its identity says which are gone. `data` itself when `samples` is empty.
/// Throws Error(Input) when nothing would be left.
std::shared_ptr<const DataSet> withoutSamples(std::shared_ptr<const DataSet> data, std::span<const Unreadable> samples);

}  // namespace gf
