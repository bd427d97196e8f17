// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "jobs/meaning_job.h"

class QWidget;

namespace gf {

/// What was asked, what people should know of the answer, and which senses were taken, as plain text.
QString meaningText(const PairMeaning& meaning);

/// The same in a dialog, to be read, selected and copied.
void showMeaningDetails(const PairMeaning& meaning, QWidget* parent);

}  // namespace gf
