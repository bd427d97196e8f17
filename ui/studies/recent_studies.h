// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace gf {

/// Folders of studies that were open, the latest first (QSettings, group "studies").
QStringList recentStudies();
void rememberStudy(const QString& folder);

}  // namespace gf
