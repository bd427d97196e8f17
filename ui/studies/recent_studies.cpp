// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/recent_studies.h"

#include <QFileInfo>
#include <QSettings>

namespace gf {
namespace {

constexpr auto kKey = "studies/recent";
constexpr qsizetype kMost = 10;

}  // namespace

QStringList recentStudies() {
  QStringList folders;
  for (const QString& folder : QSettings().value(kKey).toStringList().mid(0, kMost))
    if (QFileInfo(folder).isAbsolute()) folders << folder;
  return folders;
}

void rememberStudy(const QString& folder) {
  QStringList folders = recentStudies();
  folders.removeAll(folder);
  folders.prepend(folder);
  QSettings().setValue(kKey, QStringList(folders.mid(0, kMost)));
}

}  // namespace gf
