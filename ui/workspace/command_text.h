// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace gf {

/// Words as one line that a POSIX shell reads back as the same words.
QString commandText(const QStringList& words);

}  // namespace gf
