// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_preview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/charts/figure_painter.h"
#include "ui/charts/figure_table.h"
#include "ui/figures/sheet_view.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

constexpr double kLeastMm = 30, kMostMm = 500;
constexpr double kOwn = 0;  // data of the preset that fixes nothing

QDoubleSpinBox* millimetreBox(const QString& name, QWidget* parent) {
  auto* box = new QDoubleSpinBox(parent);
  box->setRange(kLeastMm, kMostMm);
  box->setDecimals(0);
  box->setSuffix(FigurePreview::tr(" mm"));
  box->setAccessibleName(name);
  box->setToolTip(name);
  box->setKeyboardTracking(false);
  return box;
}

}  // namespace

FigurePreview::FigurePreview(QWidget* parent)
    : QWidget(parent),
      sheet_(new SheetView(this)),
      sentence_(sentenceLabel({}, this)),
      table_(new QPushButton(tr("Show as table"), this)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(buildBar());
  layout->addWidget(sheet_, 1);
  sentence_->setObjectName(QStringLiteral("figureSentence"));
  sentence_->setAccessibleName(tr("What the figure says"));
  sentence_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  // Room for three lines, so that the sheet keeps its place from one figure to the next.
  sentence_->setMinimumHeight(3 * sentence_->fontMetrics().lineSpacing());
  table_->setToolTip(tr("The numbers of the figure, to be sorted and copied (T)"));
  auto* below = new QHBoxLayout;
  below->setSpacing(space::kM);
  below->addWidget(sentence_, 1);
  below->addWidget(table_, 0, Qt::AlignTop);
  layout->addLayout(below);
  connect(table_, &QPushButton::clicked, this, [this] { showFigureTable(figure(), this); });
  auto* key = new QShortcut(Qt::Key_T, sheet_);
  key->setContext(Qt::WidgetShortcut);
  connect(key, &QShortcut::activated, table_, &QPushButton::click);
  show({});
}

QWidget* FigurePreview::buildBar() {
  auto* bar = new QWidget(this);
  preset_ = new QComboBox(bar);
  preset_->addItem(tr("One column"), 85.0);
  preset_->addItem(tr("One and a half columns"), 120.0);
  preset_->addItem(tr("Two columns"), 170.0);
  preset_->addItem(tr("Own size"), kOwn);
  preset_->setCurrentIndex(2);
  preset_->setAccessibleName(tr("Width of the figure on paper"));
  preset_->setObjectName(QStringLiteral("preset"));
  width_ = millimetreBox(tr("Width on paper"), bar);
  height_ = millimetreBox(tr("Height on paper"), bar);
  height_->setMinimum(15);
  width_->setValue(170);
  allBars_ = new QCheckBox(tr("Every bar"), bar);
  allBars_->setToolTip(tr("Every class as a narrow bar, instead of the first ones and the mean of the others"));
  zoom_ = new QComboBox(bar);
  zoom_->addItem(tr("Fit"), SheetView::kFit);
  for (const int percent : {50, 100, 150, 200, 400}) {
    zoom_->addItem(percent == 100 ? tr("100 % (real size)") : tr("%1 %").arg(percent), percent / 100.0);
  }
  zoom_->setAccessibleName(tr("Zoom"));
  zoom_->setObjectName(QStringLiteral("zoom"));
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(preset_);
  layout->addWidget(width_);
  layout->addWidget(new QLabel(QStringLiteral("×"), bar));
  layout->addWidget(height_);
  layout->addWidget(allBars_);
  layout->addStretch(1);
  layout->addWidget(mutedLabel(tr("Zoom"), bar));
  layout->addWidget(zoom_);
  connect(preset_, &QComboBox::currentIndexChanged, this, &FigurePreview::takePreset);
  connect(width_, &QDoubleSpinBox::valueChanged, this, &FigurePreview::takeWidth);
  connect(height_, &QDoubleSpinBox::valueChanged, this, [this] {
    ownHeight_ = true;
    apply();
  });
  connect(allBars_, &QCheckBox::toggled, this, [this](bool all) { sheet_->setAllBars(all); });
  connect(zoom_, &QComboBox::currentIndexChanged, this, [this] { sheet_->setZoom(zoom_->currentData().toDouble()); });
  return bar;
}

const Figure& FigurePreview::figure() const {
  return sheet_->figure();
}

void FigurePreview::show(const Figure& shown, const QString& words) {
  if (shown.id != figure().id || shown.kind != figure().kind) ownHeight_ = false;
  sheet_->setEmptyText(words);
  sheet_->setFigure(shown);
  const bool any = !isEmpty(shown);
  sentence_->setText(any ? QString::fromStdString(shown.sentence) : QString());
  const QString missing = any ? QString() : tr("No figure is chosen.");
  setBlocked(table_, missing, tr("The numbers of the figure, to be sorted and copied (T)"));
  allBars_->setEnabled(any && shown.kind == FigureKind::Bars);
  if (shown.kind != FigureKind::Bars) allBars_->setChecked(false);
  for (QWidget* each : {static_cast<QWidget*>(preset_), static_cast<QWidget*>(width_), static_cast<QWidget*>(height_)})
    each->setEnabled(any);
  takeWidth();
}

void FigurePreview::takePreset() {
  const double preset = preset_->currentData().toDouble();
  if (preset == kOwn) return width_->setFocus();
  ownHeight_ = false;
  const QSignalBlocker quiet(width_);
  width_->setValue(preset);
  takeWidth();
}

void FigurePreview::takeWidth() {
  const int preset = preset_->findData(width_->value());
  if (sender() == width_) {
    const QSignalBlocker quiet(preset_);
    preset_->setCurrentIndex(preset >= 0 ? preset : preset_->findData(kOwn));
  }
  if (!ownHeight_ && !isEmpty(figure())) {
    const QSignalBlocker quiet(height_);
    height_->setValue(suitedHeight(figure(), width_->value()));
  }
  apply();
}

void FigurePreview::apply() {
  sheet_->setMillimetres(millimetres());
  emit sizeChanged();
}

QSizeF FigurePreview::millimetres() const {
  return {width_->value(), height_->value()};
}

bool FigurePreview::allBars() const {
  return allBars_->isChecked();
}

}  // namespace gf
