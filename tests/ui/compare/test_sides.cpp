// SPDX-License-Identifier: GPL-3.0-or-later
// The page's two sides: a pair and the whole shelf. Its actions act on the side in view.
#include <QAction>
#include <QClipboard>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "jobs/meaning_job.h"
#include "jobs/shelf_job.h"
#include "shown_page.h"
#include "tests/ui/workspace/support.h"
#include "ui/compare/class_panel.h"
#include "ui/compare/meaning_panel.h"
#include "ui/compare/segments.h"
#include "ui/shelf/shelf_view.h"
#include "ui/style/theme.h"

using namespace gf;
using namespace gf::testing;

class TestSides : public QObject {
  Q_OBJECT

  static Segments& sides(ComparePage& page) { return *page.findChild<Segments*>(QStringLiteral("compareSides")); }

 private slots:
  void init() {
    startClean();
    Theme::instance().apply(ThemeChoice::Light);
  }

  void segmentsGoByKeyboard() {
    Segments segments(QStringLiteral("Sides"));
    for (const char* name : {"One", "Two", "Three"}) segments.add(QLatin1String(name), {});
    segments.show();
    QVERIFY(QTest::qWaitForWindowActive(&segments));
    QSignalSpy chosen(&segments, &Segments::chosen);
    QCOMPARE(segments.current(), 0);
    segments.button(0).setFocus();
    QTest::keyClick(&segments.button(0), Qt::Key_Right);
    QCOMPARE(segments.current(), 1);
    QTest::keyClick(&segments.button(1), Qt::Key_Right);
    QTest::mouseClick(&segments.button(0), Qt::LeftButton);
    QCOMPARE(chosen.size(), 3);
    segments.setCurrent(2);
    QCOMPARE(segments.current(), 2);
    QCOMPARE(chosen.size(), 3);
  }

  void actionsFollowTheSide() {
    Shown shown;
    QAction* primary = shown.page.primaryAction();
    QPushButton* list = buttonWith(shown.page, QStringLiteral("Export image list…"));
    QVERIFY(list->isVisible());
    QVERIFY(shown.page.exportAction()->isEnabled());
    QTest::mouseClick(&sides(shown.page).button(1), Qt::LeftButton);
    QCOMPARE(primary->text(), QStringLiteral("Compare the shelf"));
    QCOMPARE(primary->toolTip(), shown.workspace.shelfBlocked());
    QVERIFY(!primary->isEnabled());
    QVERIFY(!list->isVisible());
    QVERIFY(!shown.page.exportAction()->isEnabled());
    QVERIFY(!shown.page.exportAction()->toolTip().isEmpty());
    QVERIFY(!shown.page.focusFilter());
    QVERIFY(shown.page.findChild<ShelfView*>()->isVisible());
    QTest::mouseClick(&sides(shown.page).button(0), Qt::LeftButton);
    QCOMPARE(primary->text(), QStringLiteral("Compare"));
    QVERIFY(shown.page.exportAction()->isEnabled());
  }

  void aPairOfTheShelfIsCompared() {
    Workspace workspace;
    ComparePage page(workspace);
    page.resize(1000, 700);
    page.show();
    workspace.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison() && allRead(workspace), kPatienceMs);
    QTest::mouseClick(&sides(page).button(1), Qt::LeftButton);
    QVERIFY2(page.primaryAction()->isEnabled(), qPrintable(page.primaryAction()->toolTip()));
    page.primaryAction()->trigger();
    QVERIFY(workspace.comparingShelf());
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.comparingShelf(), kPatienceMs);
    QVERIFY(workspace.shelfResult());
    QCOMPARE(page.inspector().rows.front().value, QString::number(workspace.shelfResult()->models.size()));
    QVERIFY(page.exportAction()->isEnabled());
    buttonWith(page, QStringLiteral("Copy command line"))->click();
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("--shelf")));

    const auto before = workspace.comparison();
    emit page.findChild<ShelfView*>()->pairRequested(sampleModel("all-mixer"), sampleModel("all-mlp"));
    QCOMPARE(sides(page).current(), 0);
    QCOMPARE(workspace.pathIn(Slot::Teacher), sampleModel("all-mixer"));
    QCOMPARE(workspace.pathIn(Slot::Student), sampleModel("all-mlp"));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison() && workspace.comparison() != before, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.askingMeaning(), kPatienceMs);
    // The answer reaches the page, whoever was asked.
    QCOMPARE(page.findChild<ClassPanel*>()->meaning().meaning(), workspace.meaning());
    buttonWith(page, QStringLiteral("Copy command line"))->click();
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("--semantics ") + workspace.semantics()));
  }

  void aFailureIsSaidInItsPlace() {
    Workspace workspace;
    ComparePage page(workspace);
    page.resize(1000, 700);
    page.show();
    workspace.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison() && allRead(workspace), kPatienceMs);
    auto* panel = page.findChild<ClassPanel*>();
    panel->setTab(ClassPanel::ByMeaning);
    auto* provider = page.findChild<QComboBox*>(QStringLiteral("provider"));
    workspace.setSemantics(QStringLiteral("file:/nowhere/vectors.npy"));
    QVERIFY(buttonWith(panel->meaning(), QStringLiteral("Cancel"))->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(workspace.meaningProblem(), kPatienceMs);
    const auto* text = page.findChild<QLabel*>(QStringLiteral("meaningText"));
    QVERIFY(text->isVisible() && text->text().contains(QStringLiteral("/nowhere/vectors.npy")));
    QVERIFY(text->textInteractionFlags() & Qt::TextSelectableByMouse);
    QCOMPARE(provider->currentData().toString(), workspace.semantics());
    QVERIFY(page.exportAction()->isEnabled());
    // Another one is chosen in the same place, and what failed can be gone back to.
    provider->setCurrentIndex(provider->findData(QStringLiteral("head")));
    emit provider->activated(provider->currentIndex());
    QTRY_VERIFY_WITH_TIMEOUT(workspace.meaning(), kPatienceMs);
    QVERIFY(!text->isVisible());
    QVERIFY(panel->meaning().figure());
    QVERIFY(provider->findData(QStringLiteral("file:/nowhere/vectors.npy")) >= 0);
  }
};

QTEST_MAIN(TestSides)
#include "test_sides.moc"
