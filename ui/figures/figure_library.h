// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QString>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "report/result_folder.h"

namespace gf {

class Workspace;
struct Comparison;
struct PairMeaning;
struct Shelf;

/// Something that figures come from.
struct FigureSource {
  enum class Kind { Pair, Shelf, Opened, Run };  ///< In the order of the list.
  enum class State { Unread, Reading, Read, Failed };

  Kind kind = Kind::Pair;
  QString key;       ///< "pair", "shelf", "run:12", "opened:/path": the same as long as it is the same thing.
  QString title;     ///< "tops-resnet → student-mlp"
  QString path;      ///< Result folder; empty for what was not written.
  QString fileName;  ///< Of an opened one: its folder's, or that of a report with a name of its own.
  State state = State::Unread;
  std::shared_ptr<const Result> result;  ///< Once it was read; of an older state while it is read again.
  QString failure;                       ///< Why it could not be read.
  std::uint64_t id = 0;                  ///< Of this row, never used twice.
  std::uint64_t job = 0;                 ///< The one that reads it; 0 when none.
  std::uint64_t runId = 0;               ///< Of a run.

  const std::vector<Figure>& figures() const;
};

/// Every figure at hand, as a tree: the present comparison (with its meaning once that is known), the shelf, opened
/// results and ended runs, each with its figures below it. It follows the workspace by itself. Reports are read, and
/// figures made of them, on a worker thread: those of runs when they are asked for, the others at once. A source
/// without figures has one row that says why.
class FigureLibrary final : public QAbstractItemModel {
  Q_OBJECT
 public:
  /// SearchRole: what a filter looks through; of no use for a row that only says why there are no figures. PaperRole:
  /// the paper's number of the figure, or what kind of source it is. SourceRole: whether the row is a source. NoteRole:
  /// whether it only says why there are no figures.
  enum Role { SearchRole = Qt::UserRole + 1, PaperRole, SourceRole, NoteRole };

  explicit FigureLibrary(Workspace& workspace, QObject* parent = nullptr);
  ~FigureLibrary() override;

  /// The source of a row, or of the row it stands below; null for none.
  const FigureSource* sourceOf(const QModelIndex& index) const;
  const Figure* figureOf(const QModelIndex& index) const;  ///< Null for rows that are none.
  /// The row of a figure, of the source when `figureId` is empty; invalid when it is not there.
  QModelIndex find(const QString& key, const QString& figureId = {}) const;
  /// Those that were read, in the order of the list.
  std::vector<FigureSource> readSources() const;

  /// Reads a source that was not read yet.
  void want(const QModelIndex& index);
  /// Reads a result folder, or its report.json, and lists it; answers its key. sourceRead() or openingFailed() follows.
  QString open(const QString& path);
  /// Takes an opened result off the list.
  void remove(const QModelIndex& index);

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex&) const override { return 1; }
  QVariant data(const QModelIndex& index, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 signals:
  void sourceRead(const QString& key);  ///< Its figures are there, or others than before.
  void openingFailed(const QString& name, const QString& reason);

 private:
  using Reader = std::function<Result()>;
  void follow();
  void followPair();
  void followShelf();
  void followRuns();
  void runEnded(quint64 id);
  int rowOf(const QString& key) const;
  FigureSource* sourceWith(const QString& key);
  /// The source with this key; a new one in its place of the list where there is none.
  FigureSource& ensure(FigureSource::Kind kind, const QString& key);
  void drop(const QString& key);
  void read(FigureSource& source, Reader reader);
  void take(FigureSource& source, std::shared_ptr<const Result> result);
  void tell(const FigureSource& source);
  int below(const FigureSource& source) const;
  QVariant sourceData(const FigureSource& source, int role) const;
  QVariant figureData(const FigureSource& source, int row, int role) const;

  Workspace& workspace_;
  std::vector<std::unique_ptr<FigureSource>> sources_;
  std::uint64_t nextId_ = 1;
  std::uint64_t hidden_ = 0;  ///< The source whose old rows are gone and whose new ones are not there yet.
  // What the rows of the pair and of the shelf were made of.
  std::shared_ptr<const Comparison> pair_;
  std::shared_ptr<const PairMeaning> meaning_;
  std::shared_ptr<const Shelf> shelf_;
};

/// "comparison", "shelf", "run", "opened comparison": what a source is, in a word or two.
QString kindText(const FigureSource& source);
/// "1 figure", "12 figures".
QString figuresText(qint64 count);

}  // namespace gf
