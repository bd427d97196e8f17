// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "jobs/compare_job.h"
#include "jobs/job.h"
#include "knowledge/shelf.h"
#include "report/figure.h"

namespace gf {

struct ShelfRequest {
  std::vector<ModelChoice> models;  ///< At least two.
  std::filesystem::path data;
  std::string device = "auto";
  int threads = 0;
  BadImages badImages = BadImages::Stop;
};

/// A shelf of models on one evaluation set: everything the shelf view shows.
struct Shelf {
  ShelfRequest request;  ///< The models that could be evaluated, in their order.
  DataSource data;       ///< Its evaluation split without `imagesLeftOut`.
  std::vector<Unreadable> imagesLeftOut{};
  std::vector<Inspection> models;
  ShelfKnowledge knowledge;
  std::vector<std::string> leftOut;  ///< "broken.pt: must be a TorchScript archive", one line for each model left out.
  nlohmann::ordered_json report;
  std::vector<Figure> figures;  ///< shelfFigures(report): too long for the window's thread with 300 models.
};

/// Evaluates each model once (kept and keyed by content; only its answers stay in memory) and compares all pairs. A
/// model that cannot be read or lacks classes of the data is left out with its reason; fewer than two left:
/// Error(Input).
class ShelfJob final : public Job {
 public:
  explicit ShelfJob(ShelfRequest request);
  std::string title() const override;
  void run(const Control& control) override;
  /// After run() returned; null before.
  std::shared_ptr<const Shelf> result() const { return result_; }

 private:
  ShelfRequest request_;
  std::shared_ptr<const Shelf> result_;
};

}  // namespace gf
