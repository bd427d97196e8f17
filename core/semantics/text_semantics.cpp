// SPDX-License-Identifier: Apache-2.0
#include "semantics/text_semantics.h"

#include <set>

#include "base/error.h"
#include "base/hash.h"
#include "semantics/bert_text.h"
#include "semantics/clip_text.h"

namespace gf {
namespace {

constexpr const char* kPlace = "{}";

void checkTemplates(const std::vector<std::string>& templates) {
  if (templates.empty()) failUsage("--template", "there must be one at least", "none");
  for (const auto& text : templates) {
    const std::size_t place = text.find(kPlace);
    if (place != std::string::npos && text.find(kPlace, place + 1) == std::string::npos) continue;
    failUsage("--template", "must have {} once, where the name belongs", text.empty() ? "nothing" : text);
  }
}

std::vector<std::string> filledIn(const std::string& text, const std::vector<std::string>& names) {
  const std::size_t place = text.find(kPlace);
  std::vector<std::string> result;
  result.reserve(names.size());
  for (const auto& name : names) result.push_back(text.substr(0, place) + name + text.substr(place + 2));
  return result;
}

/// Names that the encoder cannot tell apart, or had to cut.
std::vector<std::string> notesOn(const TextEncoder& encoder, const std::vector<std::string>& names,
                                 std::int64_t longest) {
  std::vector<std::string> notes;
  std::set<std::string> seen;
  for (const auto& name : names) {
    if (!seen.insert(name).second) notes.push_back("\"" + name + "\" is the name of more than one class");
    if (static_cast<std::int64_t>(encoder.tokens(name).size()) >= longest) {
      notes.push_back("\"" + name + "\" fills the " + std::to_string(longest) +
                      " tokens that the encoder takes; what is longer was cut off");
    }
  }
  return notes;
}

}  // namespace

ClassSemantics textSemantics(const SemanticsSpec& spec, const std::vector<std::string>& names,
                             const std::vector<std::string>& templates, const Control& control) {
  checkTemplates(templates);
  const auto encoder = spec.kind == "clip" ? openClipText(spec.path) : openBertText(spec.path);
  const auto count = static_cast<std::size_t>(encoder->dimensions()) * names.size();
  std::vector<float> vectors(count, 0.f);
  for (const auto& text : templates) {
    const at::Tensor rows = encoder->encode(filledIn(text, names), control).contiguous();
    const float* begin = rows.const_data_ptr<float>();
    // One template's scale must not outweigh another's.
    const auto one =
        semanticsOf(names, {begin, begin + count}, static_cast<std::size_t>(encoder->dimensions()), nullptr).vectors;
    for (std::size_t i = 0; i < count; ++i) vectors[i] += one[i];
  }
  auto settings = encoder->settings();
  const std::int64_t longest = settings["longest_text"];
  auto files = nlohmann::ordered_json::array();
  for (const auto& file : encoder->files()) {
    files.push_back({{"path", file.string()}, {"sha256", sha256OfFile(file, control)}});
  }
  auto result = semanticsOf(names, std::move(vectors), static_cast<std::size_t>(encoder->dimensions()),
                            {{"provider", spec.kind},
                             {"folder", spec.path},
                             {"files", std::move(files)},
                             {"settings", std::move(settings)},
                             {"templates", templates}});
  result.notes = notesOn(*encoder, names, longest);
  return result;
}

}  // namespace gf
