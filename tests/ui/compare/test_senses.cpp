// SPDX-License-Identifier: GPL-3.0-or-later
// Which sense of a class name counts: chosen by hand, kept in a file, heard by the window and the command line alike.
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include "base/error.h"
#include "meaning_fixture.h"
#include "shown_page.h"
#include "ui/compare/compare_export.h"
#include "ui/compare/sense_dialog.h"
#include "ui/compare/sense_model.h"
#include "ui/compare/sense_store.h"
#include "ui/style/theme.h"

using namespace gf;

class TestSenses : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() {
    QCoreApplication::setOrganizationName(QStringLiteral("gainfinder"));
    QCoreApplication::setApplicationName(QStringLiteral("Gainfinder"));
    Theme::instance().apply(ThemeChoice::Light);
  }
  void init() { QFile::remove(senseFile(QStringLiteral("wordnet"))); }
  void sensesAreModelled();
  void sensesAreKept();
  void aWrongSenseIsRefused();
  void aDamagedFileIsSaid();

 private:
  SmallWordNet net_;
};

void TestSenses::sensesAreModelled() {
  SenseModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.show(kThings, {}, {});
  model.setWordNet(std::make_shared<WordNet>(gf_test::smallWordNet()));
  const auto sense = [&](const char* name) { return model.index(thing(name), SenseModel::Sense); };
  QVERIFY(sense("crane").data().toString().startsWith("crane.n.01"));
  QVERIFY(sense("crane").data(SenseModel::UncertainRole).toBool());
  QVERIFY(!sense("dog").data(SenseModel::UncertainRole).toBool());
  QVERIFY(sense("quuxly").data(SenseModel::UncertainRole).toBool());
  QCOMPARE(model.options(thing("crane")).size(), std::size_t(3));  // as found, and two senses
  QVERIFY(model.setData(sense("crane"), QStringLiteral("crane.n.02"), Qt::EditRole));
  QVERIFY(sense("crane").data().toString().startsWith("crane.n.02"));
  QCOMPARE(sense("crane").siblingAtColumn(SenseModel::Why).data().toString(), QStringLiteral("by hand"));
  QVERIFY(!sense("crane").data(SenseModel::UncertainRole).toBool());
  // A word stands for its first sense; nothing takes the choice back.
  QVERIFY(model.setData(sense("quuxly"), QStringLiteral("birds"), Qt::EditRole));
  QVERIFY(sense("quuxly").data().toString().startsWith("bird.n.01"));
  QCOMPARE(model.handCount(), 2);
  QVERIFY(model.setData(sense("quuxly"), QString(), Qt::EditRole));
  QCOMPARE(model.handCount(), 1);
  model.reset();
  QCOMPARE(model.handCount(), 0);
  QVERIFY(sense("crane").data().toString().startsWith("crane.n.01"));

  SenseFilter filter;
  filter.setSourceModel(&model);
  filter.setUncertainOnly(true);
  QCOMPARE(filter.rowCount(), 2);
  filter.setText(QStringLiteral("LIFTS"));
  QCOMPARE(filter.rowCount(), 1);
  filter.setUncertainOnly(false);
  filter.setText(QStringLiteral("machine"));
  QCOMPARE(filter.rowCount(), 1);
}

void TestSenses::sensesAreKept() {
  Shown shown(things());
  Workspace& workspace = shown.workspace;
  const auto before = meaningOf(*things(), "wordnet");
  SenseDialog dialog(workspace, *things(), nullptr, &shown.page);
  QSignalSpy read(&dialog, &SenseDialog::netRead);
  dialog.show();
  QTRY_COMPARE(read.size(), 1);
  const QModelIndex crane = dialog.model().index(thing("crane"), SenseModel::Sense);
  // As a user does it: F2 opens the list, the arrow keys go down, Enter takes the sense.
  const QModelIndex cell = static_cast<QSortFilterProxyModel*>(dialog.table().model())->mapFromSource(crane);
  dialog.table().setCurrentIndex(cell);
  dialog.table().edit(cell);
  auto* editor = dialog.table().findChild<QComboBox*>();
  QVERIFY(editor);
  QCOMPARE(editor->count(), 3);
  QTest::keyClick(editor, Qt::Key_Down);
  QTest::keyClick(editor, Qt::Key_Down);
  QCOMPARE(dialog.model().handCount(), 0);
  QTest::keyClick(editor, Qt::Key_Return);
  QTRY_COMPARE(dialog.model().handCount(), 1);
  dialog.accept();
  const QString provider = workspace.semantics();
  QVERIFY2(provider.startsWith("wordnet:"), qPrintable(provider));
  // The file is one that the command line takes, and the groups are others.
  QCOMPARE(readWordNetSettings(provider.mid(8).toStdString()).senses.at("crane"), std::string("crane.n.02"));
  const auto after = meaningOf(*things(), provider.toStdString());
  const auto likeness = [&](const PairMeaning& meaning) {
    return meaning.classes.semantics.between(std::size_t(thing("crane")), std::size_t(thing("bird")));
  };
  QVERIFY(likeness(*after) > likeness(*before));
  QVERIFY(after->json["groups"] != before->json["groups"]);
  QVERIFY(compareCommand(workspace).contains(QStringLiteral("--semantics ") + provider));

  // Another dialog, as after a restart, knows it; reset takes it back.
  SenseDialog again(workspace, *things(), std::make_shared<WordNet>(gf_test::smallWordNet()), &shown.page);
  QCOMPARE(again.model().handCount(), 1);
  again.model().reset();
  again.accept();
  QCOMPARE(workspace.semantics(), QStringLiteral("wordnet"));
}

void TestSenses::aWrongSenseIsRefused() {
  SenseModel model;
  model.show(kThings, {}, {{"dog", "unicorn.n.09"}});
  model.setWordNet(std::make_shared<WordNet>(gf_test::smallWordNet()));
  QSignalSpy refused(&model, &SenseModel::refused);
  const QModelIndex dog = model.index(thing("dog"), SenseModel::Sense);
  QVERIFY(dog.data().toString().contains("unicorn.n.09"));
  QVERIFY(!model.setData(dog, QStringLiteral("zxcv"), Qt::EditRole));
  QCOMPARE(refused.size(), 1);
  QVERIFY(model.setData(dog, QString(), Qt::EditRole));
  QVERIFY(dog.data().toString().startsWith("dog.n.01"));
}

void TestSenses::aDamagedFileIsSaid() {
  QTemporaryDir folder;
  const QString file = folder.filePath(QStringLiteral("senses.json"));
  QFile bytes(file);
  QVERIFY(bytes.open(QIODevice::WriteOnly) && bytes.write("{\"sense\": 7}") > 0);
  bytes.close();
  Workspace workspace;
  workspace.setSemantics(QStringLiteral("wordnet:") + file);
  SenseDialog dialog(workspace, *things(), std::make_shared<WordNet>(gf_test::smallWordNet()));
  auto* message = dialog.findChild<QLabel*>(QStringLiteral("senseMessage"));
  QVERIFY2(message->text().contains(file), qPrintable(message->text()));
  // Using what is shown makes the file whole again.
  QVERIFY(dialog.model().setData(dialog.model().index(thing("crane"), SenseModel::Sense), QStringLiteral("crane.n.02"),
                                 Qt::EditRole));
  dialog.accept();
  QCOMPARE(readSenses(file).senses.size(), std::size_t(1));
}

QTEST_MAIN(TestSenses)
#include "test_senses.moc"
