// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QComboBox;
class QPushButton;

namespace gf {

/// Who is asked what the classes mean, for people: "WordNet", "CLIP text encoder: clip-base".
QString providerText(const QString& provider);

/// Chooses who is asked what the classes mean, and leads to what was answered.
class ProviderBar final : public QWidget {
  Q_OBJECT
 public:
  explicit ProviderBar(QWidget* parent = nullptr);
  /// As --semantics takes it.
  void setProvider(const QString& provider);
  /// Empty when there are details to show; else why not.
  void setDetailsBlocked(const QString& reason);

 signals:
  void providerChosen(const QString& provider);
  void sensesRequested();
  void detailsRequested();

 private:
  void fill();
  void chosen(int index);
  QString askForPath(const QString& kind);

  QComboBox* combo_;
  QPushButton *senses_, *details_;
  QString provider_;
  QStringList used_;  ///< Folders and files of this session: going back to one asks nothing.
};

}  // namespace gf
