// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/gallery_panel.h"

#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QStyleHints>
#include <QTimer>
#include <QVBoxLayout>

#include "base/files.h"
#include "ui/compare/sample_delegate.h"
#include "ui/compare/sample_details.h"
#include "ui/compare/sample_list.h"
#include "ui/compare/sample_scores.h"
#include "ui/compare/sample_text.h"
#include "ui/compare/sample_zoom.h"
#include "ui/compare/thumbnails.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

constexpr int kKeptThumbnails = 600;

QListView* makeList(SampleModel* model, Thumbnails& thumbnails, QWidget* parent) {
  auto* list = new QListView(parent);
  list->setObjectName(QStringLiteral("gallery"));
  // A wrapping list lays out by segments; icon mode would keep a tree of all items and took seconds for 50,000.
  list->setFlow(QListView::LeftToRight);
  list->setWrapping(true);
  list->setResizeMode(QListView::Adjust);
  list->setUniformItemSizes(true);
  list->setLayoutMode(QListView::Batched);
  list->setBatchSize(2000);
  list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list->setSelectionMode(QAbstractItemView::SingleSelection);
  list->setMouseTracking(true);
  list->setFrameShape(QFrame::NoFrame);
  list->setItemDelegate(new SampleDelegate(thumbnails, list));
  list->setModel(model);
  list->setAccessibleName(GalleryPanel::tr("Images"));
  return list;
}

}  // namespace

GalleryPanel::GalleryPanel(QWidget* parent)
    : QWidget(parent),
      model_(new SampleModel(this)),
      thumbnails_(new Thumbnails(static_cast<int>(SampleDelegate::kImageSide * qGuiApp->devicePixelRatio()),
                                 kKeptThumbnails, this)),
      keeper_(new ScoreKeeper(this)),
      list_(makeList(model_, *thumbnails_, this)),
      details_(new SampleDetails(this)),
      count_(new QLabel(this)),
      empty_(mutedLabel(tr("No image is like this. Choose another outcome or class, or show all."), this)),
      filter_(new ElidingLabel(this)),
      later_(new QTimer(this)),
      clear_(new QPushButton(tr("Show all"), this)) {
  QFont strong = Theme::instance().font(TextStyle::Body);
  strong.setWeight(QFont::DemiBold);
  count_->setFont(strong);
  count_->setObjectName(QStringLiteral("galleryCount"));
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  // Its place stays, so that nothing moves when a choice is made.
  QSizePolicy kept = clear_->sizePolicy();
  kept.setRetainSizeWhenHidden(true);
  clear_->setSizePolicy(kept);
  clear_->setToolTip(tr("Show the images of every class and outcome"));
  auto* head = new QHBoxLayout;
  head->setSpacing(space::kS);
  head->addWidget(count_);
  head->addWidget(filter_, 1);
  head->addWidget(clear_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addLayout(head);
  layout->addWidget(buildOrder());
  layout->addWidget(list_, 1);
  layout->addWidget(empty_, 1);
  layout->addWidget(details_);
  setTabOrders();
  setMinimumWidth(std::max(details_->minimumSizeHint().width(), minimumSizeHint().width()));
  details_->hide();
  empty_->hide();
  connect(clear_, &QPushButton::clicked, this, &GalleryPanel::clearRequested);
  connect(thumbnails_, &Thumbnails::ready, this, [this](quint64 sample) { model_->imageChanged(sample); });
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &GalleryPanel::choose);
  connect(list_, &QListView::doubleClicked, this, &GalleryPanel::zoom);
  list_->installEventFilter(this);
  list_->viewport()->installEventFilter(this);
  later_->setSingleShot(true);
  connect(later_, &QTimer::timeout, this, &GalleryPanel::explain);
  connect(keeper_, &ScoreKeeper::ready, this, [this] {
    keepChosen([this] { model_->setScores(keeper_->scores()); });
    say();
    emit listChanged();
  });
}

/// As they stand, from top to bottom; the list was made before what stands above it.
void GalleryPanel::setTabOrders() {
  QList<QWidget*> widgets{clear_, order_, direction_, list_};
  widgets << details_->findChildren<QWidget*>();
  QWidget* last = nullptr;
  for (QWidget* widget : widgets) {
    if (widget->focusPolicy() == Qt::NoFocus) continue;
    if (last) QWidget::setTabOrder(last, widget);
    last = widget;
  }
}

QWidget* GalleryPanel::buildOrder() {
  auto* row = new QWidget(this);
  order_ = new QComboBox(row);
  order_->setObjectName(QStringLiteral("galleryOrder"));
  order_->addItem(tr("Data order"), static_cast<int>(SampleOrder::Data));
  order_->addItem(tr("Teacher's confidence"), static_cast<int>(SampleOrder::TeacherConfidence));
  order_->addItem(tr("Student's confidence"), static_cast<int>(SampleOrder::StudentConfidence));
  order_->addItem(tr("Confidence gap"), static_cast<int>(SampleOrder::Gap));
  order_->setItemData(1, tr("How sure the teacher is of what it says"), Qt::ToolTipRole);
  order_->setItemData(2, tr("How sure the student is of what it says"), Qt::ToolTipRole);
  order_->setItemData(3, tr("The teacher's probability of the truth less the student's"), Qt::ToolTipRole);
  order_->setAccessibleName(tr("Sort by"));
  order_->setToolTip(tr("What the images are sorted by"));
  direction_ = new QPushButton(row);
  direction_->setObjectName(QStringLiteral("galleryDirection"));
  direction_->setCheckable(true);
  // As wide as its longest text, so that nothing moves when it changes.
  int widest = 0;
  for (const QString& text : {tr("Highest first"), tr("Lowest first"), tr("First to last"), tr("Last to first")}) {
    direction_->setText(text);
    widest = std::max(widest, direction_->sizeHint().width());
  }
  direction_->setMinimumWidth(widest);
  auto* label = new QLabel(tr("Sort by"), row);
  label->setBuddy(order_);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(label);
  layout->addWidget(order_);
  layout->addWidget(direction_);
  layout->addStretch(1);
  connect(order_, &QComboBox::currentIndexChanged, this, &GalleryPanel::applyOrder);
  connect(direction_, &QPushButton::toggled, this, &GalleryPanel::applyOrder);
  applyOrder();
  return row;
}

