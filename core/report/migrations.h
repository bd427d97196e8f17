// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace gf {

// Reports that earlier programs wrote, lifted step by step to the present revision. Each step is pure, takes a report
// that nobody has checked yet and adds what its revision brought: what follows from the rest of the report is computed,
// what does not is null with its reason. A step throws Error(Input), naming `subject` and the key, when what it needs
// is not there or a key of a later revision is. tests/report/data keeps a file of each revision.

/// What a report says under `revision`; the first two kinds of report say nothing: 0 is a transfer without `mode`, 1
/// the rest. Throws Error(Input) where it is no whole number.
int revisionOf(const nlohmann::ordered_json& report, const std::string& subject);

/// Revision 1 tells several teachers from one: `transfer` gets `mode`, `teachers`, `against` and its one stage; what
/// was not measured (`weight_distance`, `memory_bytes`, `device_memory_bytes`, `micro_batch`, `layout`, `resumed`) is
/// null.
nlohmann::ordered_json liftTo1(nlohmann::ordered_json report, const std::string& subject);

/// Revision 2 says how sure differences are and where flips lie: each pair gets `delta_accuracy_ci95` and `mcnemar_p`
/// from its counts; `said_instead` and `partition` of the pairs before, and the flips behind each transfer rate
/// (`positive_flips`), are null.
nlohmann::ordered_json liftTo2(nlohmann::ordered_json report, const std::string& subject);

/// All steps that the report needs; one of a later revision stays as it is.
nlohmann::ordered_json lifted(nlohmann::ordered_json report, const std::string& subject);

}  // namespace gf
