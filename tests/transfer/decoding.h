// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "predictions/evaluate.h"
#include "transfer/fixtures.h"

namespace gf::test {

/// Another data set as if its images had to be decoded; counts how often that was done.
class Decoding final : public DataSet {
 public:
  explicit Decoding(std::shared_ptr<const DataSet> data) : data_(std::move(data)) {}
  std::size_t size() const override { return data_->size(); }
  std::span<const std::int32_t> labels() const override { return data_->labels(); }
  const std::vector<std::string>& classNames() const override { return data_->classNames(); }
  Pixels image(std::size_t index) const override {
    ++decoded;
    return data_->image(index);
  }
  bool decodes() const override { return true; }
  std::string sampleName(std::size_t index) const override { return data_->sampleName(index); }
  const std::string& identity() const override { return data_->identity(); }

  mutable std::atomic<std::int64_t> decoded{0};

 private:
  std::shared_ptr<const DataSet> data_;
};

/// makeRun() of dropout.pt on the pictures as if their training split had to be decoded, `train`.
inline TransferRun makeDecodingRun(const TransferOptions& options, std::shared_ptr<const DataSet> train,
                                   std::optional<CropCache> crops, std::optional<FrozenCache> answers = std::nullopt,
                                   std::size_t teachers = 1) {
  DataSource data = pictures();
  data.train = std::move(train);
  TransferInput input{options, {}, model("dropout.pt"), data, {}, {}};
  if (teachers > 0) input.teachers.push_back(model("teacher.pt"));
  if (teachers > 1) input.teachers.push_back(model("teacher2.pt"));
  for (Classifier& teacher : input.teachers) input.teachersBefore.push_back(evaluate(teacher, pictures().eval, {}));
  input.studentBefore = evaluate(input.student, pictures().eval, {});
  input.cache = std::move(answers);
  input.crops = std::move(crops);
  return TransferRun(std::move(input));
}

}  // namespace gf::test
