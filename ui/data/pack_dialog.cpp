// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/pack_dialog.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <cmath>

#include "data/packed_writer.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/size_text.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

constexpr int kSteps = 1000, kRestMs = 200, kMostSide = 8192;
constexpr int kOwnSide = -1;
enum Encoding { Jpeg, Raw };

/// Makes some images to see how large they are.
class EstimateJob final : public Job {
 public:
  EstimateJob(DataSource data, int side, int quality) : data_(std::move(data)), side_(side), quality_(quality) {}
  std::string title() const override { return PackDialog::tr("Estimating the packed size").toStdString(); }
  void run(const Control&) override { bytes = estimatedPackedBytes(data_, side_, quality_); }
  double bytes = 0;

 private:
  DataSource data_;
  int side_, quality_;
};

QHBoxLayout* rowOf(std::initializer_list<QWidget*> widgets) {
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kS);
  for (QWidget* widget : widgets) row->addWidget(widget);
  return row;
}

}  // namespace

PackDialog::PackDialog(Workspace& workspace, QWidget* parent)
    : QDialog(parent), workspace_(workspace), data_(workspace.dataPath()) {
  setWindowTitle(tr("Pack images"));
  soon_.setSingleShot(true);
  soon_.setInterval(kRestMs);
  build();
  connect(&soon_, &QTimer::timeout, this, &PackDialog::estimate);
  connect(&workspace_, &Workspace::activityChanged, this, &PackDialog::showProgress);
  estimate();
  refresh();
}

PackDialog::~PackDialog() {
  stop();
}

void PackDialog::build() {
  form_ = makeForm();
  said_ = sentenceLabel({}, this);
  said_->setObjectName(QStringLiteral("packSaid"));
  left_ = mutedLabel({}, this);
  bar_ = new QProgressBar(this);
  bar_->setRange(0, kSteps);
  bar_->setTextVisible(false);
  bar_->setAccessibleName(tr("Progress of packing"));
  message_ = new ElidingLabel(this);
  copy_ = new QPushButton(tr("Copy command line"), this);
  stop_ = new QPushButton(tr("Stop"), this);
  auto* close = new QPushButton(tr("Close"), this);
  open_ = new QPushButton(tr("Open it"), this);
  open_->setToolTip(tr("The packed file becomes the open data"));
  pack_ = new QPushButton(this);
  makePrimary(pack_);
  connect(copy_, &QPushButton::clicked, this, &PackDialog::copyCommand);
  connect(stop_, &QPushButton::clicked, this, &PackDialog::stop);
  connect(close, &QPushButton::clicked, this, &QDialog::close);
  connect(open_, &QPushButton::clicked, this, &PackDialog::openPacked);
  connect(pack_, &QPushButton::clicked, this, &PackDialog::start);
  auto* buttons = rowOf({message_, copy_, stop_, close, open_, pack_});
  buttons->setStretch(0, 1);
  for (QPushButton* button : {copy_, stop_, close, open_}) button->setAutoDefault(false);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kL, space::kL, space::kL, space::kL);
  layout->setSpacing(space::kM);
  layout->addWidget(
      sentenceLabel(tr("Both splits of %1 as one file that opens at once, however many images there are. The "
                       "images themselves stay where they are.")
                        .arg(QFileInfo(data_).fileName()),
                    this));
  layout->addWidget(form_);
  layout->addWidget(said_);
  layout->addWidget(bar_);
  layout->addWidget(left_);
  layout->addStretch(1);
  layout->addLayout(buttons);
  resize(680, 420);
}

