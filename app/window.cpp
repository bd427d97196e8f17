// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QLocale>
#include <QTimer>
#include <QTranslator>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "app/cli/commands.h"
#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "ui/style/theme.h"
#include "ui/window/main_window.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

bool hasDisplay() {
  const auto isSet = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  };
  return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM");
}

/// One catch-all at the event loop: what a slot let through is told, and the window stays up.
class Application final : public QApplication {
 public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override {
    try {
      return QApplication::notify(receiver, event);
    } catch (const std::exception& error) {
      logLine(LogLevel::Error, error.what());
    }
    return false;
  }
};

int openWindow(const QCommandLineParser& parser, const QCommandLineOption& openSample) {
  QTranslator translator;
  const QString folder = QString::fromStdString((resourceFolder() / "translations").string());
  if (translator.load(QLocale(), QStringLiteral("gainfinder"), QStringLiteral("_"), folder)) {
    QCoreApplication::installTranslator(&translator);
  }
  Workspace workspace;
  MainWindow window(workspace);
  window.show();
  if (parser.isSet(openSample)) {
    QTimer::singleShot(0, &workspace, &Workspace::openSample);
  } else if (const QStringList paths = parser.positionalArguments(); !paths.isEmpty()) {
    QTimer::singleShot(0, &window, [&window, paths] { window.openPaths(paths); });
  }
  return QApplication::exec();
}

}  // namespace

bool wantsWindow(int count, char** arguments) {
  if (count < 2) return true;
  if (isCommand(arguments[1])) return false;
  const std::string_view first = arguments[1];
  return first == "--open-sample" || first == "-platform" || first == "-style" || std::filesystem::exists(first);
}

int runWindow(int count, char** arguments) {
  const std::string_view last = arguments[count - 1];
  if (!hasDisplay() && last != "offscreen") {
    std::fputs("gainfinder: the window needs a display; without one use a subcommand, see gainfinder --help\n", stderr);
    return kWrongUsage;
  }
  Application application(count, arguments);
  QCoreApplication::setApplicationName(QStringLiteral("Gainfinder"));
  QCoreApplication::setOrganizationName(QStringLiteral("gainfinder"));
  QCoreApplication::setApplicationVersion(QStringLiteral(GAINFINDER_VERSION));
  QCommandLineParser parser;
  const QCommandLineOption openSample(QStringLiteral("open-sample"));
  parser.addOption(openSample);
  parser.addPositionalArgument(QStringLiteral("paths"), QStringLiteral("Models, data folders or results to open"));
  parser.process(application);
  try {
    return openWindow(parser, openSample);
  } catch (const Error& error) {
    std::fputs(("gainfinder: " + std::string(error.what()) + "\n").c_str(), stderr);
    return exitCodeOf(error.kind());
  }
}

}  // namespace gf
