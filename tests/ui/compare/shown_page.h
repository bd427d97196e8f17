// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTest>

#include "comparison_fixture.h"
#include "ui/charts/figure_view.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/gallery_panel.h"
#include "ui/compare/sample_model.h"
#include "ui/compare/sample_zoom.h"
#include "ui/style/numbers.h"
#include "ui/workspace/workspace.h"

namespace gf {

inline const std::vector<std::string> kFashion{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                               "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

inline std::shared_ptr<const Comparison> ten() {
  static const auto made = makeComparison(10, 100, 28, kFashion);
  return made;
}

/// A page with a result, laid out as in a window.
struct Shown {
  Workspace workspace;
  ComparePage page{workspace};

  explicit Shown(std::shared_ptr<const Comparison> comparison = ten(), QSize size = {1000, 700}) {
    page.showComparison(std::move(comparison));
    page.resize(size);
    page.show();
    page.grab();
  }
  FigureView& outcomes() { return *page.findChild<FigureView*>(QStringLiteral("outcomes")); }
  QTableView& table() { return *page.findChild<QTableView*>(QStringLiteral("classTable")); }
  QString count() { return page.findChild<QLabel*>(QStringLiteral("galleryCount"))->text(); }
  QString expectedCount(std::int64_t images) { return tr2(images, ten()->knowledge[0].all.samples); }
  static QString tr2(std::int64_t some, std::int64_t all) {
    return QStringLiteral("%1 of %2 images").arg(countText(some), countText(all));
  }
};

/// A shown page with its gallery's parts by hand; the scores are there.
struct Images : Shown {
  explicit Images(std::shared_ptr<const Comparison> comparison = ten(), QSize size = {1000, 700})
      : Shown(std::move(comparison), size) {
    workspace.select({});
    if (!QTest::qWaitFor([&] { return model().scores() != nullptr; })) qFatal("no scores");
  }
  GalleryPanel& gallery() { return *page.findChild<GalleryPanel*>(); }
  QListView& list() { return *page.findChild<QListView*>(QStringLiteral("gallery")); }
  SampleModel& model() { return *qobject_cast<SampleModel*>(list().model()); }
  QComboBox& order() { return *page.findChild<QComboBox*>(QStringLiteral("galleryOrder")); }
  QPushButton& direction() { return *page.findChild<QPushButton*>(QStringLiteral("galleryDirection")); }
  QTableView& flips() { return *page.findChild<QTableView*>(QStringLiteral("flipTable")); }
  SampleZoom* zoom() { return page.findChild<SampleZoom*>(); }
  void showFlips() {
    for (auto* tabs : page.findChildren<QTabWidget*>()) tabs->setCurrentIndex(2);
    page.grab();
  }
  QPoint card(int row) { return list().visualRect(model().index(row)).center(); }
};

inline QPushButton* buttonWith(QWidget& parent, const QString& text) {
  for (QPushButton* each : parent.findChildren<QPushButton*>())
    if (each->text() == text) return each;
  return nullptr;
}

/// Rows for tests of how the page looks: few classes and many, a small page and a large one, both themes.
inline void addSizesAndThemes() {
  QTest::addColumn<int>("classes");
  QTest::addColumn<QSize>("size");
  QTest::addColumn<bool>("dark");
  for (const int classes : {10, 1000}) {
    for (const QSize size : {QSize(880, 640), QSize(1500, 940)}) {
      for (const bool dark : {false, true}) {
        const QString name = QStringLiteral("%1-%2-%3").arg(classes).arg(size.width()).arg(dark ? "dark" : "light");
        QTest::newRow(qPrintable(name)) << classes << size << dark;
      }
    }
  }
}

}  // namespace gf
