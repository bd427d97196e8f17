// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>

#include "ui/fit/fit_setup.h"

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace gf {
class FigureView;
class FitForm;
class FitSession;
class Workspace;

/// Trains a model of the shelf with the labels of the open data: what is asked on the left, what will happen and how it
/// goes on the right. The fitted model joins the shelf; after a domain shift it takes the teacher's slot. The dialog
/// does not block the window.
class FitDialog final : public QDialog {
  Q_OBJECT
 public:
  explicit FitDialog(Workspace& workspace, QWidget* parent = nullptr);
  ~FitDialog() override;

  /// Shows it for this model; while one is being fitted it shows that.
  void openFor(const QString& model);
  bool going() const;
  /// Whether the program may leave now. While a model is fitted it asks, and leaveAllowed() follows once the fit has
  /// stopped.
  bool mayLeave();

 public slots:
  void reject() override;

 signals:
  void leaveAllowed();

 private:
  QWidget* makeLeft();
  QWidget* makeRight();
  void makeButtons();
  FitRequest request() const;
  void chooseFolder();
  void copyCommand();
  void start();
  void stop(bool discard);
  void refresh();
  void showGoing();
  void finish();
  void sayAfterwards(const QString& file);

  Workspace& workspace_;
  FitSession* session_;
  QString model_, folder_;
  bool ownFolder_ = false;  ///< `folder_` is the user's; else a fresh one is proposed.
  bool leaving_ = false;
  FitForm* form_;
  QLabel *title_, *plan_, *state_;
  QLineEdit* out_;
  QProgressBar* bar_;
  FigureView* course_;
  QPushButton *browse_, *copy_, *fit_, *keep_, *discard_, *close_;
};

}  // namespace gf
