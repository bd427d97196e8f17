// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <vector>

#include "jobs/compare_job.h"

namespace gf {

/// Words as one line that a POSIX shell reads back as the same words.
QString commandText(const QStringList& words);

/// The words that give a command the metadata which the user supplied for these models: they are written to a file
/// named after `stem` in the user's data folder. No words where nothing was supplied. Throws Error(Run) when the file
/// cannot be written.
QStringList metadataWords(const std::vector<ModelChoice>& models, const std::string& stem);

}  // namespace gf
