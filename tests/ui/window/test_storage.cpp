// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog that shows and removes what is kept in the user's cache.
#include <fcntl.h>
#include <unistd.h>

#include <QComboBox>
#include <QDateTime>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "base/kept_files.h"
#include "ui/window/storage_dialog.h"

using namespace gf;

class TestStorage : public QObject {
  Q_OBJECT
 private slots:
  void init();
  void showsWhatIsKept();
  void clearRemovesAllButWhatIsInUse();
  void withNothingThereIsNothingToClear();
  void aLimitIsChosenAndTakenBack();
  void aWrongLimitIsSaid();

 private:
  /// Named by a hash of this digit.
  QString write(const QString& folder, char digit, const QString& ending, int bytes);
  static QStringList shownRow(const StorageDialog& dialog, int row);
  static QPushButton* button(const StorageDialog& dialog, const QString& text);
  static QComboBox* limit(const StorageDialog& dialog, const QString& name);
  std::unique_ptr<QTemporaryDir> cache_;
};

void TestStorage::init() {
  cache_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CACHE_HOME", cache_->path().toUtf8());
}

QString TestStorage::write(const QString& folder, char digit, const QString& ending, int bytes) {
  const QString path = cache_->filePath("gainfinder/" + folder + "/" + QString(64, QLatin1Char(digit)) + ending);
  QDir().mkpath(QFileInfo(path).path());
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray(bytes, 'x')) != bytes) qFatal("cannot write");
  return path;
}

QStringList TestStorage::shownRow(const StorageDialog& dialog, int row) {
  const auto* model = dialog.findChild<QTableView*>()->model();
  QStringList texts;
  for (int column = 0; column < model->columnCount(); ++column) texts << model->index(row, column).data().toString();
  return texts;
}

QPushButton* TestStorage::button(const StorageDialog& dialog, const QString& text) {
  const auto all = dialog.findChildren<QPushButton*>();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto* one) { return one->text() == text; });
  return found == all.end() ? nullptr : *found;
}

QComboBox* TestStorage::limit(const StorageDialog& dialog, const QString& name) {
  const auto all = dialog.findChildren<QComboBox*>();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto* one) { return one->accessibleName() == name; });
  return found == all.end() ? nullptr : *found;
}

void TestStorage::showsWhatIsKept() {
  write("predictions", 'a', ".npy", 1'000'000);
  write("predictions", 'b', ".npy", 500'000);
  write("frozen", 'c', ".logits", 250'000);
  write("crops", 'f', ".crops", 50'000);
  write("inspections", 'd', ".json", 1200);
  const QString foreign = write("torch-2.11.0", 'e', "/python", 5'000'000);  // the set-up's, none of ours
  StorageDialog dialog;
  dialog.show();
  QCOMPARE(shownRow(dialog, 0), QStringList({"Evaluations of models", "2", "1.5 MB"}));
  QCOMPARE(shownRow(dialog, 1), QStringList({"Answers of frozen models in training", "1", "250.0 kB"}));
  QCOMPARE(shownRow(dialog, 2), QStringList({"Decoded images of training", "1", "50.0 kB"}));
  QCOMPARE(shownRow(dialog, 3), QStringList({"What was found in checkpoints", "1", "1.2 kB"}));
  QCOMPARE(shownRow(dialog, 4), QStringList({"Which images cannot be read", "0", "0 B"}));
  const auto labels = dialog.findChildren<QLabel*>();
  QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
    return label->text() == "1.8 MB in " + cache_->filePath("gainfinder");
  }));
  QTest::mouseClick(button(dialog, "Clear"), Qt::LeftButton);
  QVERIFY(QFile::exists(foreign));
}

void TestStorage::clearRemovesAllButWhatIsInUse() {
  const QString used = write("frozen", 'a', ".logits", 2000), unused = write("predictions", 'b', ".npy", 3000);
  const int held = ::open(used.toUtf8().constData(), O_RDONLY);
  QVERIFY(tryLock(held, FileLock::Shared));
  StorageDialog dialog;
  dialog.show();
  QVERIFY(button(dialog, "Clear")->isEnabled());
  QTest::mouseClick(button(dialog, "Clear"), Qt::LeftButton);
  QVERIFY(!QFile::exists(unused));
  QVERIFY(QFile::exists(used));
  QCOMPARE(shownRow(dialog, 0), QStringList({"Evaluations of models", "0", "0 B"}));
  QCOMPARE(shownRow(dialog, 1), QStringList({"Answers of frozen models in training", "1", "2.0 kB"}));
  ::close(held);
  QTest::mouseClick(button(dialog, "Clear"), Qt::LeftButton);
  QVERIFY(!QFile::exists(used));
}

void TestStorage::withNothingThereIsNothingToClear() {
  StorageDialog dialog;
  dialog.show();
  QVERIFY(!button(dialog, "Clear")->isEnabled());
  QVERIFY(button(dialog, "Clear")->toolTip().contains("Nothing is kept"));
}

void TestStorage::aLimitIsChosenAndTakenBack() {
  const QString old = write("predictions", 'a', ".npy", 700'000), young = write("predictions", 'b', ".npy", 500'000);
  QFile file(old);
  QVERIFY(file.open(QIODevice::ReadWrite));
  QVERIFY(file.setFileTime(QDateTime::currentDateTime().addDays(-3), QFileDevice::FileModificationTime));
  const QString answers = write("frozen", 'c', ".logits", 900'000);
  {
    StorageDialog dialog;
    dialog.show();
    QVERIFY(!button(dialog, "Apply")->isEnabled());
    QComboBox* box = limit(dialog, "Evaluations of models take at most");
    QVERIFY2(box->currentText().startsWith("usual ("), qPrintable(box->currentText()));
    box->lineEdit()->selectAll();
    QTest::keyClicks(box->lineEdit(), "1.0 MB");
    QVERIFY(QFile::exists(old));  // not while it is typed
    QTest::keyClick(box->lineEdit(), Qt::Key_Return);
    QVERIFY(!QFile::exists(old));
    QVERIFY(QFile::exists(young) && QFile::exists(answers));
    QCOMPARE(shownRow(dialog, 0), QStringList({"Evaluations of models", "1", "500.0 kB"}));
    QVERIFY(dialog.isVisible() && !button(dialog, "Apply")->isEnabled());
  }
  StorageDialog again;
  again.show();
  QComboBox* box = limit(again, "Evaluations of models take at most");
  QCOMPARE(box->currentText(), QString("1.0 MB"));
  QVERIFY(limit(again, "Answers of frozen models in training take at most")->currentText().startsWith("usual ("));
  box->setCurrentIndex(0);
  QTest::mouseClick(button(again, "Apply"), Qt::LeftButton);
  QVERIFY(box->currentText().startsWith("usual ("));
  QVERIFY(!QFile::exists(cache_->filePath("gainfinder/predictions.limit")));
  QVERIFY(QFile::exists(young));
}

void TestStorage::aWrongLimitIsSaid() {
  StorageDialog dialog;
  dialog.show();
  QComboBox* box = limit(dialog, "Answers of frozen models in training take at most");
  box->lineEdit()->selectAll();
  QTest::keyClicks(box->lineEdit(), "plenty");
  QVERIFY(!button(dialog, "Apply")->isEnabled());
  const auto labels = dialog.findChildren<QLabel*>();
  QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
    return label->text().contains("plenty") && label->text().contains("must be a size");
  }));
}

QTEST_MAIN(TestStorage)
#include "test_storage.moc"
