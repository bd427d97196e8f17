// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFileInfo>
#include <QMimeData>
#include <QStringList>
#include <QUrl>

namespace gf {

/// The files of a drag, without folders.
inline QStringList droppedFiles(const QMimeData* mime) {
  QStringList files;
  for (const QUrl& url : mime->urls())
    if (url.isLocalFile() && !QFileInfo(url.toLocalFile()).isDir()) files << url.toLocalFile();
  return files;
}

}  // namespace gf
