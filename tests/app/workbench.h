// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <memory>

namespace gf_test {

/// How one run of the program ended.
struct Outcome {
  bool crashed = false;  ///< By a signal, or it had to be ended.
  int exitCode = -1;
  QByteArray out, err;
  /// stdout as the one JSON object it must be; empty when it is anything else.
  QJsonObject json() const;
  /// Lines of stderr but for the progress of long work, which a slow machine shows and a quick one does not.
  QStringList remarks() const;
  /// What is unlike this end with all of that said on stderr; empty when nothing is.
  QByteArray unlike(int exitCode, const QStringList& said) const;
};

/// Columns "line", "exitCode" and "said" for a test of how command lines end, and what adds a row to them.
using AddExitRow = void (*)(const char* name, const QString& line, int exitCode, const QStringList& said);
AddExitRow exitRows();

/// A folder of its own with everything that a run of the program touches: caches, small data and models, results.
class Workbench {
 public:
  Workbench();

  /// A path below the folder.
  QString path(const QString& name) const { return folder_.filePath(name); }
  /// Replaces {student}, {teacher}, {traced}, {data}, {sample}, {models} and {bench} in words separated by blanks.
  QStringList words(const QString& line) const;
  Outcome run(const QStringList& arguments);
  Outcome run(const QString& line) { return run(words(line)); }
  /// Started and not waited for.
  std::unique_ptr<QProcess> start(const QStringList& arguments) { return startProgram(GF_PROGRAM, arguments); }
  std::unique_ptr<QProcess> start(const QString& line) { return start(words(line)); }
  /// A line in a shell, as a user pastes it.
  Outcome shell(const QString& line);
  std::unique_ptr<QProcess> startShell(const QString& line) { return startProgram("bash", {"-c", line}); }
  /// Its end; ends it by force after two minutes.
  static Outcome finish(QProcess& process);
  void setEnvironment(const QString& name, const QString& value) { environment_.insert(name, value); }
  void clearEnvironment(const QString& name) { environment_.remove(name); }
  /// check_result.py with these arguments; empty when it agrees, else what it said.
  QString check(const QStringList& arguments) const;

 private:
  std::unique_ptr<QProcess> startProgram(const QString& program, const QStringList& arguments) const;
  QTemporaryDir folder_;
  QProcessEnvironment environment_;
};

QByteArray bytesOf(const QString& file);
void write(const QString& file, const QByteArray& bytes);
/// Every file below `folder` with its bytes, in one order: equal before and after means untouched.
QByteArray snapshot(const QString& folder);
/// An IDX file of unsigned bytes.
QByteArray idxBytes(const QList<int>& sizes, const QByteArray& values);
/// IDX data of 6 × 6 images with the classes circle, square and star; the same every time.
void writeSmallData(const QString& folder, int training, int evaluation);
/// Bytes that look random and are the same for the same seed.
QByteArray noise(quint32 seed, int count);

}  // namespace gf_test
