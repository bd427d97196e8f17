// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of Workspace share; no other file includes it.
#pragma once

#include <QFileInfo>
#include <QPointer>
#include <QTimer>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "jobs/sample.h"
#include "ui/workspace/label_map.h"
#include "ui/workspace/workspace.h"

namespace gf {

inline constexpr int kProgressMs = 100;

inline std::filesystem::path toPath(const QString& path) {
  return path.toStdString();
}
inline QString fromPath(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}
inline QString absolute(const QString& path) {
  return QFileInfo(path).absoluteFilePath();
}

/// A worker thread of its own. Preparing what is shown, reading files, importing models, going through data and
/// computing have one each, so that scanning a large folder does not hold up a comparison. What comes later is told of
/// first in the status bar.
enum Lane { Showing, Reading, Importing, Checking, Computing, LaneCount };

inline std::uint64_t publicId(Lane lane, std::uint64_t id) {
  return id * LaneCount + lane;
}

struct Workspace::Private {
  struct Waiting {
    std::function<void(const JobStatus&)> done;
    QPointer<QObject> context;
    bool guarded = false;
  };
  std::unique_ptr<JobRunner> runners[LaneCount];
  std::map<std::uint64_t, Waiting> waiting;  ///< By public id: what is queued or going on.
  QTimer progress;
  QString chosen[2];             ///< By Slot.
  QString wanted[2];             ///< To be chosen once they were read.
  std::set<QString> added;       ///< By the user, and not read yet.
  QStringList further;           ///< Teachers beside the slot's, in order; they count once they were read.
  std::optional<Sample> sample;  ///< Once it was opened.
  std::optional<std::vector<LabelMap>> labelMaps;  ///< Until models or data change: pages ask many times a second.
  bool compareWhenReady = false;
  std::uint64_t compareId = 0, dataId = 0, meaningId = 0, shelfId = 0;
  QString semantics;                    ///< As --semantics takes it.
  QStringList shelfAsked;               ///< Paths that the last result of the shelf was asked about.
  std::map<QString, QString> shelfFit;  ///< By path: why a usable model does not fit the data; empty: it does.

  QString& in(Slot slot) { return chosen[int(slot)]; }
  QString& wantedIn(Slot slot) { return wanted[int(slot)]; }
};

}  // namespace gf
