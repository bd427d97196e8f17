// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/gallery_panel.h"

#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/compare/sample_delegate.h"
#include "ui/compare/sample_details.h"
#include "ui/compare/sample_model.h"
#include "ui/compare/sample_text.h"
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
      list_(makeList(model_, *thumbnails_, this)),
      details_(new SampleDetails(this)),
      count_(new QLabel(this)),
      empty_(mutedLabel(tr("No image is like this. Choose another outcome or class, or show all."), this)),
      filter_(new ElidingLabel(this)),
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
  layout->addWidget(list_, 1);
  layout->addWidget(empty_, 1);
  layout->addWidget(details_);
  setMinimumWidth(details_->minimumSizeHint().width());
  details_->hide();
  empty_->hide();
  connect(clear_, &QPushButton::clicked, this, &GalleryPanel::clearRequested);
  connect(thumbnails_, &Thumbnails::ready, this, [this](quint64 sample) { model_->imageChanged(sample); });
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &GalleryPanel::choose);
}

void GalleryPanel::show(std::shared_ptr<const Comparison> comparison, const Selection& selection) {
  if (model_->comparison() != comparison) thumbnails_->setData(comparison ? comparison->data.eval : nullptr);
  model_->show(std::move(comparison), selection);
  const int rows = model_->rowCount();
  count_->setText(countLine());
  const QString words = model_->comparison() ? selectionText(*model_->comparison(), selection) : QString();
  filter_->say(words);
  clear_->setVisible(selection != Selection{});
  list_->setVisible(rows > 0);
  empty_->setVisible(rows == 0);
  list_->verticalScrollBar()->setValue(0);
  choose({});
}

QString GalleryPanel::countLine() const {
  return tr("%1 of %2 images").arg(countText(model_->rowCount()), countText(static_cast<qint64>(model_->total())));
}

std::optional<std::size_t> GalleryPanel::chosen() const {
  const QModelIndex index = list_->currentIndex();
  return index.isValid() ? std::optional(model_->sample(index.row())) : std::nullopt;
}

void GalleryPanel::choose(const QModelIndex& index) {
  details_->setVisible(index.isValid());
  if (index.isValid()) {
    details_->show(model_->comparison(), model_->sample(index.row()));
    list_->scrollTo(index);
  } else {
    details_->clear();
  }
  emit chosenChanged();
}

}  // namespace gf
