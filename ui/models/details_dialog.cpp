// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/details_dialog.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "models/metadata.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {
using nlohmann::json;

constexpr std::size_t kMostClassBytes = 16 << 20;
constexpr int kMostSide = 4096;
constexpr auto kKeys = {"name", "classes", "input_size", "mean", "std"};

struct Scaling {
  const char* label;
  const char *mean, *std;
};
constexpr Scaling kScalings[] = {
    {QT_TRANSLATE_NOOP("gf::DetailsDialog", "ImageNet"), "0.485, 0.456, 0.406", "0.229, 0.224, 0.225"},
    {QT_TRANSLATE_NOOP("gf::DetailsDialog", "Inception (−1 to 1)"), "0.5, 0.5, 0.5", "0.5, 0.5, 0.5"},
    {QT_TRANSLATE_NOOP("gf::DetailsDialog", "None (0 to 1)"), "0, 0, 0", "1, 1, 1"},
};

/// "0.5, 0.5" → [0.5, 0.5]; words that are no numbers stay words, so that the check names them.
json numbersOf(const QString& text) {
  json values = json::array();
  for (const QString& part : text.split(u',', Qt::SkipEmptyParts)) {
    bool isNumber = false;
    const double value = part.trimmed().toDouble(&isNumber);
    if (isNumber)
      values.push_back(value);
    else
      values.push_back(part.trimmed().toStdString());
  }
  return values;
}

json linesOf(const QString& text) {
  json lines = json::array();
  for (const QString& line : text.split(u'\n'))
    if (!line.trimmed().isEmpty()) lines.push_back(line.trimmed().toStdString());
  return lines;
}

QWidget* inRow(std::initializer_list<QWidget*> widgets) {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  for (QWidget* widget : widgets) layout->addWidget(widget);
  layout->addStretch(1);
  return row;
}

}  // namespace

DetailsDialog::DetailsDialog(const Inspection& inspection, const QStringList& dataClasses, QWidget* parent)
    : QDialog(parent), inspection_(inspection) {
  setWindowTitle(tr("Details of %1").arg(QString::fromStdString(inspection.path.filename().string())));
  setAccessibleName(windowTitle());
  name_ = new QLineEdit(QString::fromStdString(inspection.path.stem().string()), this);
  family_ = new QComboBox(this);
  family_->addItem(tr("Not given"), QString());
  for (const char* family : {"CNN", "Trafo", "MLP"}) family_->addItem(QLatin1String(family), QLatin1String(family));
  interpolation_ = new QComboBox(this);
  interpolation_->addItem(tr("Not given (bicubic)"), QString());
  for (const char* way : {"bilinear", "bicubic"}) interpolation_->addItem(QLatin1String(way), QLatin1String(way));
  crop_ = new QDoubleSpinBox(this);
  crop_->setRange(0, 200);  // VOLO pads its images: 115 %
  crop_->setSpecialValueText(tr("Not given (87.5 %)"));
  crop_->setSuffix(QStringLiteral(" %"));
  crop_->setDecimals(1);

  auto* form = new QFormLayout;
  form->setSpacing(space::kS);
  addRow(form, "name", tr("Name"), name_);
  addRow(form, nullptr, tr("Family"), family_);
  addRow(form, "classes", tr("Classes, one per line"), makeClasses(dataClasses));
  addRow(form, "input_size", tr("Input (channels × height × width)"), makeInputSize());
  addRow(form, "mean", tr("Mean and deviation per channel"), makeNormalisation());
  addRow(form, nullptr, tr("Interpolation"), interpolation_);
  addRow(form, nullptr, tr("Part kept by the centre crop"), crop_);

  QLabel* intro = sentenceLabel(
      tr("The file can be opened, but does not say how its images are prepared or what its outputs mean."), this);
  problem_ = sentenceLabel({}, this);
  problem_->setObjectName(QStringLiteral("problem"));
  QPalette palette = problem_->palette();
  palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  problem_->setPalette(palette);
  problem_->hide();
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  QPushButton* ok = buttons->addButton(tr("Use these details"), QDialogButtonBox::AcceptRole);
  makePrimary(ok);
  connect(buttons, &QDialogButtonBox::accepted, this, &DetailsDialog::accept);
  for (QAbstractButton* button : buttons->buttons()) button->setIcon(QIcon());
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kL, space::kL, space::kL, space::kL);
  layout->setSpacing(space::kM);
  layout->addWidget(intro);
  layout->addLayout(form, 1);
  layout->addWidget(problem_);
  layout->addWidget(buttons);
  resize(560, 560);
}

bool DetailsDialog::misses(const char* key) const {
  const auto& missing = inspection_.missingKeys;
  return std::find(missing.begin(), missing.end(), key) != missing.end();
}

void DetailsDialog::addRow(QFormLayout* form, const char* key, const QString& label, QWidget* field) {
  field->setAccessibleName(label);
  // Mean and deviation share a row.
  const bool hidden = key && !misses(key) && !(QLatin1String(key) == QLatin1String("mean") && misses("std"));
  form->addRow(label, field);
  if (!hidden) return;
  form->labelForField(field)->hide();
  field->hide();
}

