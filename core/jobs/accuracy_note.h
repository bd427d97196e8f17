// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "data/dataset.h"
#include "models/metadata.h"

namespace gf {

/// A measured accuracy is off the published one when it differs by more than both of these. One percentage point: other
/// decoders and resizers than the publisher's move ImageNet accuracies by some tenths of a point. Three standard
/// errors, √(p (1 − p) / n) with p published: on few images chance alone moves them further.
inline constexpr double kAccuracyTolerance = 0.01;
inline constexpr double kAccuracyStandardErrors = 3;

/// Whether a published accuracy is about these evaluation data: its words, without "val", "test" and their like, are
/// the kind of the data; ImageNet's and CUB's usual short names count. On ImageNet only the 1,000 classes' val is
/// meant. Never for kinds that name no data set (IDX, image folders, subsets of ImageNet).
bool isAbout(const std::string& reference, const DataSource& data);

/// One sentence for the log when a model that was right in the share `measured` of `samples` evaluation samples is off
/// its published accuracy on the same data, with the usual causes; else empty.
std::string accuracyNote(const ModelMetadata& model, const DataSource& data, double measured, std::size_t samples);

}  // namespace gf
