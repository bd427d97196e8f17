// SPDX-License-Identifier: GPL-3.0-or-later
// What the window says of images that cannot be read.
#include <QCheckBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/workspace/image_folder.h"
#include "ui/compare/compare_page.h"
#include "ui/data/data_page.h"
#include "ui/transfer/transfer_page.h"

namespace gf {
using namespace testing;

class TestLeftOut : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void damagedImagesAreLeftOutOfAComparisonAndNamed() {
    QTemporaryDir folder;
    Workspace workspace;
    DataPage data(workspace);
    ComparePage compare(workspace);
    TransferPage transfer(workspace);
    QVERIFY(openAndRead(workspace, imageFolder(folder)));
    QVERIFY(addAndRead(workspace, {sampleModel("all-mlp"), sampleModel("all-mixer")}));
    // The folder of "T-shirt/top" cannot be called so.
    auto names = workspace.shelf().rows().front().inspection.metadata->classes;
    names[0] = "T-shirt_top";
    for (const char* model : {"all-mlp", "all-mixer"})
      workspace.supplyMetadata(sampleModel(model), {{"classes", names}});
    QTRY_VERIFY_WITH_TIMEOUT(workspace.setTeacher(sampleModel("all-mlp")), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.setStudent(sampleModel("all-mixer")), kPatienceMs);
    QSignalSpy problems(&workspace, &Workspace::problem);
    workspace.compare();
    QVERIFY(QTest::qWaitFor([&] { return !workspace.comparing(); }, kPatienceMs));
    QCOMPARE(problems.count(), 1);
    QVERIFY(problems.first().at(1).toString().contains("1.png"));

    data.findChild<QCheckBox*>("leaveOut")->click();
    QCOMPARE(workspace.badImages(), BadImages::Skip);
    QVERIFY(transfer.commandLine().contains("--bad-images skip"));
    workspace.compare();
    QVERIFY(QTest::qWaitFor([&] { return !workspace.comparing(); }, kPatienceMs));
    QVERIFY(workspace.comparison());
    auto* warnings = compare.findChild<QLabel*>("warnings");
    QCOMPARE(warnings->text(), QString("2 images cannot be read and are left out: val/Bag/1.png, val/Coat/2.png"));
    QVERIFY(warnings->isVisibleTo(&compare));
    QStringList rows;
    for (const auto& row : compare.inspector().rows) rows << row.label + ": " + row.value;
    QVERIFY2(rows.join('\n').contains("Left out, as they cannot be read (2): val/Bag/1.png: "),
             qPrintable(rows.join('\n')));
    QCOMPARE(workspace.comparison()->knowledge[0].all.samples, std::int64_t(28));

    Workspace later;
    later.restore();
    QCOMPARE(later.badImages(), BadImages::Skip);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestLeftOut)
#include "test_left_out.moc"
