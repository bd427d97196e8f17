// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gf {

/// Resident memory of this process, in bytes; 0 where the system does not say.
double residentBytes();
/// The highest it has been.
double peakResidentBytes();

}  // namespace gf
