// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importing/weights_choice.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <climits>

#include "base/error.h"
#include "base/files.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

enum Classes { AsTheFileSays, OfTheData, OfATextFile };
constexpr std::size_t kMostClassBytes = 16 << 20;

nlohmann::json namesOf(const QStringList& classes) {
  nlohmann::json names = nlohmann::json::array();
  for (const QString& name : classes) names.push_back(name.toStdString());
  return names;
}

}  // namespace

WeightsChoice::WeightsChoice(QWidget* parent) : QWidget(parent), said_(mutedLabel({}, this)) {
  said_->setObjectName(QStringLiteral("weightsSaid"));
  said_->setWordWrap(true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(makeKinds());
  layout->addWidget(fileRows_ = makeFileRows());
  connect(kinds_, &QButtonGroup::idClicked, this, &WeightsChoice::refresh);
  connect(file_, &QLineEdit::textChanged, this, &WeightsChoice::refresh);
  connect(seed_, &QSpinBox::valueChanged, this, &WeightsChoice::changed);
  connect(classes_, &QComboBox::activated, this, &WeightsChoice::takeClasses);
  refresh();
}

QWidget* WeightsChoice::makeKinds() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kL);
  kinds_ = new QButtonGroup(this);
  const auto add = [&](WeightsFrom from, const QString& text, const QString& tip) {
    auto* button = new QRadioButton(text, row);
    button->setToolTip(tip);
    kinds_->addButton(button, int(from));
    layout->addWidget(button);
  };
  auto* label = new QLabel(tr("Weights"), row);
  layout->addWidget(label);
  add(WeightsFrom::Caches, tr("Pretrained, from this machine"),
      tr("From the caches of Hugging Face and torch hub; nothing is fetched"));
  add(WeightsFrom::File, tr("From a file"), tr("safetensors or a state dict; nothing in it is run"));
  add(WeightsFrom::Random, tr("Fresh random weights"), tr("To be trained from scratch; the seed decides them"));
  kinds_->button(int(WeightsFrom::Caches))->setChecked(true);
  seed_ = new QSpinBox(row);
  seed_->setRange(0, INT_MAX);
  seed_->setPrefix(tr("seed "));
  seed_->setAccessibleName(tr("Seed of the random weights"));
  layout->addWidget(seed_);
  layout->addStretch(1);
  return row;
}

QWidget* WeightsChoice::makeFileRows() {
  auto* rows = new QWidget(this);
  auto* grid = new QGridLayout(rows);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setSpacing(space::kS);
  file_ = new QLineEdit(rows);
  file_->setObjectName(QStringLiteral("weightsFile"));
  file_->setPlaceholderText(tr("A file of weights, or a folder of Hugging Face’s"));
  file_->setAccessibleName(tr("File of weights"));
  auto* choose = new QPushButton(tr("Choose…"), rows);
  choose->setAccessibleName(tr("Choose the file of weights"));
  connect(choose, &QPushButton::clicked, this, &WeightsChoice::chooseFile);
  classes_ = new QComboBox(rows);
  classes_->setObjectName(QStringLiteral("weightsClasses"));
  classes_->setAccessibleName(tr("Names of the classes"));
  setDataClasses({});
  auto* fileLabel = new QLabel(tr("File"), rows);
  fileLabel->setBuddy(file_);
  auto* classLabel = new QLabel(tr("Classes"), rows);
  classLabel->setBuddy(classes_);
  grid->addWidget(fileLabel, 0, 0);
  grid->addWidget(file_, 0, 1);
  grid->addWidget(choose, 0, 2);
  grid->addWidget(classLabel, 1, 0);
  grid->addWidget(classes_, 1, 1);
  grid->addWidget(said_, 2, 1, 1, 2);
  grid->setColumnStretch(1, 1);
  return rows;
}

WeightsFrom WeightsChoice::from() const {
  return WeightsFrom(kinds_->checkedId());
}

void WeightsChoice::setFrom(WeightsFrom from) {
  kinds_->button(int(from))->setChecked(true);
  refresh();
}

QString WeightsChoice::file() const {
  return file_->text().trimmed();
}

