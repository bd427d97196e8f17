// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sense_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include "base/error.h"
#include "ui/compare/sense_model.h"
#include "ui/compare/sense_store.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/workspace.h"

namespace gf {

namespace {

/// Some tenths of a second: too long for the window.
class WordNetJob final : public Job {
 public:
  std::string title() const override { return SenseDialog::tr("Reading WordNet").toStdString(); }
  void run(const Control&) override { net = std::make_shared<WordNet>(WordNet::open(WordNet::findFolder())); }
  std::shared_ptr<const WordNet> net;
};

constexpr WordNetMeasureKind kMeasures[] = {WordNetMeasureKind::WuPalmer, WordNetMeasureKind::Path,
                                            WordNetMeasureKind::Lin};

}  // namespace

SenseDialog::SenseDialog(Workspace& workspace, const Comparison& comparison, std::shared_ptr<const WordNet> net,
                         QWidget* parent)
    : QDialog(parent),
      workspace_(workspace),
      file_(senseFile(workspace.semantics())),
      model_(new SenseModel(this)),
      filter_(new SenseFilter(this)),
      table_(new QTableView(this)),
      search_(new QLineEdit(this)),
      uncertain_(new QCheckBox(tr("Only uncertain ones"), this)),
      measure_(new QComboBox(this)),
      message_(sentenceLabel({}, this)),
      reset_(new QPushButton(tr("Reset"), this)) {
  setWindowTitle(tr("Senses of the class names"));
  build();
  WordNetSettings settings;
  try {
    settings = readSenses(file_);
  } catch (const Error& error) {
    damaged_ = tr("%1 What is used from here replaces the file.").arg(QString::fromUtf8(error.what()));
  }
  measure_->setCurrentIndex(measure_->findData(static_cast<int>(settings.measure)));
  model_->show(comparison.data.eval->classNames(), imageNetIds(comparison), settings.senses);
  connect(model_, &SenseModel::handChanged, this, &SenseDialog::say);
  if (net) {
    take(std::move(net));
  } else {
    readWordNet();
  }
}

void SenseDialog::build() {
  auto* intro = sentenceLabel(tr("WordNet knows what each sense of a word is a kind of. Where it took the wrong one, "
                                 "choose another: a double click on what a class is taken to mean, or F2."),
                              this);
  search_->setPlaceholderText(tr("Filter classes and senses"));
  search_->setAccessibleName(tr("Filter classes and senses"));
  search_->setClearButtonEnabled(true);
  uncertain_->setToolTip(tr("Names with several senses, known by their last words only, or not known"));
  const QString kinds[] = {tr("Wu–Palmer"), tr("Path"), tr("Lin")};
  for (std::size_t i = 0; i < std::size(kMeasures); ++i) measure_->addItem(kinds[i], static_cast<int>(kMeasures[i]));
  measure_->setAccessibleName(tr("Measure of likeness"));
  measure_->setToolTip(
      tr("How likeness is measured: by the depth of what two senses have in common, by the way between "
         "them, or by how much what they have in common says"));
  filter_->setSourceModel(model_);
  table_->setObjectName(QStringLiteral("senseTable"));
  table_->setAccessibleName(tr("Senses of the class names"));
  table_->setModel(filter_);
  setUpTable(table_);
  filter_->setSortCaseSensitivity(Qt::CaseInsensitive);
  table_->sortByColumn(SenseModel::ClassName, Qt::AscendingOrder);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                          QAbstractItemView::SelectedClicked);
  table_->setItemDelegateForColumn(SenseModel::Sense, new SenseDelegate(table_));
  // An editor needs the height of a combo box, or its words are cut.
  table_->verticalHeader()->setDefaultSectionSize(measure_->sizeHint().height() + space::kXs);
  table_->horizontalHeader()->setSectionResizeMode(SenseModel::Sense, QHeaderView::Stretch);
  table_->setColumnWidth(SenseModel::ClassName, 170);
  table_->setColumnWidth(SenseModel::Why, 170);
  message_->setObjectName(QStringLiteral("senseMessage"));
  reset_->setToolTip(tr("Takes every class of these data back to what its name says"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  use_ = buttons->addButton(tr("Use these senses"), QDialogButtonBox::AcceptRole);
  makePrimary(use_);
  use_->setAutoDefault(false);
  auto* top = new QHBoxLayout;
  top->setSpacing(space::kM);
  top->addWidget(search_, 1);
  top->addWidget(uncertain_);
  auto* label = mutedLabel(tr("Likeness"), this);
  label->setBuddy(measure_);
  top->addWidget(label);
  top->addWidget(measure_);
  auto* bottom = new QHBoxLayout;
  bottom->addWidget(reset_);
  bottom->addWidget(message_, 1);
  bottom->addWidget(buttons);
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(space::kM);
  layout->addWidget(intro);
  layout->addLayout(top);
  layout->addWidget(table_, 1);
  layout->addLayout(bottom);
  resize(860, 560);
  connect(search_, &QLineEdit::textChanged, filter_, &SenseFilter::setText);
  connect(uncertain_, &QCheckBox::toggled, filter_, &SenseFilter::setUncertainOnly);
  connect(reset_, &QPushButton::clicked, model_, &SenseModel::reset);
  connect(buttons, &QDialogButtonBox::accepted, this, &SenseDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &SenseDialog::reject);
  connect(model_, &SenseModel::refused, this, [this](const QString& text) {
    message_->setText(tr("“%1” is no noun that WordNet knows; the class keeps its sense.").arg(text));
  });
}

void SenseDialog::readWordNet() {
  message_->setText(tr("Reading WordNet…"));
  setBlocked(use_, tr("WordNet is still being read."));
  setBlocked(reset_, tr("WordNet is still being read."));
  const auto job = std::make_shared<WordNetJob>();
  const auto done = [this, job](const JobStatus& status) {
    if (job->net) {
      emit netRead(job->net);
      take(job->net);
    } else {
      const QString why = status.failure ? QString::fromUtf8(status.failure->what()) : tr("Reading it was stopped.");
      message_->setText(tr("WordNet cannot be asked. %1").arg(why));
    }
  };
  workspace_.start(job, done, this);
}

void SenseDialog::take(std::shared_ptr<const WordNet> net) {
  model_->setWordNet(std::move(net));
  setBlocked(use_, {}, tr("Keeps what was chosen by hand and asks WordNet again"));
  say();
}

void SenseDialog::say() {
  const int count = model_->handCount();
  message_->setText(count == 0   ? tr("No sense is by hand.")
                    : count == 1 ? tr("1 sense is by hand.")
                                 : tr("%1 senses are by hand.").arg(countText(count)));
  if (!damaged_.isEmpty()) message_->setText(damaged_);
  setBlocked(reset_, count == 0 ? tr("No sense of these classes is by hand.") : QString(),
             tr("Takes every class of these data back to what its name says"));
}

void SenseDialog::accept() {
  const WordNetSettings settings{static_cast<WordNetMeasureKind>(measure_->currentData().toInt()), model_->hand()};
  try {
    writeSenses(file_, settings);
  } catch (const Error& error) {
    message_->setText(tr("The senses were not kept. %1").arg(QString::fromUtf8(error.what())));
    return;
  }
  const QString provider = senseProvider(file_, settings);
  if (provider == workspace_.semantics()) {
    workspace_.askMeaningAgain();
  } else {
    workspace_.setSemantics(provider);
  }
  QDialog::accept();
}

}  // namespace gf
