// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "semantics/word_senses.h"

namespace gf {

/// Senses that the user chose by hand, in a file that --semantics takes as well.
///
/// The file behind "wordnet:FILE"; for any other provider the program's own, in the user's configuration.
QString senseFile(const QString& provider);
/// What the file says; nothing where there is none. Throws gf::Error when it is damaged.
WordNetSettings readSenses(const QString& file);
/// Atomic. Throws gf::Error.
void writeSenses(const QString& file, const WordNetSettings& settings);
/// Who is asked with these settings: plain "wordnet" where nothing is by hand.
QString senseProvider(const QString& file, const WordNetSettings& settings);

}  // namespace gf