void GalleryPanel::applyOrder() {
  const auto order = static_cast<SampleOrder>(order_->currentData().toInt());
  const bool reversed = direction_->isChecked();
  if (order == SampleOrder::Data) {
    direction_->setText(reversed ? tr("Last to first") : tr("First to last"));
  } else {
    direction_->setText(reversed ? tr("Lowest first") : tr("Highest first"));
  }
  direction_->setToolTip(tr("Turn the order round"));
  direction_->setAccessibleName(tr("Direction: %1").arg(direction_->text()));
  keepChosen([&] { model_->setOrder(order, reversed); });
  say();
}

/// A new order of the same images: the chosen one stays chosen, and without one the list begins at its top.
void GalleryPanel::keepChosen(const std::function<void()>& change) {
  const std::optional<std::size_t> sample = chosen();
  change();
  if (list_->currentIndex().isValid()) return;  // the order was not touched
  const std::optional<int> row = sample ? model_->rowOf(*sample) : std::nullopt;
  if (row) return list_->setCurrentIndex(model_->index(*row));
  list_->verticalScrollBar()->setValue(0);
}

void GalleryPanel::show(std::shared_ptr<const Comparison> comparison, const Selection& selection,
                        std::optional<Said> said) {
  const bool changed = model_->comparison() != comparison;
  if (changed) {
    thumbnails_->setData(comparison ? comparison->data.eval : nullptr);
    keeper_->setComparison(comparison);
  }
  model_->show(std::move(comparison), selection, said);
  const int rows = model_->rowCount();
  count_->setText(countLine());
  filterText_ = model_->comparison() ? selectionText(*model_->comparison(), selection, said) : QString();
  say();
  clear_->setVisible(selection != Selection{} || said);
  list_->setVisible(rows > 0);
  empty_->setVisible(rows == 0);
  list_->verticalScrollBar()->setValue(0);
  choose({});
  emit listChanged();
}

void GalleryPanel::say() {
  const bool waiting = model_->comparison() && model_->order() != SampleOrder::Data && !model_->scores();
  QStringList words{filterText_};
  if (waiting) words << tr("sorting");
  words.removeAll(QString());
  filter_->say(words.join(QStringLiteral(" · ")));
}

QString GalleryPanel::exportBlocked() const {
  if (!model_->comparison()) return tr("There is no comparison yet.");
  if (model_->rowCount() == 0) return tr("No image is shown.");
  if (!model_->scores()) return tr("How sure the models are is still being worked out.");
  return {};
}

void GalleryPanel::exportList(const QString& file) const {
  writeAtomically(file.toStdString(), sampleListCsv(*model_->comparison(), *model_->scores(), model_->samples()));
}

bool GalleryPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == list_->viewport()) {
    if (event->type() == QEvent::MouseButtonPress) clicking_ = true;
    if (event->type() == QEvent::MouseButtonRelease) clicking_ = false;
  }
  if (watched == list_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && list_->currentIndex().isValid()) {
      zoom(list_->currentIndex());
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void GalleryPanel::zoom(const QModelIndex& index) {
  if (!index.isValid()) return;
  auto* dialog = new SampleZoom(*model_, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  // The gallery follows, so that closing leaves one where one is.
  connect(dialog, &SampleZoom::rowChanged, this, [this](int row) { list_->setCurrentIndex(model_->index(row)); });
  dialog->showRow(index.row());
  dialog->open();
}

QString GalleryPanel::countLine() const {
  return tr("%1 of %2 images").arg(countText(model_->rowCount()), countText(static_cast<qint64>(model_->total())));
}

std::optional<std::size_t> GalleryPanel::chosen() const {
  const QModelIndex index = list_->currentIndex();
  return index.isValid() ? std::optional(model_->sample(index.row())) : std::nullopt;
}

void GalleryPanel::choose(const QModelIndex& index) {
  later_->stop();
  // The details take room from the images. After a first click they wait, or the second one of a double click would
  // meet another image.
  if (index.isValid() && clicking_ && details_->isHidden()) {
    later_->start(QGuiApplication::styleHints()->mouseDoubleClickInterval());
  } else {
    explain();
  }
  emit chosenChanged();
}

void GalleryPanel::explain() {
  const QModelIndex index = list_->currentIndex();
  details_->setVisible(index.isValid());
  if (!index.isValid()) return details_->clear();
  details_->show(model_->comparison(), model_->sample(index.row()));
  list_->scrollTo(index);
}

}  // namespace gf
