// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstddef>

#include "options/transfer_options.h"

namespace gf {

/// The objective of these options as a formula in rich text, with their numbers filled in. `teachers`: how many there
/// are; several at once make a sum over them.
QString objectiveFormula(const TransferOptions& options, std::size_t teachers = 1);
/// The same in a few sentences, for people and screen readers: whom samples follow, what restricts or smooths the
/// terms, how several teachers come together.
QString objectiveSentence(const TransferOptions& options, std::size_t teachers = 1);

}  // namespace gf