void WeightsChoice::setFile(const QString& file) {
  file_->setText(file);
  setFrom(WeightsFrom::File);
}

std::uint64_t WeightsChoice::seed() const {
  return std::uint64_t(seed_->value());
}

void WeightsChoice::chooseFile() {
  const QString file = QFileDialog::getOpenFileName(
      this, tr("Choose weights"), lastFolder_, tr("Weights (*.safetensors *.bin *.pth *.pt *.ckpt);;All files (*)"));
  if (file.isEmpty()) return;
  lastFolder_ = QFileInfo(file).absolutePath();
  setFile(file);
}

void WeightsChoice::setDataClasses(const QStringList& classes) {
  dataClasses_ = classes;
  const int before = classes_->currentIndex();
  classes_->clear();
  classes_->addItem(tr("As its library or config.json names them"));
  classes_->addItem(classes.isEmpty() ? tr("Those of the open data")
                                      : tr("Those of the open data (%1)").arg(countText(classes.size())));
  classes_->addItem(fileClasses_.isEmpty() ? tr("From a text file, one a line…")
                                           : tr("%1 from a text file").arg(countText(fileClasses_.size())));
  classes_->setCurrentIndex(before == OfTheData && classes.isEmpty() ? int(AsTheFileSays) : std::max(0, before));
}

void WeightsChoice::takeClasses(int index) {
  if (index == OfTheData && dataClasses_.isEmpty()) {
    classes_->setCurrentIndex(AsTheFileSays);
    said_->setText(tr("No data are open whose classes could be taken."));
    return;
  }
  if (index == OfATextFile) {
    const QString file = QFileDialog::getOpenFileName(this, tr("Class names, one per line"), lastFolder_,
                                                      tr("Text (*.txt);;All files (*)"));
    fileClasses_.clear();
    try {
      if (!file.isEmpty())
        for (const QString& line : QString::fromStdString(readFile(file.toStdString(), kMostClassBytes)).split(u'\n'))
          if (!line.trimmed().isEmpty()) fileClasses_ << line.trimmed();
    } catch (const Error& error) {
      said_->setText(QString::fromUtf8(error.what()));
    }
    if (fileClasses_.isEmpty()) classes_->setCurrentIndex(AsTheFileSays);
    setDataClasses(dataClasses_);
  }
  emit changed();
}

nlohmann::json WeightsChoice::metadata() const {
  if (classes_->currentIndex() == OfTheData) return {{"classes", namesOf(dataClasses_)}};
  if (classes_->currentIndex() == OfATextFile) return {{"classes", namesOf(fileClasses_)}};
  return nlohmann::json::object();
}

QString WeightsChoice::blocked(int ticked) const {
  switch (from()) {
    case WeightsFrom::Caches:
    case WeightsFrom::Random:
      return ticked == 0 ? tr("Tick at least one model in the list.") : QString();
    case WeightsFrom::File:
      if (file().isEmpty()) return tr("Choose the file of weights.");
      if (!QFileInfo::exists(file())) return tr("There is no such file of weights.");
      if (ticked == 0 && config_.architecture.empty())
        return tr("Tick the architecture in the list that the weights belong to.");
      return {};
  }
  return {};
}

void WeightsChoice::refresh() {
  const bool fromFile = from() == WeightsFrom::File;
  fileRows_->setVisible(fromFile);
  seed_->setVisible(from() == WeightsFrom::Random);
  config_ = {};
  if (fromFile && !file().isEmpty()) {
    const std::filesystem::path path = file().toStdString();
    const auto inside = weightsIn(path);
    config_ = configBeside(inside.empty() ? path : inside);
  }
  const QString architecture = QString::fromStdString(config_.architecture);
  if (!architecture.isEmpty() && config_.classes > 0) {
    said_->setText(tr("config.json beside it says: %1, %2 classes. A model ticked in the list overrules it.")
                       .arg(architecture, countText(config_.classes)));
  } else if (!architecture.isEmpty()) {
    said_->setText(tr("config.json beside it says: %1. A model ticked in the list overrules it.").arg(architecture));
  } else {
    said_->setText(tr("Tick the architecture in the list that the weights belong to."));
  }
  emit changed();
}

}  // namespace gf