QWidget* PackDialog::makeForm() {
  auto* form = new QWidget(this);
  const QFileInfo source(data_);
  file_ = new QLineEdit(source.dir().filePath(source.completeBaseName() + QStringLiteral(".gfpack")), form);
  file_->setObjectName(QStringLiteral("packFile"));
  file_->setAccessibleName(tr("Packed file"));
  auto* choose = new QPushButton(tr("Choose…"), form);
  choose->setAccessibleName(tr("Choose the packed file"));
  choose->setAutoDefault(false);  // Enter packs
  connect(choose, &QPushButton::clicked, this, &PackDialog::chooseFile);
  overwrite_ = new QCheckBox(tr("Replace the packed file that is there"), form);
  sides_ = new QComboBox(form);
  sides_->setObjectName(QStringLiteral("packSides"));
  sides_->setAccessibleName(tr("Size of the images"));
  for (const int side : {256, 288, 384, 512}) sides_->addItem(tr("Shorter edge %1 pixels").arg(side), side);
  sides_->addItem(tr("Another shorter edge"), kOwnSide);
  sides_->addItem(tr("As they are"), 0);
  side_ = new QSpinBox(form);
  side_->setRange(1, kMostSide);
  side_->setValue(224);
  side_->setSuffix(tr(" pixels"));
  side_->setAccessibleName(tr("Shorter edge in pixels"));
  encoding_ = new QComboBox(form);
  encoding_->setObjectName(QStringLiteral("packEncoding"));
  encoding_->setAccessibleName(tr("How pixels are kept"));
  encoding_->addItems({tr("JPEG"), tr("Raw pixels")});
  quality_ = new QSpinBox(form);
  quality_->setRange(1, 100);
  quality_->setValue(PackRequest().quality);
  quality_->setPrefix(tr("quality "));
  quality_->setAccessibleName(tr("JPEG quality"));
  bad_ = new QComboBox(form);
  bad_->setObjectName(QStringLiteral("packBad"));
  bad_->setAccessibleName(tr("Images that cannot be read"));
  bad_->addItems({tr("Stop, and name the image"), tr("Leave out, count and name")});
  bad_->setCurrentIndex(workspace_.badImages() == BadImages::Skip ? 1 : 0);
  size_ = new QLabel(form);
  size_->setObjectName(QStringLiteral("packSize"));
  auto* layout = new QFormLayout(form);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addRow(tr("File"), rowOf({file_, choose}));
  layout->addRow(QString(), overwrite_);
  layout->addRow(tr("Size"), rowOf({sides_, side_}));
  layout->addRow(tr("Pixels"), rowOf({encoding_, quality_}));
  layout->addRow(tr("Images that cannot be read"), bad_);
  layout->addRow(tr("About"), size_);
  connect(file_, &QLineEdit::textChanged, this, [this] {
    done_ = false;
    refresh();
  });
  connect(overwrite_, &QCheckBox::toggled, this, &PackDialog::refresh);
  for (QComboBox* box : {sides_, encoding_, bad_}) connect(box, &QComboBox::activated, this, [this] { soon_.start(); });
  for (QSpinBox* box : {side_, quality_}) connect(box, &QSpinBox::valueChanged, this, [this] { soon_.start(); });
  return form;
}

PackRequest PackDialog::request() const {
  PackRequest request;
  request.data = data_.toStdString();
  request.out = QFileInfo(file_->text().trimmed()).absoluteFilePath().toStdString();
  const int side = sides_->currentData().toInt();
  request.side = side == kOwnSide ? side_->value() : side;
  request.quality = encoding_->currentIndex() == Raw ? 0 : quality_->value();
  request.badImages = bad_->currentIndex() == 0 ? BadImages::Stop : BadImages::Skip;
  request.overwrite = overwrite_->isChecked();
  return request;
}

QString PackDialog::blocked() const {
  if (data_ != workspace_.dataPath() || !workspace_.data()) return tr("Other data were opened meanwhile: begin again.");
  const QString name = file_->text().trimmed();
  if (name.isEmpty()) return tr("Name the packed file.");
  if (QFileInfo(name).isDir()) return tr("This is a folder: name a file.");
  if (QFileInfo::exists(name) && !overwrite_->isChecked()) return tr("There is a file of this name.");
  return {};
}

void PackDialog::chooseFile() {
  // Whether an existing one is replaced is asked by the form itself.
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Packed file"), file_->text(), tr("Packed images (*.gfpack)"), nullptr,
                                   QFileDialog::DontConfirmOverwrite);
  if (!file.isEmpty()) file_->setText(QFileInfo(file).suffix().isEmpty() ? file + QStringLiteral(".gfpack") : file);
}

void PackDialog::estimate() {
  refresh();
  if (!workspace_.data() || data_ != workspace_.dataPath()) return;
  const PackRequest wanted = request();
  const auto job = std::make_shared<EstimateJob>(*workspace_.data(), wanted.side, wanted.quality);
  const auto own = std::make_shared<std::uint64_t>(0);
  const auto done = [this, job, own](const JobStatus&) {
    if (*own != estimating_) return;  // settings changed meanwhile
    const DataSource* opened = workspace_.data();
    const std::size_t images = opened ? opened->eval->size() + (opened->train ? opened->train->size() : 0) : 0;
    size_->setText(job->bytes > 0 ? tr("%1 for %2 images").arg(sizeText(job->bytes), countText(qint64(images)))
                                  : tr("not known: none of the images tried can be read"));
  };
  size_->setText(tr("being estimated…"));
  *own = estimating_ = workspace_.startBeside(job, done, this);
}

