// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <set>

#include "jobs/meaning_job.h"
#include "jobs/shelf_job.h"
#include "ui/workspace/page.h"

namespace gf {

/// What the Inspector says beside the Compare page. `meaning` may be null wherever it is asked for.
InspectorContent pairContent(const Comparison& comparison);
/// What casts doubt on the numbers of a pair, a sentence each: models that are off their published accuracy, and images
/// that could not be read.
QStringList warningsOf(const Comparison& comparison);
InspectorContent imageContent(const Comparison& comparison, std::size_t sample);
/// With the group of the class and the classes that are most like it.
InspectorContent classContent(const Comparison& comparison, const PairMeaning* meaning, int index);
/// Several classes: a group by its name, else how many they are; with the classes outside that are most like them.
InspectorContent classesContent(const Comparison& comparison, const PairMeaning* meaning, const std::set<int>& classes);
/// The whole shelf; `shelf` may be null, and then `blocked` says why it cannot be compared, if so.
InspectorContent shelfContent(const Shelf* shelf, const QString& blocked);

}  // namespace gf
