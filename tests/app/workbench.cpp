// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/workbench.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QtTest>

namespace gf_test {

QJsonObject Outcome::json() const {
  QJsonParseError error{};
  const QJsonDocument document = QJsonDocument::fromJson(out, &error);
  return error.error == QJsonParseError::NoError && document.isObject() ? document.object() : QJsonObject();
}

QStringList Outcome::remarks() const {
  static const QRegularExpression progress("  \\d+ %(  .*)?$");
  QStringList lines = QString::fromUtf8(err).split('\n', Qt::SkipEmptyParts);
  lines.removeIf([](const QString& line) { return line.contains(progress); });
  return lines;
}

QByteArray Outcome::unlike(int wanted, const QStringList& said) const {
  if (crashed) return "crashed: " + err;
  if (exitCode != wanted) return "exit code " + QByteArray::number(exitCode) + ": " + err + out;
  for (const QString& part : said) {
    if (!err.contains(part.toUtf8())) return "without \"" + part.toUtf8() + "\": " + err;
  }
  return {};
}

AddExitRow exitRows() {
  QTest::addColumn<QString>("line");
  QTest::addColumn<int>("exitCode");
  QTest::addColumn<QStringList>("said");
  return [](const char* name, const QString& line, int exitCode, const QStringList& said) {
    QTest::newRow(name) << line << exitCode << said;
  };
}

Workbench::Workbench() : environment_(QProcessEnvironment::systemEnvironment()) {
  for (const char* variable : {"XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"}) {
    const QString place = path(QString::fromLatin1(variable).toLower());
    QDir().mkpath(place);
    environment_.insert(QString::fromLatin1(variable), place);
  }
  environment_.insert("OMP_NUM_THREADS", "1");
  environment_.insert("GAINFINDER_RESOURCES", GF_SOURCE "/resources");
  writeSmallData(path("data"), 90, 60);
}

QStringList Workbench::words(const QString& line) const {
  const QString models = QStringLiteral(GF_SOURCE "/tests/models/data");
  const std::pair<const char*, QString> places[] = {{"{student}", models + "/plain.pt"},
                                                    {"{teacher}", models + "/scripted.pt"},
                                                    {"{traced}", models + "/traced.pt"},
                                                    {"{data}", path("data")},
                                                    {"{sample}", QStringLiteral(GF_SOURCE "/resources/sample")},
                                                    {"{models}", models},
                                                    {"{bench}", folder_.path()}};
  QStringList words = line.split(' ', Qt::SkipEmptyParts);
  for (QString& word : words) {
    for (const auto& [name, place] : places) word.replace(QLatin1String(name), place);
  }
  return words;
}

std::unique_ptr<QProcess> Workbench::startProgram(const QString& program, const QStringList& arguments) const {
  auto process = std::make_unique<QProcess>();
  process->setProcessEnvironment(environment_);
  process->setWorkingDirectory(folder_.path());
  process->setStandardInputFile(QProcess::nullDevice());
  process->start(program, arguments);
  return process;
}

Outcome Workbench::run(const QStringList& arguments) {
  return finish(*start(arguments));
}

Outcome Workbench::shell(const QString& line) {
  return finish(*startShell(line));
}

Outcome Workbench::finish(QProcess& process) {
  constexpr int kMilliseconds = 120'000;
  Outcome outcome;
  const bool ended = process.state() == QProcess::NotRunning || process.waitForFinished(kMilliseconds);
  if (!ended) {
    process.kill();
    process.waitForFinished();
  }
  outcome.crashed = !ended || process.exitStatus() != QProcess::NormalExit;
  outcome.exitCode = process.exitCode();
  outcome.out = process.readAllStandardOutput();
  outcome.err = process.readAllStandardError();
  return outcome;
}

QString Workbench::check(const QStringList& arguments) const {
  QProcess process;
  process.setWorkingDirectory(folder_.path());
  process.setProcessChannelMode(QProcess::MergedChannels);
  process.start(GF_PYTHON, QStringList{GF_SOURCE "/tests/app/check_result.py"} + arguments);
  if (!process.waitForFinished(120'000)) return "the check did not end";
  const bool agrees = process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
  return agrees ? QString() : "it says: " + QString::fromUtf8(process.readAll());
}

QByteArray bytesOf(const QString& file) {
  QFile source(file);
  return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

void write(const QString& file, const QByteArray& bytes) {
  QDir().mkpath(QFileInfo(file).path());
  QFile target(file);
  if (!target.open(QIODevice::WriteOnly) || target.write(bytes) != bytes.size()) {
    qFatal("cannot write %s", qPrintable(file));
  }
}

QByteArray snapshot(const QString& folder) {
  QStringList files;
  QDirIterator each(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (each.hasNext()) files.append(each.next());
  files.sort();
  QByteArray all;
  for (const QString& file : files) all += file.toUtf8() + '\n' + bytesOf(file) + '\n';
  return all;
}

QByteArray idxBytes(const QList<int>& sizes, const QByteArray& values) {
  QByteArray bytes("\x00\x00\x08", 3);
  bytes += static_cast<char>(sizes.size());
  for (const int size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((size >> shift) & 0xFF);
  }
  return bytes + values;
}

void writeSmallData(const QString& folder, int training, int evaluation) {
  const auto part = [&](const QString& name, int count, quint32 seed) {
    QByteArray labels;
    for (int i = 0; i < count; ++i) labels += static_cast<char>(i % 3);
    write(folder + "/" + name + "-images-idx3-ubyte", idxBytes({count, 6, 6}, noise(seed, count * 36)));
    write(folder + "/" + name + "-labels-idx1-ubyte", idxBytes({count}, labels));
  };
  if (training > 0) part("train", training, 1);
  part("t10k", evaluation, 2);
  write(folder + "/classes.txt", "circle\nsquare\nstar\n");
}

QByteArray noise(quint32 seed, int count) {
  QByteArray bytes(count, '\0');
  quint32 state = seed * 2654435761U + 1;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

}  // namespace gf_test
