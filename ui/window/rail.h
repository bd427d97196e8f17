// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QList>
#include <QStringList>
#include <QWidget>

namespace gf {

/// One numbered entry of the rail.
class RailButton final : public QAbstractButton {
  Q_OBJECT
 public:
  RailButton(int number, const QString& text, QWidget* parent = nullptr);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  int number_;
};

/// The pages in working order, at the left edge; up and down move between them.
class Rail final : public QWidget {
  Q_OBJECT
 public:
  explicit Rail(const QStringList& pages, QWidget* parent = nullptr);
  void setCurrent(int page);
  int current() const;

 signals:
  void chosen(int page);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QList<RailButton*> buttons_;
};

}  // namespace gf