void PackDialog::start() {
  if (packing() || !blocked().isEmpty()) return;
  const auto job = std::make_shared<PackJob>(request());
  bar_->setValue(0);
  left_->clear();
  said_->setText(tr("Packing."));
  job_ = workspace_.startChecking(
      job, [this, job](const JobStatus& status) { ended(status, job->result().get()); }, this);
  refresh();
}

void PackDialog::stop() {
  if (!packing()) return;
  said_->setText(tr("Stopping; what is packed is kept."));
  workspace_.cancel(job_);
}

QString PackDialog::doneWords(const PackSummary& summary) const {
  QString words =
      tr("Packed %1 training images and %2 images to judge on into %3.")
          .arg(countText(qint64(summary.train)), countText(qint64(summary.eval)), sizeText(double(summary.bytes)));
  if (summary.resumedAt > 0)
    words += tr(" It went on from the %1 images of an earlier packing.").arg(countText(qint64(summary.resumedAt)));
  if (summary.leftOut.empty()) return words;
  constexpr std::size_t kNamed = 5;
  words += tr("\n%1 images could not be read and were left out:").arg(countText(qint64(summary.leftOut.size())));
  for (std::size_t i = 0; i < std::min(kNamed, summary.leftOut.size()); ++i)
    words += u'\n' + QString::fromStdString(summary.leftOut[i]);
  if (summary.leftOut.size() > kNamed)
    words += tr("\nand %1 more").arg(countText(qint64(summary.leftOut.size() - kNamed)));
  return words;
}

void PackDialog::ended(const JobStatus& status, const PackSummary* summary) {
  job_ = 0;
  done_ = summary != nullptr;
  refresh();
  if (summary) {
    said_->setText(doneWords(*summary));
  } else if (status.failure) {
    said_->setText(QString::fromUtf8(status.failure->what()));
    emit workspace_.problem(tr("The data were not packed"), said_->text());
  }
}

void PackDialog::openPacked() {
  workspace_.openData(QString::fromStdString(request().out.string()));
  close();
}

void PackDialog::copyCommand() {
  const PackRequest wanted = request();
  QStringList words{
      QStringLiteral("gainfinder"), QStringLiteral("pack"),
      QStringLiteral("--data"),     QString::fromStdString(wanted.data.string()),
      QStringLiteral("--out"),      QString::fromStdString(wanted.out.string()),
      QStringLiteral("--side"),     QString::number(wanted.side),
      QStringLiteral("--quality"),  wanted.quality ? QString::number(wanted.quality) : QStringLiteral("raw")};
  if (wanted.badImages == BadImages::Skip) words << QStringLiteral("--bad-images") << QStringLiteral("skip");
  if (wanted.overwrite) words << QStringLiteral("--overwrite");
  QGuiApplication::clipboard()->setText(commandText(words));
  message_->say(tr("The command is on the clipboard."));
}

void PackDialog::showProgress() {
  const auto status = workspace_.statusOf(job_);
  if (!status || status->state == JobState::Stopping) return;
  bar_->setValue(static_cast<int>(std::lround(kSteps * status->progress.fraction)));
  const QString left = timeLeftText(status->progress.secondsLeft);
  const QString stage = status->state == JobState::Queued ? tr("Waits for what goes through images now")
                                                          : QString::fromStdString(status->progress.stage);
  left_->setText(left.isEmpty() ? stage : tr("%1, %2").arg(stage, left));
}

void PackDialog::refresh() {
  const PackRequest wanted = request();
  const bool there = QFileInfo::exists(QString::fromStdString(wanted.out.string()));
  const auto part = qint64(packedPartBytes(wanted.out));
  form_->setEnabled(!packing());
  overwrite_->setVisible(there && !done_);
  side_->setVisible(sides_->currentData().toInt() == kOwnSide);
  quality_->setVisible(encoding_->currentIndex() == Jpeg);
  for (QWidget* widget : std::initializer_list<QWidget*>{bar_, left_, stop_}) widget->setVisible(packing());
  open_->setVisible(done_);
  pack_->setVisible(!packing() && !done_);
  pack_->setText(part > 0 ? tr("Go on packing") : tr("Pack"));
  if (!packing() && !done_) {
    said_->setText(
        part > 0 ? tr("An unfinished packing of %1 lies there. With the same data and settings it is gone on from, "
                      "otherwise begun anew.")
                       .arg(sizeText(double(part)))
                 : QString());
  }
  setBlocked(pack_, blocked(), tr("May be stopped at any moment and gone on with later"));
  setBlocked(copy_, blocked(), tr("The command that does the same in a terminal"));
}

}  // namespace gf
