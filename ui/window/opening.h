// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

class QMimeData;

namespace gf {

/// What a path that was dropped or opened is taken for.
enum class OpenAs { Models, Data, Run, Study, Result };

/// A study (study.json or its folder), a run (a report with metrics.jsonl beside it), any other result (report.json or its folder), a data folder (train,
/// val or test inside, or IDX files), a packed file or a list of DomainNet, else models; a folder of Hugging Face's is
/// a model. Looks at names only, never deeper than one level (two in its cache), so that it answers at once.
OpenAs openAs(const QString& path);

/// The local files and folders that are being dragged.
QStringList localPaths(const QMimeData* mime);

/// Endings of checkpoints for a file dialog: "*.pt *.pth …".
QString checkpointPatterns();

}  // namespace gf
