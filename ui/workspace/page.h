// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace gf {

/// The pages in working order; the rail numbers them from 1 and Ctrl+number goes there.
enum class PageId { Models, Data, Compare, Transfer, Runs, Studies, Figures };
inline constexpr int kPageCount = 7;

/// Details of what is selected on a page, shown in the Inspector dock.
struct InspectorContent {
  struct Row {
    QString label, value;
    bool operator==(const Row&) const = default;
  };
  QString title;
  QList<Row> rows;
  QString note;          ///< Sentences below the rows: a reason, a remedy, a hint.
  bool warning = false;  ///< The note tells of something that is wrong.
  bool operator==(const InspectorContent&) const = default;
};

/// A page of the window: a title, one sentence that says what is seen, the content, and actions at the lower right with
/// one primary button. The window's shortcuts act on it through this interface alone.
class Page : public QWidget {
  Q_OBJECT
 public:
  Page(const QString& title, const QString& sentence, QWidget* parent = nullptr);

  QString title() const { return title_; }
  /// The line below the title; may hold the key result in words.
  void setSentence(const QString& sentence);

  /// What Ctrl+R triggers; null where the page has no main action. A disabled one carries its reason as tool tip.
  virtual QAction* primaryAction() { return nullptr; }
  /// What Ctrl+E triggers; null where nothing can be exported.
  virtual QAction* exportAction() { return nullptr; }
  /// Ctrl+F: puts the cursor into the page's filter. False where there is none.
  virtual bool focusFilter() { return false; }
  /// Shows a result folder or its report.json. False where that is not this page's business.
  virtual bool openResult(const QString& path) {
    Q_UNUSED(path);
    return false;
  }
  virtual InspectorContent inspector() const { return {}; }

 signals:
  /// inspector() answers something else now.
  void inspectorChanged();
  /// The user wants to go on elsewhere ("Choose models").
  void pageRequested(gf::PageId page);

 protected:
  /// The widget between sentence and actions; it gets all the room. Takes ownership.
  void setContent(QWidget* content);
  /// A widget at the upper right, beside the title: what the whole page shows.
  void addTitleWidget(QWidget* widget);
  /// A button for `action` at the lower right, in the order of the calls; the primary one stands out. It
  /// follows the action's text, tool tip and whether it is enabled.
  QPushButton* addButton(QAction* action, bool primary = false);
  /// A widget at the lower left, beside the actions (a status line, a progress bar).
  void addFooterWidget(QWidget* widget, int stretch = 0);

 private:
  QString title_;
  QLabel* sentence_;
  QVBoxLayout* layout_;
  QHBoxLayout *titleRow_, *footer_;
  QWidget* content_ = nullptr;
};

}  // namespace gf
