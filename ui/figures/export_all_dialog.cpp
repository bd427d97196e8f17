// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/export_all_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStandardPaths>
#include <QVBoxLayout>
#include <algorithm>
#include <array>

#include "report/text.h"
#include "ui/report/result_export.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

constexpr std::array kFormats{FigureFormat::Svg, FigureFormat::Pdf, FigureFormat::Png, FigureFormat::Csv,
                              FigureFormat::Json};

/// The folder that was last written into, in this session.
QString& lastParent() {
  static QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  return folder;
}

}  // namespace

QString folderNameOf(const FigureSource& source) {
  switch (source.kind) {
    case FigureSource::Kind::Pair:
      return QStringLiteral("comparison-") + QString::fromStdString(fileNameText(source.title.toStdString()));
    case FigureSource::Kind::Shelf:
      return QStringLiteral("shelf");
    case FigureSource::Kind::Run:
    case FigureSource::Kind::Opened:
      break;
  }
  // A report with a name of its own lies beside others.
  if (source.fileName.endsWith(QStringLiteral(".json"))) return QFileInfo(source.fileName).completeBaseName();
  return QFileInfo(source.path).fileName();
}

ExportAllDialog::ExportAllDialog(std::vector<FigureSource> sources, const QString& current, double widthMm,
                                 QWidget* parent)
    : QDialog(parent), sources_(std::move(sources)), batch_(new FigureBatch(this)) {
  setWindowTitle(tr("Export all figures"));
  setObjectName(QStringLiteral("exportAll"));
  build(widthMm);
  const auto found =
      std::find_if(sources_.begin(), sources_.end(), [&](const FigureSource& each) { return each.key == current; });
  if (found != sources_.end()) what_->setCurrentIndex(static_cast<int>(found - sources_.begin()));
  connect(what_, &QComboBox::currentIndexChanged, this, &ExportAllDialog::refresh);
  connect(folder_, &QLineEdit::textChanged, this, &ExportAllDialog::refresh);
  for (QCheckBox* box : formats_) connect(box, &QCheckBox::toggled, this, &ExportAllDialog::refresh);
  connect(buttons_, &QDialogButtonBox::accepted, this, &ExportAllDialog::start);
  connect(buttons_, &QDialogButtonBox::rejected, this, &ExportAllDialog::reject);
  connect(batch_, &FigureBatch::progressed, this, &ExportAllDialog::showProgress);
  connect(batch_, &FigureBatch::finished, this, &ExportAllDialog::end);
  refresh();
}

void ExportAllDialog::build(double widthMm) {
  form_ = new QWidget(this);
  auto* form = new QFormLayout(form_);
  form->setContentsMargins(0, 0, 0, 0);
  form->setSpacing(space::kM);
  what_ = new QComboBox(this);
  what_->setAccessibleName(tr("Which figures"));
  what_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  what_->setMinimumContentsLength(44);
  int all = 0;
  for (const FigureSource& source : sources_) {
    const int count = static_cast<int>(source.figures().size());
    all += count;
    what_->addItem(tr("%1: %2").arg(source.title, figuresText(count)));
  }
  if (sources_.size() > 1) what_->addItem(tr("Everything that was read: %1").arg(figuresText(all)));
  form->addRow(tr("Figures"), what_);
  form->addRow(tr("Formats"), buildFormats());
  width_ = new QComboBox(this);
  width_->setAccessibleName(tr("Width"));
  for (const double mm : {85.0, 120.0, 170.0}) width_->addItem(tr("%1 mm").arg(mm), mm);
  if (width_->findData(widthMm) < 0) width_->addItem(tr("%1 mm").arg(widthMm), widthMm);
  width_->setCurrentIndex(width_->findData(widthMm));
  form->addRow(tr("Width"), width_);
  auto* where = new QHBoxLayout;
  folder_ = new QLineEdit(QDir::toNativeSeparators(lastParent()), this);
  folder_->setAccessibleName(tr("Into a new folder in"));
  auto* browse = new QPushButton(tr("Browse…"), this);
  connect(browse, &QPushButton::clicked, this, [this] {
    const QString chosen = QFileDialog::getExistingDirectory(this, tr("Export into a new folder in"), folder_->text());
    if (!chosen.isEmpty()) folder_->setText(chosen);
  });
  where->addWidget(folder_, 1);
  where->addWidget(browse);
  form->addRow(tr("Into a new folder in"), where);
  bar_ = new QProgressBar(this);
  bar_->setTextVisible(false);
  bar_->setAccessibleName(tr("Progress of the export"));
  bar_->hide();
  message_ = sentenceLabel({}, this);
  message_->setMinimumHeight(2 * message_->fontMetrics().lineSpacing());
  message_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
  for (QAbstractButton* button : buttons_->buttons()) button->setIcon(QIcon());
  buttons_->button(QDialogButtonBox::Save)->setText(tr("Export"));
  makePrimary(buttons_->button(QDialogButtonBox::Save));
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(space::kM);
  layout->addWidget(form_);
  layout->addWidget(bar_);
  layout->addWidget(message_);
  layout->addWidget(buttons_);
}

