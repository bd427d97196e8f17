// SPDX-License-Identifier: GPL-3.0-or-later
// What the window's tests share: a clean slate, the shipped models, and files that are no models.
#pragma once

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf::testing {

/// The first look at a checkpoint starts a process that loads LibTorch.
inline constexpr int kPatienceMs = 120000;

/// Nothing of an earlier run: settings, run history and stored predictions are removed. The folders are the test's own
/// (see gf_ui_test).
inline void startClean() {
  qputenv("GAINFINDER_PROGRAM", GF_TEST_PROGRAM);
  QCoreApplication::setOrganizationName(QStringLiteral("gainfinder"));
  QCoreApplication::setApplicationName(QStringLiteral("Gainfinder"));
  QSettings().clear();
  for (const char* variable : {"XDG_DATA_HOME", "XDG_CACHE_HOME"}) {
    const QString folder = qEnvironmentVariable(variable);
    if (!folder.isEmpty()) QDir(folder + QStringLiteral("/gainfinder")).removeRecursively();
  }
}

inline QString resource(const QString& path) {
  return QStringLiteral(GF_SOURCE_RESOURCES "/") + path;
}
inline QString sampleModel(const QString& stem) {
  return resource(QStringLiteral("sample/shelf/%1.pt").arg(stem));
}
inline QString sampleData() {
  return resource(QStringLiteral("sample/fashion-slice"));
}

inline QString writeFile(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) return {};
  return path;
}

/// The first half of a file of the sample.
inline QString truncated(const QTemporaryDir& folder, const QString& stem) {
  QFile file(sampleModel(stem));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return writeFile(folder.filePath(stem + QStringLiteral("-half.pt")), file.read(file.size() / 2));
}

inline bool allRead(Workspace& workspace) {
  for (const ShelfModel::Row& row : workspace.shelf().rows())
    if (row.pending) return false;
  return true;
}

/// Adds models and waits until all are read.
inline bool addAndRead(Workspace& workspace, const QStringList& paths) {
  workspace.addModels(paths);
  return QTest::qWaitFor([&] { return allRead(workspace); }, kPatienceMs);
}

inline bool openAndRead(Workspace& workspace, const QString& data) {
  workspace.openData(data);
  return QTest::qWaitFor([&] { return !workspace.openingData(); }, kPatienceMs);
}

}  // namespace gf::testing
