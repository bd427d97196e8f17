// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/figure_files.h"

#include <QApplication>
#include <QString>
#include <sstream>
#include <system_error>

#include "base/error.h"
#include "base/log.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

std::string suffixOf(FigureFormat format) {
  switch (format) {
    case FigureFormat::Svg:
      return ".svg";
    case FigureFormat::Pdf:
      return ".pdf";
    case FigureFormat::Png:
      return ".png";
    case FigureFormat::Csv:
      return ".csv";
    case FigureFormat::Json:
      break;
  }
  return ".json";
}

/// Painting wants a Qt application; the offscreen platform needs no display. Made once, by the first command that draws, and never
/// destroyed: the theme and the fonts it serves live until the process ends.
void ensureApplication() {
  if (QCoreApplication::instance()) return;
  qputenv("QT_QPA_PLATFORM", "offscreen");
  // Qt's remarks on a missing session (no XDG_RUNTIME_DIR) mean nothing to somebody who draws files.
  qInstallMessageHandler([](QtMsgType type, const QMessageLogContext&, const QString& text) {
    if (type == QtCriticalMsg || type == QtFatalMsg) logLine(LogLevel::Error, text.toStdString());
  });
  static int count = 1;
  static char name[] = "gainfinder";
  static char* arguments[] = {name, nullptr};
  static auto* application = new QApplication(count, arguments);
  Q_UNUSED(application);
  Theme::instance().apply(ThemeChoice::Light);
}

}  // namespace

std::vector<FigureFormat> parseFormats(const std::string& text) {
  std::vector<FigureFormat> formats;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "svg") {
      formats.push_back(FigureFormat::Svg);
    } else if (word == "pdf") {
      formats.push_back(FigureFormat::Pdf);
    } else if (word == "png") {
      formats.push_back(FigureFormat::Png);
    } else {
      failUsage("--format", "must be a list of svg, pdf and png", word);
    }
  }
  if (formats.empty()) failUsage("--format", "must be a list of svg, pdf and png", "nothing");
  return formats;
}

void writeFigures(const std::vector<Figure>& figures, const std::filesystem::path& folder,
                  const std::vector<FigureFormat>& formats) {
  ensureApplication();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) failRun(folder.string(), "the folder must be writable", error.message());
  std::vector<FigureFormat> all = formats;
  all.insert(all.end(), {FigureFormat::Csv, FigureFormat::Json});
  for (const auto& figure : figures) {
    for (const FigureFormat format : all) {
      exportFigure(figure, QString::fromStdString((folder / (figure.id + suffixOf(format))).string()), format);
    }
  }
}

}  // namespace gf
