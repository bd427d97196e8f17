// SPDX-License-Identifier: GPL-3.0-or-later
// The options as a form, and the objective in words and as a formula.
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <QTextDocument>

#include "tests/ui/transfer/form_support.h"
#include "ui/style/theme.h"
#include "ui/transfer/objective_text.h"
#include "ui/transfer/option_form.h"

namespace gf {
using namespace testing;
namespace {

QString idText(const OptionRecord& record) {
  return QString::fromUtf8(record.id.data(), static_cast<qsizetype>(record.id.size()));
}

/// What a reader sees of rich text.
QString plain(const QString& rich) {
  QTextDocument document;
  document.setHtml(rich);
  return document.toPlainText();
}

QLabel* labelOf(const OptionForm& form, QWidget* field) {
  for (QLabel* label : form.findChildren<QLabel*>())
    if (label->buddy() == field) return label;
  return nullptr;
}

TransferOptions optionsOf(Method method) {
  TransferOptions options;
  options.method = method;
  return options;
}

/// Options with which the record has an effect.
TransferOptions optionsFor(const OptionRecord& record) {
  TransferOptions options;
  if (!record.methods.empty()) options.method = record.methods.front();
  if (record.id == "warmup-epochs") options.schedule = Schedule::Cosine;
  return options;
}

}  // namespace

class TestOptionForm : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }

  void everyOptionHasItsRow() {
    OptionForm form;
    for (const auto& record : transferOptionTable()) {
      const QString id = idText(record);
      QWidget* field = form.field(id);
      QVERIFY2(field, qPrintable(id));
      QVERIFY2(!field->accessibleName().isEmpty(), qPrintable(id));
      QLabel* label = labelOf(form, field);
      QVERIFY2(label, qPrintable(id));
      QCOMPARE(label->text().replace('\n', ' '), optionLabel(record));
      const QString tip = field->toolTip();
      QVERIFY2(tip.contains(QString::fromUtf8(record.help.data())), qPrintable(tip));
      QVERIFY2(tip.contains("Default: " + QString::fromStdString(defaultText(record))), qPrintable(tip));
      QVERIFY2(tip.contains("--" + id), qPrintable(tip));
      if (record.type != OptionType::Boolean) {
        QVERIFY2(tip.contains("Range: " + QString::fromStdString(rangeText(record))), qPrintable(tip));
      }
      if (!record.symbol.empty())
        QVERIFY2(label->text().contains(QString::fromUtf8(record.symbol.data())), qPrintable(id));
      QVERIFY2(!optionValueText(record, form.options()).isEmpty(), qPrintable(id));
    }
    QVERIFY(!form.field("no-such-option"));
  }

  void badTextIsToldAndGoodTextTaken() {
    OptionForm form;
    form.show();
    for (const auto& record : transferOptionTable()) {
      if (record.type == OptionType::Choice || record.type == OptionType::Boolean) continue;
      form.setOptions(optionsFor(record));
      const QString id = idText(record);
      const TransferOptions before = form.options();
      for (const char* bad : {"abc", "-7", "", "1e999"}) {
        type(form, qPrintable(id), bad);
        QVERIFY2(!form.problem().isEmpty(), qPrintable(id + ": " + bad));
        QVERIFY2(form.problem().contains(QString::fromStdString(rangeText(record))), qPrintable(form.problem()));
        QCOMPARE(form.options(), before);
      }
      type(form, qPrintable(id), QString::fromStdString(valueText(record.get(before))));
      QVERIFY2(form.problem().isEmpty(), qPrintable(id + ": " + form.problem()));
    }
    type(form, "epochs", "7");
    type(form, "lr", "0.25");
    type(form, "subset", "60perclass");
    QCOMPARE(form.options().epochs, 7);
    QCOMPARE(form.options().learningRate, 0.25);
    QCOMPARE(form.options().subset, (SubsetRule{true, 60}));
  }

  void methodDecidesWhichRowsShow() {
    OptionForm form;
    form.show();
    for (const Method method : kAllMethods) {
      choose(form, method);
      QCOMPARE(form.options().method, method);
      for (const auto& record : transferOptionTable()) {
        if (record.advanced) continue;
        QCOMPARE(form.field(idText(record))->isVisible(), actsOn(record, method));
      }
    }
    choose(form, Method::XeKl);
    QCOMPARE(qobject_cast<QLineEdit*>(form.field("lambda"))->text(), "0.5");
    type(form, "lambda", "2");
    QVERIFY(!form.problem().isEmpty());
    choose(form, Method::Kl);  // has no weight: its broken value is nobody's business
    QVERIFY(form.problem().isEmpty());
  }

  void rowsOnSeveralTeachersShowWithSeveral() {
    OptionForm form;
    form.show();
    form.focusSearch();  // unfolded
    for (const char* id : {"teachers", "teacher-order", "soup-bn"}) QVERIFY2(!form.field(id)->isVisible(), id);
    form.setTeacherCount(2);
    QVERIFY(form.field("teachers")->isVisible() && form.field("teacher-order")->isVisible());
    QVERIFY(!form.field("soup-bn")->isVisible());
    auto* how = qobject_cast<QComboBox*>(form.field("teachers"));
    how->setCurrentIndex(how->findData("soup"));
    QVERIFY(form.field("soup-bn")->isVisible() && !form.field("teacher-order")->isVisible());
    QCOMPARE(form.options().teachers, TeacherMode::Soup);
    QVERIFY(!form.field("warmup-epochs")->isVisible());  // of a cosine schedule alone
    auto* schedule = qobject_cast<QComboBox*>(form.field("schedule"));
    schedule->setCurrentIndex(schedule->findData("cosine"));
    QVERIFY(form.field("warmup-epochs")->isVisible());
  }

  void tooltipsTellWhatTheAuthorsSearched() {
    OptionForm form;
    choose(form, Method::XeKlMcl);
    QVERIFY(form.field("mcl-tau")->toolTip().contains("Values the authors searched: 0.99, 0.999, 0.9999"));
    QVERIFY(form.field("lr")->toolTip().contains("Values the authors searched: 0.01, 0.001"));
    choose(form, Method::Cd);
    QVERIFY(!form.field("lr")->toolTip().contains("searched"));
  }

  void searchFindsAdvancedRows() {
    OptionForm form;
    form.show();
    QVERIFY(!form.field("momentum")->isVisible());
    form.focusSearch();
    auto* search = form.findChild<QLineEdit*>("search-settings");
    QVERIFY(search && search->isVisible() && form.field("momentum")->isVisible());
    QTest::keyClicks(search, "moment");
    QVERIFY(form.field("momentum")->isVisible());
    QVERIFY(!form.field("device")->isVisible());
    QVERIFY(form.field("epochs")->isVisible());  // basic rows always show
    search->setText("zebra");
    QVERIFY(!form.field("momentum")->isVisible());
  }

  void tabGoesFromTopToBottom() {
    OptionForm form;
    form.show();
    QVERIFY(QTest::qWaitForWindowActive(&form));
    form.field("method")->setFocus();
    int last = -1;
    int seen = 0;
    for (const auto& record : transferOptionTable()) {
      if (record.advanced || !actsOn(record, form.options().method)) continue;
      QCOMPARE(QApplication::focusWidget(), form.field(idText(record)));
      const int y = form.field(idText(record))->mapTo(&form, QPoint()).y();
      QVERIFY(y > last);
      last = y;
      ++seen;
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    QVERIFY(seen > 3);
  }

  void formulasOfTheMethods() {
    // By hand from the method's equations.
    QCOMPARE(plain(objectiveFormula(optionsOf(Method::Kl))), "KL(σ(zt) ‖ σ(zs))");
    QCOMPARE(plain(objectiveFormula(optionsOf(Method::XeKl))), "0.5 · KL(σ(zt) ‖ σ(zs)) + 0.5 · XE(zs, y)");
    QCOMPARE(plain(objectiveFormula(optionsOf(Method::KlDp))), "mt · KL(σ(zt) ‖ σ(zs)) + mst · KL(σ(zst) ‖ σ(zs))");
    TransferOptions warm = optionsOf(Method::Kl);
    warm.temperature = 2;
    warm.direction = Direction::StudentTarget;
    const QString formula = plain(objectiveFormula(warm)).replace(QChar(0x2009), QChar(u' '));
    QCOMPARE(formula, "4 · KL(σ(zs / 2) ‖ σ(zt / 2))");
    TransferOptions mixed = optionsOf(Method::KlDp);
    mixed.lambda = 0.75;
    QVERIFY(plain(objectiveFormula(mixed)).startsWith("0.75 · [mt"));
    QVERIFY(plain(objectiveFormula(mixed)).endsWith("+ 0.25 · XE(zs, y)"));
    QVERIFY(objectiveSentence(optionsOf(Method::KlDp)) != objectiveSentence(optionsOf(Method::KlDpUnsup)));
    QCOMPARE(plain(objectiveFormula(optionsOf(Method::XeKlMcl))),
             "0.7 · KL(σ(zt) ‖ σ(zs)) + 0.3 · XE(zs, y)\nθslow ← 0.9999 · θslow + 0.0001 · θfast");
    QVERIFY(objectiveSentence(optionsOf(Method::XeKlMcl)).contains("every 2 steps"));
    QCOMPARE(plain(objectiveFormula(optionsOf(Method::Ce))), "XE(σ(zs), σ(zt))");
    QCOMPARE(plain(objectiveFormula(optionsOf(Method::Cd))), "0.5 · KL(σ(St) ‖ σ(Ss)) + 0.5 · XE(zs, y)");
    QCOMPARE(plain(objectiveFormula(optionsOf(Method::Crd))), "XE(zs, y) + 0.8 · CRD(ht, hs)");
    TransferOptions top = optionsOf(Method::XeKl);
    top.topK = 10;
    top.labelSmoothing = 0.1;
    QCOMPARE(plain(objectiveFormula(top)), "0.5 · KL(σ10(zt) ‖ σ10(zs)) + 0.5 · XE(zs, yε)");
    QVERIFY(objectiveSentence(top).contains("10 classes") && objectiveSentence(top).contains("smoothed"));
  }

  void formulasOfSeveralTeachers() {
    TransferOptions options = optionsOf(Method::KlDp);
    options.teachers = TeacherMode::Parallel;
    QCOMPARE(plain(objectiveFormula(options, 1)), plain(objectiveFormula(optionsOf(Method::KlDp))));
    QCOMPARE(plain(objectiveFormula(options, 3)), "Σj mtj · KL(σ(ztj) ‖ σ(zs)) + mst · KL(σ(zst) ‖ σ(zs))");
    QVERIFY(objectiveSentence(options, 3).contains("3 teachers at once"));
    options.teachers = TeacherMode::Sequential;
    QVERIFY(objectiveSentence(options, 2).contains("least accurate teacher first"));
    options.teacherOrder = TeacherOrder::Given;
    QVERIFY(objectiveSentence(options, 2).contains("order of the list"));
    options.teachers = TeacherMode::Soup;
    QVERIFY(objectiveSentence(options, 2).contains("averaged"));
    QVERIFY(!objectiveSentence(options, 1).contains("averaged"));
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestOptionForm)
#include "test_option_form.moc"
