// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of ComparePage share; no other file includes it.
#pragma once

#include <QAction>
#include <QStackedWidget>
#include <optional>

#include "ui/compare/class_panel.h"
#include "ui/compare/compare_notice.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/gallery_panel.h"
#include "ui/compare/meaning_panel.h"
#include "ui/compare/sample_text.h"
#include "ui/compare/segments.h"
#include "ui/shelf/shelf_view.h"
#include "ui/style/eliding_label.h"
#include "ui/workspace/workspace.h"

namespace gf {

struct ComparePage::Private {
  std::shared_ptr<const Comparison> comparison;
  Segments* sides = nullptr;
  QStackedWidget *side = nullptr, *stack = nullptr;
  ShelfView* shelf = nullptr;
  CompareNotice* notice = nullptr;
  FigureView* outcomes = nullptr;
  ElidingLabel* statistics = nullptr;
  QLabel* warnings = nullptr;  ///< What casts doubt on the numbers.
  ClassPanel* classes = nullptr;
  GalleryPanel* gallery = nullptr;
  ElidingLabel* message = nullptr;
  std::optional<Said> said;  ///< Also asked of the images, as long as the selection is `saidWith`.
  Selection saidWith;
  QAction *compare = nullptr, *exportList = nullptr, *exportReport = nullptr, *exportChart = nullptr,
          *copyCommand = nullptr;

  bool onShelf() const { return sides->current() == ShelfSide; }
};

}  // namespace gf
