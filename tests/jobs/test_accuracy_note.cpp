// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "jobs/accuracy_note.h"

using namespace gf;

namespace {

DataSource sourceOf(const std::string& kind, const std::string& evalName) {
  return {"folder", kind, nullptr, nullptr, evalName};
}

ModelMetadata modelOf(const std::string& data, double value) {
  ModelMetadata model;
  model.name = "resnet";
  model.referenceAccuracy = ModelMetadata::Reference{data, value};
  return model;
}

}  // namespace

TEST_CASE("a published accuracy is about data of its name") {
  const DataSource imageNet = sourceOf("ImageNet-1k", "val");
  for (const char* name : {"imagenet-1k", "ImageNet", "ImageNet-1K (val)", "ILSVRC2012 validation", "imagenet_1k"})
    CHECK(isAbout(name, imageNet));
  for (const char* name : {"ImageNet-21k", "imagenet-v2", "imagenet train", "CIFAR-10", "", "val"})
    CHECK_FALSE(isAbout(name, imageNet));
  CHECK_FALSE(isAbout("ImageNet-1k", sourceOf("ImageNet-1k", "images")));
  CHECK_FALSE(isAbout("ImageNet classes", sourceOf("ImageNet classes", "val")));
  CHECK_FALSE(isAbout("IDX t10k", sourceOf("IDX", "t10k")));
  CHECK(isAbout("cifar10", sourceOf("CIFAR-10", "test")));
  CHECK_FALSE(isAbout("cifar100", sourceOf("CIFAR-10", "test")));
  CHECK(isAbout("CUB-200", sourceOf("CUB-200-2011", "test")));
  CHECK(isAbout("Stanford Cars test", sourceOf("Stanford Cars", "test")));
}

TEST_CASE("more than a point and more than three standard errors") {
  const DataSource data = sourceOf("ImageNet-1k", "val");
  const ModelMetadata model = modelOf("imagenet-1k", 0.8);
  // 50,000 images: three standard errors are 0.54 points, so the point counts.
  CHECK(accuracyNote(model, data, 0.7901, 50'000).empty());
  CHECK(accuracyNote(model, data, 0.8099, 50'000).empty());
  const std::string low = accuracyNote(model, data, 0.7899, 50'000);
  CHECK(low.starts_with("resnet is right on 78.99 % of these 50000 images"));
  for (const char* cause : {"80.00 %", "order", "normalisation", "interpolation", "other images"})
    CHECK(low.find(cause) != std::string::npos);
  CHECK_FALSE(accuracyNote(model, data, 0.8101, 50'000).empty());
  // 400 images: a standard error is two points.
  CHECK(accuracyNote(model, data, 0.7405, 400).empty());
  CHECK_FALSE(accuracyNote(model, data, 0.7395, 400).empty());
  CHECK(accuracyNote(model, data, 0, 0).empty());
  CHECK(accuracyNote(ModelMetadata(), data, 0.1, 50'000).empty());
  CHECK(accuracyNote(modelOf("CIFAR-10", 0.9), data, 0.1, 50'000).empty());
}
