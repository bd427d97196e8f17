// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>
#include <array>
#include <exception>

#include "ui/charts/drawing.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

struct FormatName {
  FigureFormat format;
  const char *suffix, *name;
};
constexpr std::array kFormats{FormatName{FigureFormat::Svg, "svg", "SVG"}, FormatName{FigureFormat::Pdf, "pdf", "PDF"},
                              FormatName{FigureFormat::Png, "png", "PNG"}, FormatName{FigureFormat::Csv, "csv", "CSV"},
                              FormatName{FigureFormat::Json, "json", "JSON"}};

/// The folder of the last export in this session.
QString& lastFolder() {
  static QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  return folder;
}

}  // namespace

std::optional<FigureFormat> formatOf(const QString& file) {
  const QString suffix = QFileInfo(file).suffix().toLower();
  for (const FormatName& format : kFormats) {
    if (suffix == QLatin1String(format.suffix)) return format.format;
  }
  return std::nullopt;
}

ExportDialog::ExportDialog(Figure figure, bool allBars, QWidget* parent, QSizeF millimetres)
    : QDialog(parent), figure_(std::move(figure)), allBars_(allBars) {
  setWindowTitle(tr("Export figure"));
  setObjectName(QStringLiteral("exportDialog"));
  build();
  connect(name_, &QLineEdit::textEdited, this, &ExportDialog::readSuffix);
  connect(name_, &QLineEdit::textChanged, this, &ExportDialog::refresh);
  for (QCheckBox* box : formats_) connect(box, &QCheckBox::toggled, this, &ExportDialog::refresh);
  connect(width_, &QComboBox::currentIndexChanged, this, [this] {
    const double preset = width_->currentData().toDouble();
    widthMm_->setEnabled(preset == 0);
    if (preset > 0) widthMm_->setValue(preset);
  });
  connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
    if (write()) accept();
  });
  connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
  width_->setCurrentIndex(2);
  if (!millimetres.isEmpty()) {
    const int preset = width_->findData(millimetres.width());
    width_->setCurrentIndex(preset >= 0 ? preset : width_->count() - 1);
    widthMm_->setValue(millimetres.width());
    heightMm_->setValue(millimetres.height());
  }
  refresh();
}

void ExportDialog::build() {
  name_ = new QLineEdit(QDir(lastFolder()).filePath(toQString(figure_.id)), this);
  name_->setMinimumWidth(360);
  name_->setAccessibleName(tr("File name without or with suffix"));
  auto* choose = new QPushButton(tr("Browse…"), this);
  connect(choose, &QPushButton::clicked, this, &ExportDialog::browse);
  auto* file = new QHBoxLayout;
  file->addWidget(name_, 1);
  file->addWidget(choose);
  auto* formats = new QHBoxLayout;
  for (const FormatName& format : kFormats) {
    auto* box = new QCheckBox(QString::fromLatin1(format.name), this);
    box->setObjectName(QString::fromLatin1(format.suffix));
    box->setChecked(format.format == FigureFormat::Svg);
    formats->addWidget(box);
    formats_.push_back(box);
  }
  formats->addStretch(1);
  width_ = new QComboBox(this);
  width_->addItem(tr("One column (85 mm)"), 85.0);
  width_->addItem(tr("One and a half columns (120 mm)"), 120.0);
  width_->addItem(tr("Two columns (170 mm)"), 170.0);
  width_->addItem(tr("Own width"), 0.0);
  width_->setAccessibleName(tr("Width preset"));
  widthMm_ = new QDoubleSpinBox(this);
  heightMm_ = new QDoubleSpinBox(this);
  for (QDoubleSpinBox* box : {widthMm_, heightMm_}) {
    box->setRange(30, 500);
    box->setDecimals(0);
    box->setSuffix(tr(" mm"));
  }
  widthMm_->setAccessibleName(tr("Width"));
  heightMm_->setAccessibleName(tr("Height"));
  widthMm_->setValue(170);
  widthMm_->setEnabled(false);
  heightMm_->setValue(figure_.kind == FigureKind::Stack ? 40 : 100);
  auto* size = new QHBoxLayout;
  size->addWidget(width_);
  size->addWidget(widthMm_);
  size->addWidget(new QLabel(QStringLiteral("×"), this));
  size->addWidget(heightMm_);
  size->addStretch(1);
  message_ = mutedLabel({}, this);
  message_->setWordWrap(true);
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
  buttons_->button(QDialogButtonBox::Save)->setText(tr("Export"));
  makePrimary(buttons_->button(QDialogButtonBox::Save));
  auto* form = new QFormLayout(this);
  form->setSpacing(space::kM);
  form->addRow(tr("File"), file);
  form->addRow(tr("Formats"), formats);
  form->addRow(tr("Size"), size);
  form->addRow(message_);
  form->addRow(buttons_);
}

void ExportDialog::browse() {
  const QString file = QFileDialog::getSaveFileName(this, tr("Export figure"), name_->text(),
                                                    tr("Figures (*.svg *.pdf *.png *.csv *.json)"), nullptr,
                                                    QFileDialog::DontConfirmOverwrite);
  if (file.isEmpty()) return;
  name_->setText(file);
  readSuffix();
}

void ExportDialog::readSuffix() {
  const std::optional<FigureFormat> named = formatOf(name_->text());
  if (!named) return;
  for (std::size_t i = 0; i < kFormats.size(); ++i) formats_[i]->setChecked(kFormats[i].format == *named);
}

QString ExportDialog::stem() const {
  const QString text = name_->text().trimmed();
  return formatOf(text) ? text.left(text.lastIndexOf('.')) : text;
}

QStringList ExportDialog::files() const {
  QStringList files;
  if (stem().isEmpty() || stem().endsWith('/')) return files;
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (formats_[i]->isChecked()) files << stem() + '.' + QLatin1String(kFormats[i].suffix);
  }
  return files;
}

void ExportDialog::refresh() {
  const QStringList names = files();
  buttons_->button(QDialogButtonBox::Save)->setEnabled(!names.isEmpty());
  if (stem().isEmpty() || stem().endsWith('/')) {
    message_->setText(tr("Name the file."));
  } else if (names.isEmpty()) {
    message_->setText(tr("Choose at least one format."));
  } else {
    QStringList short_;
    for (const QString& name : names) short_ << QFileInfo(name).fileName();
    message_->setText(tr("Writes %1, in the colours of a printed page.").arg(short_.join(QStringLiteral(", "))));
  }
}

bool ExportDialog::write() {
  QStringList existing;
  for (const QString& file : files()) {
    if (QFileInfo::exists(file)) existing << QFileInfo(file).fileName();
  }
  if (!existing.isEmpty() &&
      QMessageBox::question(this, tr("Export figure"),
                            tr("Replace what is there?\n%1").arg(existing.join(QStringLiteral(", ")))) !=
          QMessageBox::Yes) {
    return false;
  }
  try {
    for (const QString& file : files()) {
      exportFigure(figure_, file, *formatOf(file), {widthMm_->value(), heightMm_->value()}, allBars_);
    }
  } catch (const std::exception& error) {
    QMessageBox box(QMessageBox::Warning, tr("The figure could not be exported"), QString::fromUtf8(error.what()),
                    QMessageBox::Ok, this);
    box.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    box.exec();
    return false;
  }
  lastFolder() = QFileInfo(stem()).absolutePath();
  return true;
}

}  // namespace gf
