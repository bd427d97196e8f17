// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/opening.h"

#include <QDir>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

#include "models/weight_files.h"

namespace gf {
namespace {

const QStringList kEndings{QStringLiteral("*.pt"), QStringLiteral("*.pth"), QStringLiteral("*.ts"),
                           QStringLiteral("*.torchscript")};

const QString kStudyFile = QStringLiteral("study.json");

const QStringList kWeights{QStringLiteral("*.safetensors"), QStringLiteral("*.bin")};

bool hasCheckpoints(const QDir& folder) {
  return !folder.entryList(kEndings, QDir::Files).isEmpty();
}

bool isRun(const QDir& folder) {
  return folder.exists(QStringLiteral("metrics.jsonl"));
}

bool looksLikeData(const QDir& folder) {
  for (const auto* name : {"train", "val", "test"})
    if (QFileInfo(folder.filePath(QLatin1String(name))).isDir()) return true;
  const QStringList idx{QStringLiteral("*-ubyte"), QStringLiteral("*-ubyte.gz")};
  return !folder.entryList(idx, QDir::Files).isEmpty();
}

/// One of the two lists of a domain of DomainNet: "infograph_test.txt" beside the folder "infograph".
bool isDomainList(const QFileInfo& file) {
  for (const char* ending : {"_train.txt", "_test.txt"}) {
    if (!file.fileName().endsWith(QLatin1String(ending), Qt::CaseInsensitive)) continue;
    const QString domain = file.fileName().chopped(qsizetype(qstrlen(ending)));
    if (!domain.isEmpty() && file.dir().exists(domain)) return true;
  }
  return false;
}

}  // namespace

OpenAs openAs(const QString& path) {
  const QFileInfo info(path);
  if (!info.isDir()) {
    if (isDomainList(info) || info.suffix().compare(QLatin1String("gfpack"), Qt::CaseInsensitive) == 0)
      return OpenAs::Data;
    if (info.suffix().compare(QLatin1String("json"), Qt::CaseInsensitive) != 0) return OpenAs::Models;
    if (info.fileName() == kStudyFile) return OpenAs::Study;
    return isRun(info.dir()) ? OpenAs::Run : OpenAs::Result;
  }
  const QDir folder(path);
  if (folder.exists(kStudyFile)) return OpenAs::Study;
  if (folder.exists(QStringLiteral("report.json"))) return isRun(folder) ? OpenAs::Run : OpenAs::Result;
  if (!weightsIn(path.toStdString()).empty()) return OpenAs::Models;
  if (looksLikeData(folder)) return OpenAs::Data;
  if (hasCheckpoints(folder)) return OpenAs::Models;
  for (const QString& inner : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
    if (hasCheckpoints(QDir(folder.filePath(inner)))) return OpenAs::Models;
  // Neither is sure: the reader of data says what it misses, a shelf scan would just find nothing.
  return OpenAs::Data;
}

QStringList localPaths(const QMimeData* mime) {
  QStringList paths;
  if (!mime) return paths;
  for (const QUrl& url : mime->urls())
    if (url.isLocalFile()) paths << url.toLocalFile();
  return paths;
}

QString checkpointPatterns() {
  return (kEndings + kWeights).join(u' ');
}

}  // namespace gf