QWidget* ExportAllDialog::buildFormats() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  for (const FigureFormat format : kFormats) {
    auto* box = new QCheckBox(suffixOf(format).toUpper(), row);
    box->setObjectName(suffixOf(format));
    box->setChecked(format == FigureFormat::Svg || format == FigureFormat::Pdf);
    layout->addWidget(box);
    formats_.push_back(box);
  }
  layout->addStretch(1);
  return row;
}

void ExportAllDialog::setParentFolder(const QString& folder) {
  folder_->setText(folder);
}

BatchRequest ExportAllDialog::request() const {
  BatchRequest request;
  const auto chosen = static_cast<std::size_t>(what_->currentIndex());
  const bool all = chosen >= sources_.size();
  QStringList taken;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (!all && i != chosen) continue;
    const QString own = all ? folderNameOf(sources_[i]) : QString();
    QString name = own;
    for (int n = 2; all && taken.contains(name); ++n) name = own + QStringLiteral("-%1").arg(n);
    taken << name;
    request.parts.push_back({sources_[i].result, name});
  }
  for (std::size_t i = 0; i < kFormats.size(); ++i)
    if (formats_[i]->isChecked()) request.formats.push_back(kFormats[i]);
  request.widthMm = width_->currentData().toDouble();
  const QString parent = QDir::fromNativeSeparators(folder_->text().trimmed());
  if (parent.isEmpty() || request.parts.empty()) return request;
  const QString stem = all ? QStringLiteral("gainfinder") : folderNameOf(sources_[chosen]);
  request.folder = freshFolder(parent, stem + QStringLiteral("-figures"));
  return request;
}

void ExportAllDialog::refresh() {
  const BatchRequest now = request();
  qsizetype figures = 0;
  for (const auto& part : now.parts) figures += static_cast<qsizetype>(part.result->figures.size());
  const auto files = figures * static_cast<qsizetype>(now.formats.size());
  const bool ready = files > 0 && !now.folder.isEmpty();
  buttons_->button(QDialogButtonBox::Save)->setEnabled(ready);
  if (now.folder.isEmpty()) {
    message_->setText(tr("Choose a folder."));
  } else if (now.formats.empty()) {
    message_->setText(tr("Choose at least one format."));
  } else {
    message_->setText(tr("Writes %1 files into %2").arg(countText(files), QDir::toNativeSeparators(now.folder)));
  }
}

void ExportAllDialog::start() {
  BatchRequest now = request();
  if (batch_->going() || now.folder.isEmpty() || now.formats.empty()) return;
  form_->setEnabled(false);
  buttons_->button(QDialogButtonBox::Save)->setEnabled(false);
  bar_->show();
  batch_->start(std::move(now));
}

void ExportAllDialog::showProgress(int done, int total) {
  bar_->setRange(0, std::max(1, total));
  bar_->setValue(done);
  message_->setText(tr("%1 of %2 files are written.").arg(countText(done), countText(total)));
}

void ExportAllDialog::end(const QString& failure) {
  form_->setEnabled(true);
  bar_->hide();
  if (failure.isEmpty() && batch_->written() == batch_->total()) {
    lastParent() = QDir::fromNativeSeparators(folder_->text().trimmed());
    emit written(batch_->folder());
    return accept();
  }
  refresh();  // the folder is there now: the next one has another name
  const QString stays =
      tr("%1 of %2 files were written.").arg(countText(batch_->written()), countText(batch_->total()));
  message_->setText(failure.isEmpty() ? tr("Cancelled. %1").arg(stays) : failure + u'\n' + stays);
}

/// The first Cancel ends the writing, the next one closes.
void ExportAllDialog::reject() {
  if (batch_->going()) return batch_->cancel();
  QDialog::reject();
}

}  // namespace gf
