// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/usage.h"

#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <sstream>
#include <string_view>

#include "app/cli/terminal.h"

namespace gf {
namespace {

constexpr std::size_t kNameColumn = 30;

/// Adds `text` to `line` in lines that end before the terminal does; all but the first begin with `indent` blanks.
void addWrapped(std::string& line, const std::string& text, std::size_t indent) {
  const std::size_t width = std::clamp<std::size_t>(static_cast<std::size_t>(terminalColumns(STDOUT_FILENO)), 60, 100);
  std::size_t column = columnsOf(line);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool begins = column <= indent;
    if (!begins && column + 1 + columnsOf(word) >= width) {
      line += "\n" + std::string(indent, ' ') + word;
      column = indent + columnsOf(word);
    } else {
      line += (begins ? "" : " ") + word;
      column += columnsOf(word) + (begins ? 0 : 1);
    }
  }
}

/// `name` in a column of its own, `text` beside it.
std::string helpLine(const std::string& name, const std::string& text) {
  std::string result = "  " + name;
  const std::size_t column = columnsOf(result);
  std::string right(kNameColumn, ' ');
  addWrapped(right, text, kNameColumn);
  if (column + 2 > kNameColumn) return result + "\n" + right + "\n";
  return result + right.substr(column) + "\n";
}

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    return make_description(app) + make_usage(app, name) + make_subcommands(app, mode) + "\n" + make_groups(app, mode) +
           (app->get_footer().empty() ? "" : "\n" + make_footer(app));
  }
  std::string make_group(std::string group, bool, std::vector<const CLI::Option*> options) const override {
    std::string text = group + ":\n";  // make_groups() parts groups with an empty line
    for (const CLI::Option* option : options) text += make_option(option, false);
    return text;
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string text;
    if (!app->get_subcommands({}).empty()) text = " SUBCOMMAND";
    for (const CLI::Option* option : app->get_options()) {
      if (!option->get_required()) continue;
      text += (option->nonpositional() ? " " + option->get_name() : "") + " " + option->get_option_text();
    }
    std::string usage = "Usage: " + name;
    addWrapped(usage, text + " [OPTIONS]", 7);
    return "\n" + usage + "\n";
  }
  std::string make_positionals(const CLI::App*) const override { return {}; }  // the usage line says them
  std::string make_option(const CLI::Option* option, bool) const override {
    std::string name = option->get_name();
    if (name == "--help") name = "-h, --help";
    const std::string value = option->get_option_text();
    return helpLine(value.empty() ? name : name + " " + value, option->get_description());
  }
  std::string make_subcommand(const CLI::App* sub) const override {
    return helpLine(sub->get_name(), sub->get_description());
  }
};

std::size_t editDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

/// "Did you mean X? See WHERE --help", as far as there is an X.
std::string wayOut(const std::string& word, const std::vector<std::string>& candidates, const std::string& where) {
  const std::string meant = nearest(word, candidates);
  return (meant.empty() ? "" : "Did you mean " + meant + "? ") + "See " + where + " --help";
}

Error wrong(std::string subject, std::string rule, std::string observed, std::string remedy) {
  return {ErrorKind::Usage, std::move(subject), std::move(rule), std::move(observed), std::move(remedy)};
}

/// `first`: the word where a subcommand of `parent` should be, empty if there is none. `where`: what stands before it.
Error wrongSubcommand(const CLI::App& parent, const std::string& first, const std::string& where) {
  std::vector<std::string> names;
  for (const CLI::App* sub : parent.get_subcommands({})) names.push_back(sub->get_name());
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  if (first.empty() || first.front() == '-') {
    return wrong(first, "a subcommand must come first: " + list, first.empty() ? "nothing" : "an option",
                 "See " + where + " --help");
  }
  return wrong(quoted(first), "must be a subcommand: " + list, "an unknown name", wayOut(first, names, where));
}

}  // namespace

std::shared_ptr<CLI::Formatter> helpFormatter() {
  return std::make_shared<HelpFormatter>();
}

std::string shellWord(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quotedWord = "'";
  for (const char c : word) quotedWord += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quotedWord + "'";
}

std::string resumeCommand(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) {
    if (word == "--resume" || word.starts_with("--resume=") || word == "--overwrite" ||
        word.starts_with("--overwrite=")) {
      continue;
    }
    line += (line.empty() ? "" : " ") + shellWord(word);
  }
  return line + " --resume";
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const std::size_t distance = editDistance(word.substr(0, 64), candidate);
    if (distance < least && distance < candidate.size()) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

Error usageError(const CLI::App& program, const CLI::ParseError& failure, const std::string& first) {
  std::string where = "gainfinder";
  if (program.get_subcommands().empty()) return wrongSubcommand(program, first, where);
  const CLI::App* chosen = &program;
  for (auto below = chosen->get_subcommands(); !below.empty(); below = chosen->get_subcommands()) {
    chosen = below.front();
    where += " " + chosen->get_name();
  }
  if (!chosen->get_subcommands({}).empty()) {
    const auto extra = program.remaining(true);
    return wrongSubcommand(*chosen, extra.empty() ? "" : extra.front(), where);
  }
  const std::string text = failure.what();
  // A misspelt option is told before what is missing because of it.
  if (const auto extra = program.remaining(true); !extra.empty()) {
    const std::string word = extra.front().substr(0, extra.front().find('='));
    if (word.empty() || word.front() != '-') {
      return wrong(quoted(word), "must belong to an option", "a word on its own", "See " + where + " --help");
    }
    std::vector<std::string> names;
    for (const CLI::Option* option : chosen->get_options()) names.push_back(option->get_name());
    return wrong(word, "must be an option of " + where, "an unknown name", wayOut(word, names, where));
  }
  if (const auto cut = text.find(" is required"); cut != std::string::npos) {
    return wrong(text.substr(0, cut), "must be given", "nothing", "See " + where + " --help");
  }
  if (const auto cut = text.find(": "); cut != std::string::npos) {
    const bool none = text.find("missing") != std::string::npos;
    const bool many = text.find("At Most") != std::string::npos;
    return wrong(text.substr(0, cut), none || many ? "takes one value" : "must be used as its help says",
                 none   ? "none"
                 : many ? "several"
                        : text.substr(cut + 2),
                 "See " + where + " --help");
  }
  return wrong(where, "must be used as its help says", text, "See " + where + " --help");
}

}  // namespace gf