QWidget* DetailsDialog::makeClasses(const QStringList& dataClasses) {
  classes_ = new QPlainTextEdit(this);
  classes_->setAccessibleName(tr("Classes, one per line"));
  classes_->setPlaceholderText(tr("In the order of the outputs"));
  auto* fromFile = new QPushButton(tr("From a file…"), this);
  connect(fromFile, &QPushButton::clicked, this, &DetailsDialog::readClassesFromFile);
  auto* fromData = new QPushButton(tr("From the open data"), this);
  fromData->setVisible(!dataClasses.isEmpty());
  connect(fromData, &QPushButton::clicked, this,
          [this, dataClasses] { classes_->setPlainText(dataClasses.join(u'\n')); });
  auto* box = new QWidget(this);
  auto* layout = new QVBoxLayout(box);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kXs);
  layout->addWidget(classes_, 1);
  layout->addWidget(inRow({fromFile, fromData}));
  return box;
}

QWidget* DetailsDialog::makeInputSize() {
  const auto box = [this](int from, int to, int value, const QString& name) {
    auto* spin = new QSpinBox(this);
    spin->setRange(from, to);
    spin->setValue(value);
    spin->setAccessibleName(name);
    spin->setToolTip(name);
    return spin;
  };
  channels_ = box(1, 3, 3, tr("Channels"));
  channels_->setSingleStep(2);
  height_ = box(1, kMostSide, 224, tr("Height in pixels"));
  width_ = box(1, kMostSide, 224, tr("Width in pixels"));
  return inRow({channels_, height_, width_});
}

QWidget* DetailsDialog::makeNormalisation() {
  mean_ = new QLineEdit(QLatin1String(kScalings[0].mean), this);
  std_ = new QLineEdit(QLatin1String(kScalings[0].std), this);
  mean_->setAccessibleName(tr("Mean per channel, of pixels from 0 to 1"));
  std_->setAccessibleName(tr("Standard deviation per channel"));
  mean_->setToolTip(mean_->accessibleName());
  std_->setToolTip(std_->accessibleName());
  auto* usual = new QComboBox(this);
  usual->setAccessibleName(tr("Usual values"));
  for (const Scaling& scaling : kScalings) usual->addItem(tr(scaling.label));
  connect(usual, &QComboBox::activated, this, [this](int index) {
    const auto keep = [this](const char* text) {  // one number for one channel
      return QLatin1String(text).toString().section(u',', 0, channels_->value() - 1);
    };
    mean_->setText(keep(kScalings[index].mean));
    std_->setText(keep(kScalings[index].std));
  });
  auto* box = new QWidget(this);
  auto* layout = new QVBoxLayout(box);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kXs);
  for (QWidget* widget : std::initializer_list<QWidget*>{usual, mean_, std_}) layout->addWidget(widget);
  return box;
}

void DetailsDialog::readClassesFromFile() {
  const QString file =
      QFileDialog::getOpenFileName(this, tr("Class names, one per line"), {}, tr("Text (*.txt);;All files (*)"));
  if (file.isEmpty()) return;
  try {
    classes_->setPlainText(QString::fromStdString(readFile(file.toStdString(), kMostClassBytes)));
  } catch (const Error& error) {
    problem_->setText(QString::fromUtf8(error.what()));
    problem_->show();
  }
}

json DetailsDialog::keys() const {
  json object = json::object();
  if (misses("name")) object["name"] = name_->text().trimmed().toStdString();
  if (misses("classes")) object["classes"] = linesOf(classes_->toPlainText());
  if (misses("input_size")) object["input_size"] = {channels_->value(), height_->value(), width_->value()};
  if (misses("mean")) object["mean"] = numbersOf(mean_->text());
  if (misses("std")) object["std"] = numbersOf(std_->text());
  if (family_->currentIndex() > 0) object["family"] = family_->currentData().toString().toStdString();
  if (interpolation_->currentIndex() > 0)
    object["interpolation"] = interpolation_->currentData().toString().toStdString();
  if (crop_->value() > 0) object["crop_pct"] = crop_->value() / 100;
  return object;
}

QString DetailsDialog::problem() const {
  // What the file says itself is not known here; then the second look at it has the last word.
  if (!std::all_of(kKeys.begin(), kKeys.end(), [this](const char* key) { return misses(key); })) return {};
  try {
    parseMetadata("{}", keys(), inspection_.path.filename().string());
  } catch (const Error& error) {
    return tr("%1; found %2.").arg(QString::fromStdString(error.rule()), QString::fromStdString(error.observed()));
  }
  return {};
}

void DetailsDialog::accept() {
  const QString found = problem();
  problem_->setText(found);
  problem_->setVisible(!found.isEmpty());
  if (found.isEmpty()) QDialog::accept();
}

}  // namespace gf
