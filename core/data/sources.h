// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.h"

// The readers behind openData(); nobody outside core/data needs them.
namespace gf {

/// Nothing when the folder holds none of the IDX names; throws Error(Input) when it holds some and they are not sound.
std::optional<DataSource> openIdxFolder(const std::filesystem::path& folder);

/// CIFAR-10 or CIFAR-100 in their binary versions. Nothing when the folder holds none of their files; throws
/// Error(Input) when it holds some and they are not sound.
std::optional<DataSource> openCifarFolder(const std::filesystem::path& folder);

/// CUB-200-2011. Nothing when the folder holds none of its tables; throws Error(Input) when it does and they are not
/// sound.
std::optional<DataSource> openCubFolder(const std::filesystem::path& folder);

/// Caltech-256, split by us. Nothing when the folder is none; throws Error(Input) when it is one and is not sound.
std::optional<DataSource> openCaltechFolder(const std::filesystem::path& folder);

/// One domain of DomainNet, by its folder, one of its lists, or a root that holds no other. Nothing when the path is
/// none of these; throws Error(Input) when it is one and is not sound, and for a root with several domains.
std::optional<DataSource> openDomainNet(const std::filesystem::path& path);

/// Stanford Cars. Nothing when the folder is none; throws Error(Input) when it is one and is not sound.
std::optional<DataSource> openCarsFolder(const std::filesystem::path& folder);

/// ImageNet and everything else in folders called by its ids. Nothing when the folder is none of that; throws
/// Error(Input) when it is and is not sound.
std::optional<DataSource> openImageNet(const std::filesystem::path& folder);

/// Nothing when the folder is no image folder; throws Error(Input) when it is one and is not sound.
std::optional<DataSource> openImageFolder(const std::filesystem::path& folder);

/// Class names go into reports and tables: at least two, none empty, none twice, valid UTF-8 without control
/// characters. Throws Error(Input) about `subject`.
void checkClassNames(const std::vector<std::string>& names, const std::string& subject);

/// The layouts that openData() knows, as advice.
std::string layoutAdvice();

}  // namespace gf
