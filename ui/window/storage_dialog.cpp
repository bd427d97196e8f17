// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/storage_dialog.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "base/error.h"
#include "jobs/caches.h"
#include "ui/style/numbers.h"
#include "ui/style/size_text.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

/// Kinds in the user's language; the program's own words elsewhere.
QString kindText(const std::string& id) {
  if (id == "evaluations") return StorageDialog::tr("Evaluations of models");
  if (id == "frozen") return StorageDialog::tr("Answers of frozen models in training");
  if (id == "crops") return StorageDialog::tr("Decoded images of training");
  if (id == "inspections") return StorageDialog::tr("What was found in checkpoints");
  return StorageDialog::tr("Which images cannot be read");
}

QString usualText(const KeptLimit& limit) {
  return StorageDialog::tr("usual (%1)").arg(sizeText(double(limit.usual)));
}

QTableView* tableOf(QStandardItemModel* model, QWidget* parent) {
  auto* table = new QTableView(parent);
  table->setModel(model);
  setUpTable(table);
  table->setSortingEnabled(false);
  table->setAccessibleName(StorageDialog::tr("What is kept"));
  table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
  return table;
}

/// While it lives the pointer says that one has to wait.
struct Waiting {
  Waiting() { QApplication::setOverrideCursor(Qt::WaitCursor); }
  ~Waiting() { QApplication::restoreOverrideCursor(); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
};

}  // namespace

StorageDialog::StorageDialog(QWidget* parent)
    : QDialog(parent),
      kinds_(new QStandardItemModel(0, 3, this)),
      sum_(sentenceLabel({}, this)),
      wrong_(sentenceLabel({}, this)) {
  setWindowTitle(tr("Storage"));
  setAccessibleName(windowTitle());
  kinds_->setHorizontalHeaderLabels({tr("Kept"), tr("Files"), tr("Size")});
  kinds_->setHeaderData(0, Qt::Horizontal, int(Qt::AlignLeft | Qt::AlignVCenter), Qt::TextAlignmentRole);
  for (int column = 1; column < 3; ++column)
    kinds_->setHeaderData(column, Qt::Horizontal, int(Qt::AlignRight | Qt::AlignVCenter), Qt::TextAlignmentRole);
  sum_->setAccessibleName(tr("Size of all together"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close | QDialogButtonBox::Apply, this);
  apply_ = buttons->button(QDialogButtonBox::Apply);
  clear_ = buttons->addButton(tr("Clear"), QDialogButtonBox::ResetRole);
  for (QAbstractButton* button : buttons->buttons()) {
    button->setIcon(QIcon());
    static_cast<QPushButton*>(button)->setAutoDefault(false);
  }
  apply_->setDefault(true);  // what the Enter key in a limit does
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(apply_, &QPushButton::clicked, this, &StorageDialog::apply);
  connect(clear_, &QPushButton::clicked, this, &StorageDialog::clear);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kL, space::kL, space::kL, space::kL);
  layout->setSpacing(space::kM);
  layout->addWidget(sentenceLabel(tr("Kept so that it need not be computed again. All of it can be removed: that costs "
                                     "the time to make it anew, nothing else."),
                                  this));
  auto* table = tableOf(kinds_, this);
  layout->addWidget(table, 1);
  layout->addWidget(sum_);
  layout->addLayout(makeLimits());
  wrong_->setMinimumHeight(2 * fontMetrics().lineSpacing());  // nothing moves when it says something
  wrong_->setAlignment(Qt::AlignTop);
  layout->addWidget(wrong_);
  layout->addWidget(buttons);
  look();
  // All rows are seen: there are few, and what takes the room may be the last one.
  table->setMinimumHeight(table->horizontalHeader()->sizeHint().height() +
                          kinds_->rowCount() * table->verticalHeader()->defaultSectionSize() + 2 * table->frameWidth());
  resize(620, sizeHint().height());
}

QFormLayout* StorageDialog::makeLimits() {
  auto* form = new QFormLayout;
  form->setSpacing(space::kS);
  for (const char* id : {"evaluations", "frozen", "crops"}) {
    auto* box = new QComboBox(this);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setAccessibleName(tr("%1 take at most").arg(kindText(id)));
    box->setToolTip(tr("A size such as 500 MB or 20 GB; what was used longest ago makes room"));
    form->addRow(tr("%1 take at most").arg(kindText(id)), box);
    connect(box, &QComboBox::editTextChanged, this, &StorageDialog::compareLimits);
    limits_.push_back({id, box, {}});
  }
  return form;
}

void StorageDialog::look() {
  kinds_->removeRows(0, kinds_->rowCount());
  std::uint64_t bytes = 0;
  const auto all = caches();
  for (const Cache& cache : all) {
    QList<QStandardItem*> row{
        new QStandardItem(kindText(cache.id)),
        new QStandardItem(countText(qint64(cache.files))),
        new QStandardItem(sizeText(double(cache.bytes))),
    };
    for (QStandardItem* item : row) {
      item->setEditable(false);
      item->setToolTip(QString::fromStdString(cache.folder.string()));
    }
    for (int column = 1; column < 3; ++column) row[column]->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    kinds_->appendRow(row);
    bytes += cache.bytes;
    const auto limit =
        std::find_if(limits_.begin(), limits_.end(), [&](const Limit& one) { return one.id == cache.id; });
    if (limit != limits_.end()) showLimit(*limit, cache);
  }
  sum_->setText(
      tr("%1 in %2").arg(sizeText(double(bytes)), QString::fromStdString(all.front().folder.parent_path().string())));
  setBlocked(clear_, bytes == 0 ? tr("Nothing is kept") : QString(),
             tr("Removes all of it but what running work uses; it is made again when it is needed"));
  compareLimits();
}

void StorageDialog::showLimit(Limit& limit, const Cache& cache) {
  const QSignalBlocker quiet(limit.box);
  const QString usual = usualText(*cache.limit);
  limit.shown = cache.limit->chosen ? sizeText(double(*cache.limit->chosen)) : usual;
  limit.box->clear();
  limit.box->addItem(usual);
  for (const double gigabytes : {1, 5, 20, 50, 100, 500}) limit.box->addItem(sizeText(gigabytes * 1e9));
  limit.box->setEditText(limit.shown);
}

/// Says whether there is something to apply.
void StorageDialog::compareLimits() {
  bool changed = false;
  QString wrong;
  for (const Limit& limit : limits_) {
    const QString text = limit.box->currentText();
    if (text == limit.shown) continue;
    changed = true;
    if (text == limit.box->itemText(0)) continue;
    try {
      parseBytes(limit.box->accessibleName().toStdString(), text.toStdString());
    } catch (const Error& error) {
      wrong = QString::fromStdString(error.what());
    }
  }
  wrong_->setText(wrong);
  setBlocked(apply_,
             !wrong.isEmpty() ? wrong
             : changed        ? QString()
                              : tr("These limits are kept to"),
             tr("Keeps to these limits from now on; what is more than they allow is removed"));
}

void StorageDialog::apply() {
  try {
    const Waiting waiting;
    for (const Limit& limit : limits_) {
      const QString text = limit.box->currentText();
      if (text == limit.shown) continue;
      if (text == limit.box->itemText(0)) {
        limitCache(limit.id, std::nullopt);
      } else {
        limitCache(limit.id, parseBytes(limit.id, text.toStdString()));
      }
    }
    look();
  } catch (const Error& error) {  // it cannot be written
    wrong_->setText(QString::fromStdString(error.what()));
  }
}

void StorageDialog::clear() {
  const Waiting waiting;
  clearCaches();
  look();
}

}  // namespace gf
