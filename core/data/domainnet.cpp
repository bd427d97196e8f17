// SPDX-License-Identifier: Apache-2.0
// DomainNet as it is published: <domain>/<class>/<file>, and beside the folders of the domains the lists
// <domain>_train.txt and <domain>_test.txt with lines "<domain>/<class>/<file> <number of the class>". One domain is
// one data set: its folder, either of its lists, or a root that holds the lists of one domain only is what to give.
// Classes are called as their folders are, underscores as blanks, and are in the order of their numbers; numbers that
// no image has are left out, so that lists cut down to shared classes can be read, too.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <system_error>

#include "base/error.h"
#include "data/file_set.h"
#include "data/sources.h"
#include "data/text_lines.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr std::array kEndings = {"_train.txt", "_test.txt"};

bool isThere(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

struct Line {
  std::string file;
  std::uint32_t number = 0;
  std::size_t line = 0;  ///< From 1.
};

/// What a list says, checked against itself and the domain.
std::vector<Line> readList(const fs::path& list, const std::string& domain,
                           std::map<std::uint32_t, std::string>& folders) {
  std::vector<Line> result;
  const auto lines = readLines(list);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string where = " in line " + std::to_string(i + 1);
    const std::size_t blank = lines[i].rfind(' ');
    Line line{lines[i].substr(0, blank), 0, i + 1};
    if (blank == std::string::npos || !parseNumber(std::string_view(lines[i]).substr(blank + 1), line.number)) {
      failInput(list.string(), "every line must be a path, a blank and the number of a class", shown(lines[i]) + where);
    }
    const std::size_t first = line.file.find('/');
    const std::size_t second = first == std::string::npos ? first : line.file.find('/', first + 1);
    if (second == std::string::npos || line.file.substr(0, first) != domain || second == first + 1) {
      failInput(list.string(), "every path must be " + domain + "/<class>/<file>", shown(line.file) + where);
    }
    const std::string folder = line.file.substr(first + 1, second - first - 1);
    const auto [known, fresh] = folders.emplace(line.number, folder);
    if (!fresh && known->second != folder) {
      failInput(list.string(), "a class number must always be of the same folder",
                std::to_string(line.number) + " of " + shown(known->second) + " and of " + shown(folder) + where);
    }
    result.push_back(std::move(line));
  }
  return result;
}

/// The class names in the order of their numbers, and where each number stands.
std::vector<std::string> namesOf(const std::map<std::uint32_t, std::string>& folders, const std::string& subject,
                                 std::map<std::uint32_t, std::int32_t>& indexOf) {
  std::vector<std::string> names;
  for (const auto& [number, folder] : folders) {
    indexOf[number] = static_cast<std::int32_t>(names.size());
    names.push_back(folder);
    std::replace(names.back().begin(), names.back().end(), '_', ' ');
  }
  checkClassNames(names, subject);
  return names;
}

DataSource readDomain(const fs::path& given, const fs::path& root, const std::string& domain) {
  const fs::path trainList = root / (domain + "_train.txt"), testList = root / (domain + "_test.txt");
  if (!isThere(testList)) {
    failInput(testList.string(), "comparisons need the test list of the domain",
              "only " + trainList.filename().string());
  }
  std::error_code ignored;
  if (!fs::is_directory(root / domain, ignored)) {
    failInput((root / domain).string(),
              "the images of " + testList.filename().string() + " must be in a folder beside it", "no such folder",
              "Unpack " + domain + ".zip beside its lists");
  }
  std::map<std::uint32_t, std::string> folders;
  const auto testLines = readList(testList, domain, folders);
  const auto trainLines = isThere(trainList) ? readList(trainList, domain, folders) : std::vector<Line>();
  std::map<std::uint32_t, std::int32_t> indexOf;
  const auto names = namesOf(folders, testList.string(), indexOf);
  FolderLister lister(root);
  std::set<std::string> seen;
  const auto samplesOf = [&](const std::vector<Line>& lines, const fs::path& list) {
    LabelledFiles samples;
    for (const auto& line : lines) {
      const std::string where = "line " + std::to_string(line.line);
      if (!seen.insert(line.file).second) {
        failInput(list.string(), "an image must occur once in both lists together",
                  shown(line.file) + " again in " + where);
      }
      if (lister.takes(line.file, list.string(), where)) samples.add(line.file, indexOf.at(line.number));
    }
    return samples;
  };
  DataSource source{given, "DomainNet (" + domain + ")", nullptr, nullptr, "test"};
  source.eval = fileDataSet(root, samplesOf(testLines, testList), {names}, "DomainNet", true);
  source.train = fileDataSet(root, samplesOf(trainLines, trainList), {names}, "DomainNet", true);
  lister.report();
  if (!source.eval) failInput(testList.string(), "comparisons need images of the test list", "none that can be read");
  return source;
}

/// "infograph" of "infograph_train.txt"; empty when it is no list.
std::string domainOf(const std::string& file) {
  for (const std::string ending : kEndings) {
    if (file.size() > ending.size() && file.ends_with(ending)) return file.substr(0, file.size() - ending.size());
  }
  return {};
}

bool hasLists(const fs::path& root, const std::string& domain) {
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](const char* ending) { return isThere(root / (domain + ending)); });
}

/// Domains whose lists and images are directly in a folder.
std::set<std::string> domainsIn(const fs::path& root) {
  std::set<std::string> domains;
  std::error_code error;
  for (fs::directory_iterator it(root, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    const std::string domain = domainOf(it->path().filename().string());
    std::error_code ignored;
    if (!domain.empty() && fs::is_directory(root / domain, ignored)) domains.insert(domain);
  }
  return domains;
}

}  // namespace

std::optional<DataSource> openDomainNet(const fs::path& path) {
  std::error_code ignored;
  const fs::path real = fs::canonical(path, ignored);
  if (!fs::is_directory(real, ignored)) {
    const std::string domain = domainOf(path.filename().string());
    if (domain.empty()) return std::nullopt;
    return readDomain(path, path.parent_path().empty() ? fs::path(".") : path.parent_path(), domain);
  }
  for (const char* name : {"train", "val", "test"}) {
    if (fs::is_directory(path / name, ignored)) return std::nullopt;
  }
  if (hasLists(real.parent_path(), real.filename().string()))
    return readDomain(path, real.parent_path(), real.filename().string());
  const auto domains = domainsIn(path);
  if (domains.empty()) return std::nullopt;
  if (domains.size() == 1) return readDomain(path, path, *domains.begin());
  std::string all;
  for (const auto& domain : domains) all += (all.empty() ? "" : ", ") + domain;
  failInput(path.string(), "one domain of DomainNet is one data set", "the domains " + all,
            "Give the folder of one of them, as in " + (path / *domains.begin()).string());
}

}  // namespace gf
