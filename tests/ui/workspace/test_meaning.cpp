// SPDX-License-Identifier: GPL-3.0-or-later
// Who is asked what the classes mean, for which comparison, and what is kept of it.
#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include "jobs/meaning_job.h"
#include "support.h"
#include "tests/semantics/wordnet_fixture.h"

namespace gf {
using namespace testing;

class TestMeaningAsked : public QObject {
  Q_OBJECT

  QTemporaryDir net_;

  /// The sample's default pair, compared, and the first answer.
  static bool compareSample(Workspace& workspace) {
    workspace.openSample();
    return QTest::qWaitFor([&] { return workspace.comparison() && allRead(workspace); }, kPatienceMs) &&
           answered(workspace);
  }
  static bool answered(Workspace& workspace) {
    return QTest::qWaitFor([&] { return !workspace.askingMeaning(); }, kPatienceMs);
  }

 private slots:
  void init() {
    startClean();
    writeFile(net_.filePath("data.noun"), QByteArray::fromStdString(gf_test::kNouns));
    writeFile(net_.filePath("index.noun"), QByteArray::fromStdString(gf_test::kIndex));
    writeFile(net_.filePath("noun.exc"), QByteArray::fromStdString(gf_test::kExceptions));
    qputenv("GAINFINDER_WORDNET", net_.path().toUtf8());
  }
  void cleanup() { qunsetenv("GAINFINDER_WORDNET"); }

  void wordNetIsAskedFirst() {
    Workspace workspace;
    QCOMPARE(workspace.semantics(), QStringLiteral("wordnet"));
    QVERIFY(!workspace.meaning() && !workspace.askingMeaning());
    // Without it the teacher's own rows serve, on every machine.
    qputenv("GAINFINDER_WORDNET", "/nowhere");
    Workspace other;
    QCOMPARE(other.semantics(), QStringLiteral("head"));
  }

  void anAnswerBelongsToItsComparison() {
    Workspace workspace;
    QSignalSpy told(&workspace, &Workspace::meaningChanged);
    QVERIFY(compareSample(workspace));
    QVERIFY2(workspace.meaning(), workspace.meaningProblem() ? workspace.meaningProblem()->what() : "");
    QCOMPARE(workspace.meaning()->provider, std::string("wordnet"));
    QCOMPARE(workspace.meaning()->classes.semantics.names, workspace.comparison()->data.eval->classNames());
    QVERIFY(told.size() >= 2);  // begun, and answered
    workspace.swapModels();
    QVERIFY(!workspace.comparison());
    QVERIFY(!workspace.meaning() && !workspace.askingMeaning());
    workspace.compare();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison(), kPatienceMs);
    QVERIFY(answered(workspace));
    QVERIFY(workspace.meaning());
  }

  void anotherProviderEvaluatesNothing() {
    Workspace workspace;
    QVERIFY(compareSample(workspace));
    const auto comparison = workspace.comparison();
    QSignalSpy compared(&workspace, &Workspace::comparisonChanged);
    workspace.setSemantics(QStringLiteral("head"));
    QVERIFY(workspace.askingMeaning());
    QVERIFY(!workspace.meaning());
    QVERIFY(answered(workspace));
    QCOMPARE(workspace.meaning()->provider, std::string("head"));
    QVERIFY(workspace.meaning()->classes.semantics.dimensions > 0);
    QCOMPARE(workspace.comparison(), comparison);
    QCOMPARE(compared.size(), 0);
    // Changed twice at once: the last one counts.
    workspace.setSemantics(QStringLiteral("wordnet"));
    workspace.setSemantics(QStringLiteral("head"));
    QVERIFY(answered(workspace));
    QCOMPARE(workspace.meaning()->provider, std::string("head"));
  }

  void aFailureIsSaidAndTheRestStays() {
    Workspace workspace;
    QVERIFY(compareSample(workspace));
    QSignalSpy problems(&workspace, &Workspace::problem);
    workspace.setSemantics(QStringLiteral("file:/nowhere/vectors.npy"));
    QVERIFY(answered(workspace));
    QVERIFY(!workspace.meaning());
    QVERIFY(workspace.meaningProblem());
    QVERIFY(QString::fromUtf8(workspace.meaningProblem()->what()).contains("/nowhere/vectors.npy"));
    QCOMPARE(problems.size(), 1);
    QVERIFY(workspace.comparison());
    // The same with a name that is no provider at all, and back again.
    workspace.setSemantics(QStringLiteral("oracle"));
    QVERIFY(answered(workspace));
    QVERIFY(workspace.meaningProblem());
    workspace.setSemantics(QStringLiteral("head"));
    QVERIFY(answered(workspace));
    QVERIFY(workspace.meaning() && !workspace.meaningProblem());
  }

  void askingCanBeCancelledAndTakenUp() {
    Workspace workspace;
    QVERIFY(compareSample(workspace));
    workspace.setSemantics(QStringLiteral("head"));
    workspace.cancelMeaning();
    QVERIFY(!workspace.askingMeaning() && !workspace.meaning() && !workspace.meaningProblem());
    workspace.askMeaningAgain();
    QVERIFY(answered(workspace));
    QVERIFY(workspace.meaning());
  }

  void theProviderIsRememberedWithItsSenses() {
    const QString senses = net_.filePath("senses.json");
    writeFile(senses, R"({"senses": {"Bag": "dog.n.01"}})");
    const QString provider = QStringLiteral("wordnet:") + senses;
    nlohmann::ordered_json before;
    {
      Workspace workspace;
      QVERIFY(compareSample(workspace));
      before = workspace.meaning()->json["groups"];
      workspace.setSemantics(provider);
      QVERIFY(answered(workspace));
      QVERIFY(workspace.meaning());
      QVERIFY2(workspace.meaning()->json["groups"] != before, "a sense by hand changes the groups");
    }
    Workspace again;
    again.restore();
    QCOMPARE(again.semantics(), provider);
    QTRY_VERIFY_WITH_TIMEOUT(again.compareBlocked().isEmpty(), kPatienceMs);
    again.compare();
    QTRY_VERIFY_WITH_TIMEOUT(again.comparison(), kPatienceMs);
    QVERIFY(answered(again));
    QVERIFY(again.meaning()->json["groups"] != before);
    // What was changed in the file since is heard when somebody asks again.
    writeFile(senses, R"({"senses": {}})");
    again.askMeaningAgain();
    QVERIFY(answered(again));
    QVERIFY(again.meaning()->json["groups"] == before);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestMeaningAsked)
#include "test_meaning.moc"
