// SPDX-License-Identifier: Apache-2.0
// Embeddings against transformers and open_clip (make_golden.py), and folders that cannot be used.
#include <doctest/doctest.h>

#include <cmath>

#include "semantics/bert_text.h"
#include "semantics/clip_text.h"
#include "semantics/text_semantics.h"
#include "texts.h"

namespace {
using namespace gf_test;

at::Tensor rowsOf(const nlohmann::json& rows) {
  std::vector<float> flat;
  for (const auto& row : rows) {
    for (const auto& value : row) flat.push_back(value.get<float>());
  }
  return torch::tensor(flat).view({static_cast<std::int64_t>(rows.size()), -1});
}
at::Tensor storedRows(const std::string& name, std::int64_t count) {
  return torch::tensor(numbersIn<float>(name)).view({count, -1});
}

/// The largest 1 − cosine of two rows, in double.
double largestAngle(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
  const at::Tensor cosine = (x * y).sum(1) / (x.norm(2, 1) * y.norm(2, 1));
  return (1 - cosine).max().item<double>();
}
double largestDifference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

void compare(const gf::TextEncoder& encoder, const at::Tensor& expected) {
  const auto count = static_cast<std::size_t>(expected.size(0));
  const at::Tensor rows = encoder.encode(Texts().names(count), {});
  REQUIRE(rows.sizes() == expected.sizes());
  CHECK(largestAngle(rows, expected) < 1e-6);
  CHECK(largestDifference(rows, expected) < 1e-4);
}

TEST_CASE("the names are those of make_golden.py") {
  const nlohmann::json golden = jsonOf(dataFile("golden.json"));
  CHECK(Texts().names(golden.at("names").size()) == golden.at("names").get<std::vector<std::string>>());
}

TEST_CASE("CLIP: 1,000 class names as transformers embeds them") {
  compare(*gf::openClipText(dataFile("clip")), storedRows("clip.embeddings", 1000));
}

TEST_CASE("CLIP, text only: two shards, gelu, the old rule for the end mark") {
  const Scratch scratch;
  const fs::path folder = copyOf(scratch, "clip_text");
  const nlohmann::json golden = jsonOf(dataFile("golden.json"));
  const auto encoder = gf::openClipText(folder);
  compare(*encoder, rowsOf(golden.at("clip_text")));
  CHECK(encoder->settings().at("pooling") == "highest id");
  CHECK(encoder->files().size() == 3 + 4);
}

TEST_CASE("CLIP without projection answers the pooled text") {
  const Scratch scratch;
  const fs::path folder = copyOf(scratch, "clip_text");
  nlohmann::json config = jsonOf(folder / "config.json");
  config["architectures"] = {"CLIPTextModel"};
  write(folder / "config.json", config.dump());
  nlohmann::json index = jsonOf(folder / "model.safetensors.index.json");
  index["weight_map"].erase("text_projection.weight");
  write(folder / "model.safetensors.index.json", index.dump());
  compare(*gf::openClipText(folder), rowsOf(jsonOf(dataFile("golden.json")).at("clip_text_bare")));
}

TEST_CASE("CLIP as open_clip stores it, in bfloat16") {
  const Scratch scratch;
  const auto encoder = gf::openClipText(copyOf(scratch, "open_clip"));
  compare(*encoder, rowsOf(jsonOf(dataFile("golden.json")).at("open_clip")));
  CHECK(encoder->settings().at("layout") == "open_clip");
}

TEST_CASE("BERT: 1,000 class names, the mean over their tokens") {
  compare(*gf::openBertText(dataFile("bert")), storedRows("bert.embeddings", 1000));
}

TEST_CASE("BERT: the first token where 1_Pooling says so") {
  const Scratch scratch;
  const fs::path folder = copyOf(scratch, "bert");
  write(folder / "1_Pooling" / "config.json",
        R"({"word_embedding_dimension": 12, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false})");
  compare(*gf::openBertText(folder), rowsOf(jsonOf(dataFile("golden.json")).at("bert_cls")));
}

TEST_CASE("one text is embedded alike alone and among others") {
  for (const auto& encoder : {gf::openClipText(dataFile("clip")), gf::openBertText(dataFile("bert"))}) {
    const auto names = Texts().names(30);
    const at::Tensor all = encoder->encode(names, {});
    for (const std::int64_t i : {0, 7, 29}) {
      const at::Tensor one = encoder->encode({names[static_cast<std::size_t>(i)]}, {});
      CHECK(largestDifference(all.slice(0, i, i + 1), one) < 1e-5);
    }
  }
}

TEST_CASE("class semantics: unit rows, provenance, templates") {
  const gf::SemanticsSpec spec{"clip", dataFile("clip").string()};
  const std::vector<std::string> names{"cat", "dog", "cat"};
  const auto raw = gf::textSemantics(spec, names);
  REQUIRE(raw.dimensions == 12);
  double squares = 0;
  for (std::size_t j = 0; j < 12; ++j) squares += static_cast<double>(raw.vectors[j]) * raw.vectors[j];
  CHECK(squares == doctest::Approx(1));
  CHECK(raw.between(0, 2) == doctest::Approx(1));
  CHECK(raw.notes.size() == 1);
  CHECK(raw.provenance.at("provider") == "clip");
  CHECK(raw.provenance.at("files").size() == 4);
  CHECK(raw.provenance.at("files")[0].at("sha256").get<std::string>().size() == 64);

  // The mean of the unit vectors of both phrases, by hand.
  const auto photo = gf::textSemantics(spec, {"cat"}, {"a photo of a {}"});
  const auto both = gf::textSemantics(spec, {"cat"}, {"{}", "a photo of a {}"});
  std::vector<double> mean(12);
  double length = 0;
  for (std::size_t j = 0; j < 12; ++j) {
    mean[j] = static_cast<double>(raw.vectors[j]) + photo.vectors[j];
    length += mean[j] * mean[j];
  }
  for (std::size_t j = 0; j < 12; ++j)
    CHECK(both.vectors[j] == doctest::Approx(mean[j] / std::sqrt(length)).epsilon(1e-5));
  for (const char* wrong : {"a photo", "", "{} and {}"}) {
    CHECK(failureOf([&] { gf::textSemantics(spec, names, {wrong}); }).kind() == gf::ErrorKind::Usage);
  }
  const auto shared = gf::classSemantics(spec, names, {});
  CHECK(shared.vectors == raw.vectors);
}

TEST_CASE("a stop is heeded") {
  std::stop_source stop;
  stop.request_stop();
  const gf::Control control(stop.get_token(), nullptr, {});
  CHECK_THROWS_AS(gf::openClipText(dataFile("clip"))->encode({"cat"}, control), gf::Stopped);
}

/// A folder with one key of its configuration changed, and the failure it gives.
gf::Error changed(const std::string& name, const std::function<void(nlohmann::json&)>& change,
                  const std::string& file = "config.json") {
  const Scratch scratch;
  const fs::path folder = copyOf(scratch, name);
  nlohmann::json config = jsonOf(folder / file);
  change(config);
  write(folder / file, config.dump());
  return failureOf([&] {
    if (name == "bert") {
      gf::openBertText(folder);
    } else {
      gf::openClipText(folder);
    }
  });
}

TEST_CASE("a CLIP folder that cannot be used: file, key, rule and value") {
  const auto text = [](const char* key, nlohmann::json value) {
    return changed("clip", [&](nlohmann::json& config) { config["text_config"][key] = value; });
  };
  const gf::Error activation = text("hidden_act", "swish");
  CHECK(activation.subject().ends_with("config.json"));
  CHECK(activation.rule() ==
        "\"text_config.hidden_act\" must be gelu, quick_gelu, gelu_new, gelu_pytorch_tanh or relu");
  CHECK(activation.observed() == "\"swish\"");
  CHECK(text("hidden_size", "32").rule() == "\"text_config.hidden_size\" must be a whole number from 1 to 65536");
  CHECK(text("num_attention_heads", 5).rule() == "\"text_config.num_attention_heads\" must divide the width 32");
  const gf::Error width = text("hidden_size", 40);
  CHECK(width.rule() == "tensor \"text_model.embeddings.token_embedding.weight\" must have the shape [753, 40]");
  CHECK(width.observed() == "[753, 32]");
  CHECK(text("num_hidden_layers", 3).rule().starts_with("must hold a tensor \"text_model.encoder.layers.2."));
  CHECK(changed("clip", [](nlohmann::json& config) { config["model_type"] = "siglip"; }).observed() == "\"siglip\"");
  CHECK(changed("clip", [](nlohmann::json& config) { config["projection_dim"] = 13; }).observed() == "[12, 32]");
  CHECK(changed(
            "clip", [](nlohmann::json& vocab) { vocab["zzzz"] = 753; }, "vocab.json")
            .observed() == "token 753");
  CHECK(changed(
            "open_clip", [](nlohmann::json& c) { c["model_cfg"]["text_cfg"]["pool_type"] = "last"; },
            "open_clip_config.json")
            .rule() == "\"model_cfg.text_cfg.pool_type\" must be argmax or eos");
}

TEST_CASE("a BERT folder that cannot be used") {
  CHECK(changed("bert", [](nlohmann::json& c) { c["model_type"] = "roberta"; }).rule() ==
        "\"model_type\" must be bert");
  CHECK(changed("bert", [](nlohmann::json& c) { c["type_vocab_size"] = 3; }).observed() == "[2, 12]");
  CHECK(changed("bert", [](nlohmann::json& c) { c["hidden_act"] = 3; }).rule() == "\"hidden_act\" must be text");
  const Scratch scratch;
  const fs::path folder = copyOf(scratch, "bert");
  const auto failure = [&] { return failureOf([&] { gf::openBertText(folder); }); };
  write(folder / "1_Pooling" / "config.json", R"({"pooling_mode_max_tokens": true})");
  CHECK(failure().rule() == "\"pooling_mode_max_tokens\" must be false: only the mean and the first token are read");
  fs::remove_all(folder / "1_Pooling");
  write(folder / "modules.json", R"([{"type": "sentence_transformers.models.Dense"}])");
  CHECK(failure().observed() == "\"sentence_transformers.models.Dense\"");
}

TEST_CASE("missing files are named, and a pickle is told how to convert") {
  const Scratch scratch;
  const auto failure = [&](const fs::path& folder) { return failureOf([&] { gf::openClipText(folder); }); };
  CHECK(failure(scratch / "absent").observed() == "nothing there");
  const fs::path folder = copyOf(scratch, "clip");
  fs::remove(folder / "model.safetensors");
  CHECK(failure(folder).rule() == "the folder must hold model.safetensors or model.safetensors.index.json");
  write(folder / "pytorch_model.bin", "x");
  CHECK(failure(folder).remedy().find("weights_only=True") != std::string::npos);
  for (const char* name : {"config.json", "vocab.json", "merges.txt"}) {
    const Scratch other;
    const fs::path copy = copyOf(other, "clip");
    fs::remove(copy / name);
    CHECK(failure(copy).subject().ends_with(name));
  }
}

TEST_CASE("an index may name files of its folder only") {
  for (const char* wrong : {"../model.safetensors", "/etc/passwd", "..", "", "sub/model.safetensors"}) {
    const gf::Error error = changed(
        "clip_text",
        [&](nlohmann::json& index) {
          for (auto& [key, value] : index["weight_map"].items()) value = wrong;
        },
        "model.safetensors.index.json");
    CHECK(error.rule().ends_with("must name a file of the folder"));
  }
}

}  // namespace
