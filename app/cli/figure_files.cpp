// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/figure_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <QApplication>
#include <QString>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <sstream>
#include <system_error>

#include "base/error.h"
#include "base/log.h"
#include "ui/report/report_pages.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr std::array kAllFormats{FigureFormat::Svg, FigureFormat::Pdf, FigureFormat::Png, FigureFormat::Csv,
                                 FigureFormat::Json};

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

/// Painting wants a Qt application; the offscreen platform needs no display. Made once, by the first command that
/// draws, and never destroyed: the theme and the fonts it serves live until the process ends.
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

void makeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) failRun(folder.string(), "the folder must be writable", error.message());
}

/// The folder under a name that Qt can take: it knows file names as text, and a path need not be valid text.
class NamedFolder {
 public:
  explicit NamedFolder(const std::filesystem::path& folder) : name_(folder.string()) {
    if (QString::fromStdString(name_).toStdString() == name_) return;
    descriptor_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0) failRun(name_, "the folder must be readable", std::strerror(errno));
    name_ = "/proc/self/fd/" + std::to_string(descriptor_);
  }
  ~NamedFolder() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  NamedFolder(const NamedFolder&) = delete;
  NamedFolder& operator=(const NamedFolder&) = delete;
  QString file(const std::string& name) const { return QString::fromStdString(name_ + "/" + name); }

 private:
  std::string name_;
  int descriptor_ = -1;
};

}  // namespace

std::vector<FigureFormat> parseFormats(const std::string& text) {
  std::vector<FigureFormat> formats;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const auto known = std::find_if(kAllFormats.begin(), kAllFormats.end(),
                                    [&](FigureFormat format) { return suffixOf(format) == "." + word; });
    if (known == kAllFormats.end()) failUsage("--format", "must be a list of svg, pdf, png, csv and json", word);
    formats.push_back(*known);
  }
  if (formats.empty()) failUsage("--format", "must be a list of svg, pdf, png, csv and json", "nothing");
  return formats;
}

void writeFigures(const std::vector<Figure>& figures, const std::filesystem::path& folder,
                  const std::vector<FigureFormat>& formats, const Control& control) {
  ensureApplication();
  makeFolder(folder);
  const NamedFolder named(folder);
  std::set<FigureFormat> all(formats.begin(), formats.end());
  all.insert({FigureFormat::Csv, FigureFormat::Json});
  Meter meter(control, "Drawing figures", static_cast<double>(figures.size()));
  for (std::size_t i = 0; i < figures.size(); ++i) {
    control.checkpoint();
    const Figure& figure = figures[i];
    const QSizeF size = naturalSize(figure);
    for (const FigureFormat format : all) exportFigure(figure, named.file(figure.id + suffixOf(format)), format, size);
    meter.update(static_cast<double>(i + 1));
  }
}

bool writeResult(const Result& result, const Control& control) {
  writeReport(result.folder, result.report, result.figures);
  try {
    writeFigures(result.figures, result.folder / "figures", {FigureFormat::Svg, FigureFormat::Png}, control);
  } catch (const Stopped&) {
    return false;
  }
  const NamedFolder named(result.folder);
  writeReportHtml(result, named.file("report.html"));
  return true;
}

int sayUndrawn(const std::filesystem::path& out, Terminal& terminal) {
  terminal.remark("Stopped while drawing; the report is whole. The figures: gainfinder figures " + out.string() +
                  " --out " + (out / "figures").string());
  return kStopped;
}

void writePages(const Result& result, const std::filesystem::path& folder) {
  ensureApplication();
  makeFolder(folder);
  const NamedFolder named(folder);
  writeReportHtml(result, named.file("report.html"));
  writeReportPdf(result, named.file("report.pdf"));
}

}  // namespace gf
