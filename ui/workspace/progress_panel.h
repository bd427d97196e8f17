// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace gf {

struct JobStatus;

/// What stands in the place of a result while there is none: what to do next, how far it is, or why it failed, with
/// the buttons that go with it in a row below.
class ProgressPanel : public QWidget {
  Q_OBJECT
 public:
  /// `name` begins the object names of heading and text ("shelfHeading"); `progress` is what a screen reader calls the
  /// bar.
  ProgressPanel(const QString& name, const QString& progress, QWidget* parent = nullptr);
  QString text() const;

 protected:
  void addButton(QPushButton* button);
  /// Words without a bar; a failure's heading is in the colour of danger.
  void say(const QString& heading, const QString& text, bool failed = false);
  /// The bar below a heading; showProgress() fills it.
  void sayGoing(const QString& heading);
  /// `fallback` stands for a stage without a name. With `oneLongStep` nobody knows how far the work is before its first
  /// step is done, and the bar says so.
  void showProgress(const JobStatus& status, const QString& fallback, bool oneLongStep = false);

 private:
  QLabel *heading_, *text_, *left_;
  QProgressBar* bar_;
  QBoxLayout* buttons_;
};

}  // namespace gf
