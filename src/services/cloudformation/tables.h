// Every table of CloudFormation. All are of one account and region.
#pragma once

#include <string>

#include "gen/cloudformation.h"
#include "store/table.h"

namespace drydock::cloudformation {

inline const Table<StackRow> kStacks{"cloudformation.stack"};  // uuid; deleted stacks stay
inline const Table<std::string> kStackNames{
    "cloudformation.stack-name"};  // name -> uuid of the living stack
inline const Table<std::string> kTemplates{
    "cloudformation.template"};  // uuid, slot ("current", "next", "set:<name>")
inline const Table<ResourceRow> kResources{"cloudformation.resource"};      // uuid, logical id
inline const Table<LeftoverRow> kLeftovers{"cloudformation.leftover"};      // uuid, number
inline const Table<EventRow> kEvents{"cloudformation.event"};               // uuid, number
inline const Table<ChangeSetRow> kChangeSets{"cloudformation.change-set"};  // uuid, name
inline const Table<std::string> kChangeSetIds{
    "cloudformation.change-set-id"};                              // id of the ARN -> stack uuid
inline const Table<ExportRow> kExports{"cloudformation.export"};  // export name
inline const Table<std::string> kImports{
    "cloudformation.import"};  // export name, importing stack's name
// {uuid, logical id, request id} -> what a custom resource answered
inline const Table<std::string> kAnswers{"cloudformation.answer"};
inline const Table<Signal> kSignals{"cloudformation.signal"};  // uuid, logical id, unique id

inline constexpr const char* kStackJob = "cloudformation.stack";
inline std::string waiter_name(const std::string& uuid) { return "cloudformation/" + uuid; }

}  // namespace drydock::cloudformation
