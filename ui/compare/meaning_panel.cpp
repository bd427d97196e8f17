// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/meaning_panel.h"

#include <QGuiApplication>
#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/charts/figure_view.h"
#include "ui/compare/group_panel.h"
#include "ui/compare/meaning_details.h"
#include "ui/compare/meaning_notice.h"
#include "ui/compare/provider_bar.h"
#include "ui/compare/segments.h"
#include "ui/compare/sense_dialog.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/workspace.h"

namespace gf {

MeaningPanel::MeaningPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      workspace_(workspace),
      views_(new Segments(tr("Views of meaning"), this)),
      providers_(new ProviderBar(this)),
      sentence_(mutedLabel({}, this)),
      stack_(new QStackedWidget(this)),
      notice_(new MeaningNotice(workspace, stack_)),
      groups_(new GroupPanel(stack_)),
      chart_(new FigureView(stack_)) {
  views_->setObjectName(QStringLiteral("meaningViews"));
  views_->add(tr("Groups"), tr("Groups of classes and their parts, with what only one model gets right"));
  views_->add(tr("Class map"), tr("Every class a cell, relatives beside each other"));
  views_->add(tr("Similarity"), tr("How alike each two classes are, with the tree that follows from it"));
  views_->add(tr("Map"), tr("Classes in the plane, near each other where they mean alike things"));
  views_->add(tr("Top classes"),
              tr("Whether the classes with the most flips are more alike than chance would have it"));
  sentence_->setWordWrap(true);
  sentence_->setObjectName(QStringLiteral("meaningSentence"));
  sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  chart_->setObjectName(QStringLiteral("meaningChart"));
  stack_->addWidget(notice_);
  stack_->addWidget(groups_);
  stack_->addWidget(chart_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, space::kS, 0, 0);
  layout->setSpacing(space::kS);
  head_ = new QBoxLayout(QBoxLayout::TopToBottom);
  head_->setSpacing(space::kS);
  head_->addWidget(views_);
  head_->addWidget(providers_);
  layout->addLayout(head_);
  layout->addWidget(sentence_);
  layout->addWidget(stack_, 1);
  connect(views_, &Segments::chosen, this, &MeaningPanel::refresh);
  connect(providers_, &ProviderBar::providerChosen, &workspace_, &Workspace::setSemantics);
  connect(providers_, &ProviderBar::sensesRequested, this, &MeaningPanel::showSenses);
  connect(providers_, &ProviderBar::detailsRequested, this, [this] { showMeaningDetails(*meaning_, this); });
  connect(groups_, &GroupPanel::chosenChanged, this, &MeaningPanel::choose);
  connect(chart_, &FigureView::labelActivated, this, &MeaningPanel::labelChosen);
  connect(chart_, &FigureView::cellActivated, this, &MeaningPanel::cellChosen);
  refresh();
}

void MeaningPanel::show(std::shared_ptr<const Comparison> comparison) {
  comparison_ = std::move(comparison);
  showMeaning(nullptr);
}

void MeaningPanel::showMeaning(std::shared_ptr<const PairMeaning> meaning) {
  if (meaning != meaning_ || !meaning) {
    figures_.reset();
    labels_.clear();
    groupsFilled_ = false;
    chartView_.reset();
    meaning_ = std::move(meaning);
    if (!meaning_) {
      // What was shown belongs to another answer.
      groups_->show(nullptr, nullptr);
      chart_->setFigure({});
    }
  }
  refresh();
}

MeaningView MeaningPanel::view() const {
  return static_cast<MeaningView>(views_->current());
}

void MeaningPanel::setView(MeaningView view) {
  views_->setCurrent(static_cast<int>(view));
  refresh();
}

void MeaningPanel::refresh() {
  providers_->setProvider(workspace_.semantics());
  providers_->setDetailsBlocked(meaning_ ? QString() : tr("There is no answer yet."));
  sentence_->setVisible(meaning_ != nullptr);
  if (!meaning_) {
    notice_->refresh();
    stack_->setCurrentWidget(notice_);
    emit viewChanged();
    return;
  }
  stack_->setCurrentWidget(view() == MeaningView::Groups ? static_cast<QWidget*>(groups_) : chart_);
  if (isVisible()) fill();
  emit viewChanged();
}

void MeaningPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  fill();
}

/// Views and provider side by side where there is room: a small window has none in height to give away.
void MeaningPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const int needed = views_->sizeHint().width() + providers_->sizeHint().width() + space::kXl;
  const auto direction = width() >= needed ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom;
  head_->setSpacing(direction == QBoxLayout::LeftToRight ? space::kXl : space::kS);
  head_->setDirection(direction);
}

const Figure* MeaningPanel::figure() {
  if (!meaning_) return nullptr;
  if (!figures_) figures_ = std::make_unique<MeaningFigures>(*comparison_, *meaning_);
  return figures_->find(view());
}

void MeaningPanel::fill() {
  if (!meaning_ || !comparison_) return;
  const Figure* shown = figure();
  sentence_->setText(shown ? QString::fromStdString(shown->sentence) : QString());
  if (view() != MeaningView::Groups) return fillChart();
  if (!groupsFilled_) {
    // The tree lives in the answer, which outlives what shows it.
    groups_->show(comparison_, {meaning_, &meaning_->classes.groups});
    groupsFilled_ = true;
  }
  groups_->setChosen(chosen_);
}

void MeaningPanel::fillChart() {
  if (chartView_ == view()) return;
  chartView_ = view();
  const Figure* shown = figure();
  chart_->setEmptyText(view() == MeaningView::TopClasses
                           ? tr("No image is right with the teacher alone, so there are no classes with most flips.")
                           : tr("There are too few classes for this picture."));
  chart_->setFigure(shown ? *shown : Figure{});
  labels_ = figures_->classesOf(view());
  chart_->setSelectedLabels(labelsOf(labels_, chosen_));
}

void MeaningPanel::setChosen(const std::set<int>& classes) {
  chosen_ = classes;
  if (!meaning_) return;
  if (groupsFilled_) groups_->setChosen(classes);
  if (chartView_) chart_->setSelectedLabels(labelsOf(labels_, classes));
}

void MeaningPanel::choose(const std::set<int>& classes) {
  emit chosenChanged(classes);
}

/// The same again takes the choice back; with Ctrl, marks are added and taken away.
void MeaningPanel::labelChosen(int label) {
  if (view() == MeaningView::Similarity) return;  // a cell is a pair of classes
  if (label < 0 || static_cast<std::size_t>(label) >= labels_.size()) return;
  choose(toggled(chosen_, labels_[static_cast<std::size_t>(label)],
                 QGuiApplication::keyboardModifiers() & Qt::ControlModifier));
}

void MeaningPanel::cellChosen(int row, int column) {
  if (view() != MeaningView::Similarity) return;
  // Rows and columns stand in one order.
  const auto known = [this](int at) { return at >= 0 && static_cast<std::size_t>(at) < labels_.size(); };
  if (!known(row) || !known(column)) return;
  std::set<int> pair = labels_[static_cast<std::size_t>(row)];
  pair.insert(labels_[static_cast<std::size_t>(column)].begin(), labels_[static_cast<std::size_t>(column)].end());
  choose(toggled(chosen_, pair, false));
}

void MeaningPanel::showSenses() {
  if (!comparison_) return;
  auto* dialog = new SenseDialog(workspace_, *comparison_, net_, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &SenseDialog::netRead, this, [this](std::shared_ptr<const WordNet> net) { net_ = std::move(net); });
  dialog->open();
}

}  // namespace gf
