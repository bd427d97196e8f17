// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "options/transfer_options.h"

namespace gf {

/// The objective of these options as a formula in rich text, with their numbers filled in.
QString objectiveFormula(const TransferOptions& options);
/// The same in one sentence, for people and screen readers.
QString objectiveSentence(const TransferOptions& options);

}  // namespace gf
