// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_batch.h"

#include <QDir>
#include <QFileInfo>
#include <exception>

#include "base/error.h"
#include "ui/figures/sheet_view.h"

namespace gf {

QString suffixOf(FigureFormat format) {
  switch (format) {
    case FigureFormat::Svg:
      return QStringLiteral("svg");
    case FigureFormat::Pdf:
      return QStringLiteral("pdf");
    case FigureFormat::Png:
      return QStringLiteral("png");
    case FigureFormat::Csv:
      return QStringLiteral("csv");
    case FigureFormat::Json:
      break;
  }
  return QStringLiteral("json");
}

FigureBatch::FigureBatch(QObject* parent) : QObject(parent) {
  timer_.setInterval(0);
  connect(&timer_, &QTimer::timeout, this, &FigureBatch::writeNext);
}

void FigureBatch::start(BatchRequest request) {
  request_ = std::move(request);
  files_.clear();
  next_ = 0;
  for (std::size_t part = 0; part < request_.parts.size(); ++part)
    for (std::size_t figure = 0; figure < request_.parts[part].result->figures.size(); ++figure)
      for (const FigureFormat format : request_.formats) files_.push_back({part, figure, format});
  timer_.start();
  emit progressed(0, total());
}

void FigureBatch::cancel() {
  if (!going()) return;
  timer_.stop();
  emit finished({});
}

void FigureBatch::writeNext() {
  if (next_ >= total()) {
    timer_.stop();
    emit finished({});
    return;
  }
  try {
    writeFile(files_[static_cast<std::size_t>(next_)]);
  } catch (const std::exception& error) {
    timer_.stop();
    emit finished(QString::fromUtf8(error.what()));
    return;
  }
  emit progressed(++next_, total());
}

void FigureBatch::writeFile(const File& file) {
  const BatchRequest::Part& part = request_.parts[file.part];
  const Figure& figure = part.result->figures[file.figure];
  const QString folder = QDir(request_.folder).filePath(part.folder);
  if (!QDir().mkpath(folder)) {
    failRun(folder.toStdString(), "the folder must be made", "a refusal of the system",
            "Choose a folder in which you may write");
  }
  const QString name = QDir(folder).filePath(QString::fromStdString(figure.id) + u'.' + suffixOf(file.format));
  exportFigure(figure, name, file.format, {request_.widthMm, suitedHeight(figure, request_.widthMm)});
}

}  // namespace gf
