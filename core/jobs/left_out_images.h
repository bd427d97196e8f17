// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/control.h"
#include "data/dataset.h"
#include "data/left_out.h"
#include "options/transfer_options.h"

namespace gf {

// What `bad-images` does. With Skip, images that cannot be read are found before the work begins: all of the evaluation
// split, and of the training split the samples that were drawn. An image that becomes unreadable later is an error.

/// Takes from the evaluation split what cannot be read, with a warning in the log; answers what was taken, nothing for
/// Stop. Found once for each data set: kept in the cache folder by its identity, and what was found is looked at again
/// each time. Throws Error, Stopped.
std::vector<Unreadable> leaveOutUnreadable(BadImages rule, DataSource& data, const Control& control);

/// The same of samples of the training split, which stays as it is.
std::vector<Unreadable> unreadableDrawn(BadImages rule, const DataSet& train, std::span<const std::uint32_t> samples,
                                        const Control& control);

/// "val/cat/3.jpg: must be a complete, undamaged image; found 20 of 400 bytes", for reports and lists.
std::vector<std::string> linesOf(std::span<const Unreadable> images);
/// Their numbers, ascending.
std::vector<std::uint32_t> samplesOf(std::span<const Unreadable> images);
/// A line in the log for each.
void logLeftOut(std::span<const Unreadable> images);

}  // namespace gf
