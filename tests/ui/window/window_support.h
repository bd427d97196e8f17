// SPDX-License-Identifier: GPL-3.0-or-later
// What tests that drive the whole window share.
#pragma once

#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QTest>
#include <QUrl>

#include "ui/window/main_window.h"

namespace gf::testing {

/// Files dragged from elsewhere and dropped on `target`, which must take them.
inline void dropOn(QWidget* target, const QStringList& paths) {
  QMimeData mime;
  QList<QUrl> urls;
  for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
  mime.setUrls(urls);
  QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(target, &enter);
  QVERIFY(enter.isAccepted());
  QDropEvent drop(QPoint(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(target, &drop);
}

/// Shows the window and gives it the keyboard.
inline bool activate(MainWindow& window) {
  window.resize(1280, 800);
  window.show();
  return QTest::qWaitForWindowActive(&window);
}

}  // namespace gf::testing
