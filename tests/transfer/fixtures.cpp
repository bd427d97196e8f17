// SPDX-License-Identifier: Apache-2.0
#include "transfer/fixtures.h"

#include <ATen/Parallel.h>

#include "base/files.h"
#include "models/label_fit.h"
#include "predictions/evaluate.h"
#include "transfer/fit_plan.h"

namespace gf::test {

nlohmann::json golden(const std::string& file) {
  return nlohmann::json::parse(readFile(std::string(GF_TEST_DATA) + "/" + file, 1 << 24));
}

at::Tensor tensorOf(const nlohmann::json& numbers, at::IntArrayRef shape) {
  const auto values = numbers.get<std::vector<double>>();
  return torch::tensor(values, at::kDouble).to(at::kFloat).reshape(shape);
}

Classifier model(const std::string& file, const nlohmann::json& overrides) {
  return Classifier::load(std::string(GF_TEST_DATA) + "/" + file, c10::kCPU, overrides);
}

const DataSource& pictures() {
  static const DataSource source = openData(std::string(GF_TEST_DATA) + "/pictures");
  return source;
}

TransferOptions shortRun(Method method) {
  at::set_num_threads(1);
  TransferOptions options;
  options.method = method;
  options.epochs = 2;
  options.learningRate = 0.02;
  options.batch = 10;
  options.subset.amount = 1;
  options.seed = 5;
  return options;
}

TransferRun makeRun(const TransferOptions& options, std::vector<Classifier> teachers, Classifier student,
                    std::optional<FrozenCache> cache) {
  TransferInput input{options, std::move(teachers), std::move(student), pictures(), {}, {}};
  for (Classifier& teacher : input.teachers) input.teachersBefore.push_back(evaluate(teacher, pictures().eval, {}));
  input.studentBefore = evaluate(input.student, pictures().eval, {});
  input.cache = std::move(cache);
  return TransferRun(std::move(input));
}

TransferRun makeRun(const TransferOptions& options, Classifier teacher, Classifier student) {
  std::vector<Classifier> teachers;
  teachers.push_back(std::move(teacher));
  return makeRun(options, std::move(teachers), std::move(student));
}

TransferRun makeRun(const TransferOptions& options) {
  return makeRun(options, model("teacher.pt"), model("student.pt"));
}

TransferRun makeFit(const FitOptions& options, Classifier student) {
  TransferInput input{options.training, {}, std::move(student), pictures(), {}, {}};
  const FitPlan plan = planFit("the model", classesOf(input.student.metadata()), classesOf(*input.data.eval), options);
  prepareFit(plan, options, input.student, input.data);
  input.studentBefore = evaluate(input.student, input.data.eval, {});
  input.headOnly = options.layers == FitLayers::Head;
  return TransferRun(std::move(input));
}

std::map<std::string, at::Tensor> stateOf(const Classifier& model) {
  std::map<std::string, at::Tensor> state;
  for (const auto& [name, tensor] : model.namedParameters()) state[name] = tensor.detach().clone();
  for (const auto& [name, tensor] : model.namedBuffers()) state[name] = tensor.detach().clone();
  return state;
}

bool bitEqual(const std::map<std::string, at::Tensor>& one, const std::map<std::string, at::Tensor>& other) {
  if (one.size() != other.size()) return false;
  for (const auto& [name, tensor] : one) {
    const auto found = other.find(name);
    if (found == other.end() || !at::equal(tensor, found->second)) return false;
  }
  return true;
}

}  // namespace gf::test
