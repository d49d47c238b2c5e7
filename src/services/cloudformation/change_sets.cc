// Change sets: what an update would do, kept until it is done.
#include <algorithm>

#include "gen/cloudformation_handlers.h"
#include "services/cloudformation/access.h"
#include "services/cloudformation/engine/diff.h"
#include "services/cloudformation/engine/history.h"
#include "services/cloudformation/operations.h"
#include "services/cloudformation/pages.h"
#include "services/cloudformation/stack_policy.h"
#include "services/cloudformation/template_source.h"

namespace drydock::cloudformation {

namespace {

constexpr size_t kChangesPage = 100, kSetsPage = 100;
constexpr const char* kNothingSubmitted =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
constexpr const char* kNoUpdates = "No updates are to be performed.";

std::string set_slot(const std::string& name) { return "set:" + name; }

Unexpected no_change_set(std::string_view name) {
  return errors::ChangeSetNotFoundException("ChangeSet [" + std::string(name) + "] does not exist");
}

std::vector<Parameter> shown(const std::optional<std::vector<StoredParameter>>& stored) {
  std::vector<Parameter> out;
  for (const auto& one : stored.value_or(std::vector<StoredParameter>{})) {
    Parameter parameter{.ParameterKey = one.Key,
                        .ParameterValue = one.NoEcho.value_or(false) ? "****" : one.Value};
    if (one.FromSsm.value_or(false)) parameter.ResolvedValue = one.Resolved;
    out.push_back(std::move(parameter));
  }
  return out;
}

// The stack that a set is for: found, or made for the review.
Result<StackRow> stack_for_set(Call& call, const CreateChangeSetInput& in, bool create,
                               bool& fresh) {
  auto stack = find_stack(call.txn(), call.space(), in.StackName);
  if (stack && stack->Status == "DELETE_COMPLETE") stack.reset();
  if (create) {
    if (stack && stack->Status != "REVIEW_IN_PROGRESS")
      return fault("ValidationError",
                   "Stack [" + stack->StackName +
                       "] already exists and cannot be created again with the changeSet [" +
                       in.ChangeSetName + "].");
    if (stack) return std::move(*stack);
    if (in.StackName.starts_with("arn:")) return no_stack(in.StackName);
    StackRow made = TRY(new_stack(call, in.StackName));
    fresh = true;
    return made;
  }
  if (!stack) return no_stack(in.StackName);
  if (!may_update(stack->Status)) return cannot_update(*stack);
  return std::move(*stack);
}

void erase_set(Call& call, const StackRow& stack, const ChangeSetRow& set) {
  kChangeSets.erase(call.txn(), call.space(), {stack.Uuid, set.Name});
  kChangeSetIds.erase(call.txn(), call.space(), {set.Id.substr(set.Id.rfind('/') + 1)});
  kTemplates.erase(call.txn(), call.space(), {stack.Uuid, set_slot(set.Name)});
}

struct Compared {
  std::vector<Change> changes;
  std::string nothing;  // why there is nothing to do
};

Result<Compared> changes_of(Call& call, const Template& t, const std::string& text,
                            const StackRow& stack, const std::vector<StackParameter>& parameters,
                            const std::vector<Tag>& tags) {
  Lookup lookup = make_lookup(t, stack, call.space(), parameters);
  lookup.import = export_lookup(call.txn(), call.space());
  auto rows = kResources.scan(call.txn(), call.space(), {.prefix = {stack.Uuid}});
  Difference difference = TRY(
      compare(t, lookup, rows, to_value_list(tags), stack.Outputs.value_or(std::vector<Output>{})));
  Compared compared{.changes = std::move(difference.changes), .nothing = {}};
  bool tags_differ = to_value_list(tags) != to_value_list(stack.Tags);
  if (!compared.changes.empty() || difference.outputs || tags_differ) return compared;
  bool same_text = kTemplates.get(call.txn(), call.space(), {stack.Uuid, "current"}) == text;
  compared.nothing = same_text ? kNothingSubmitted : kNoUpdates;
  return compared;
}

ChangeSetRow new_set(Call& call, const CreateChangeSetInput& in, const StackRow& stack,
                     bool create) {
  ChangeSetRow set{.Id = call.arn("cloudformation",
                                  "changeSet/" + in.ChangeSetName + "/" + call.random().uuid()),
                   .Name = in.ChangeSetName,
                   .StackId = stack.StackId,
                   .Created = call.now(),
                   .Type = create ? "CREATE" : "UPDATE"};
  set.Description = in.Description;
  set.Capabilities = in.Capabilities;
  set.RoleARN = in.RoleARN;
  set.NotificationARNs = in.NotificationARNs;
  set.IncludeNestedStacks = in.IncludeNestedStacks;
  set.ImportExistingResources = in.ImportExistingResources;
  set.OnStackFailure = in.OnStackFailure;
  if (in.DeploymentConfig) set.DisableRollback = in.DeploymentConfig->DisableRollback;
  set.StackRound = stack.Round.value_or(0);
  return set;
}

}  // namespace

Result<CreateChangeSetOutput> create_change_set(Call& call, const CreateChangeSetInput& in) {
  Context context;
  context.add("cloudformation:ChangeSetName", in.ChangeSetName);
  if (in.RoleARN) context.add("cloudformation:RoleArn", *in.RoleARN);
  if (in.TemplateURL) context.add("cloudformation:TemplateUrl", *in.TemplateURL);
  TRY(permit(call, "CreateChangeSet", in.StackName, std::move(context)));
  std::string type = in.ChangeSetType.value_or("UPDATE");
  if (type == "IMPORT" || (in.ResourcesToImport && !in.ResourcesToImport->empty()))
    return not_implemented("Resource import");
  bool create = type == "CREATE", previous = in.UsePreviousTemplate.value_or(false);
  std::string given_text;
  if (!previous) given_text = TRY(template_text(call, in.TemplateBody, in.TemplateURL));
  for (;;) {
    bool fresh = false;
    StackRow stack = TRY(stack_for_set(call, in, create, fresh));
    std::string text =
        previous ? kTemplates.get(call.txn(), call.space(), {stack.Uuid, "current"}).value_or("")
                 : given_text;
    Template t = TRY(read_checked_template(text));
    auto parameters =
        TRY(settle(call, t, in.Parameters,
                   create ? std::nullopt : std::optional(to_parameters(stack.Parameters))));
    TRY(check_capabilities(t, in.Capabilities));
    TRY(check_role(call, in.RoleARN.value_or(""), stack.StackId));
    TRY(check_aim(t, stack, call.space(), parameters));
    auto existing = kChangeSets.get(call.txn(), call.space(), {stack.Uuid, in.ChangeSetName});
    if (existing && existing->ExecutionStatus != "EXECUTE_COMPLETE")
      return errors::AlreadyExistsException("ChangeSet " + existing->Id + " already exists");
    if (existing) erase_set(call, stack, *existing);
    ChangeSetRow set = new_set(call, in, stack, create);
    const auto old_tags = stack.Tags.value_or(std::vector<Tag>{});
    auto tags = in.Tags ? *in.Tags : old_tags;
    TRY(permit_tags(call, "CreateChangeSet", in.StackName, old_tags, tags));
    set.Tags = tags;
    set.Parameters = to_stored(parameters);
    if (t.section("Description").is_string())
      set.TemplateDescription = t.section("Description").as_string();
    if (!set.Capabilities) set.Capabilities.emplace();
    auto compared = changes_of(call, t, text, stack, parameters, tags);
    set.Status = compared && compared->nothing.empty() ? "CREATE_COMPLETE" : "FAILED";
    set.ExecutionStatus = set.Status == "FAILED" ? "UNAVAILABLE" : "AVAILABLE";
    if (!compared)
      set.StatusReason = compared.error().message;
    else if (!compared->nothing.empty())
      set.StatusReason = compared->nothing;
    if (compared) set.Changes = std::move(compared->changes);
    kChangeSets.put(call.txn(), call.space(), {stack.Uuid, set.Name}, set);
    kChangeSetIds.put(call.txn(), call.space(), {set.Id.substr(set.Id.rfind('/') + 1)}, stack.Uuid);
    kTemplates.put(call.txn(), call.space(), {stack.Uuid, set_slot(set.Name)}, text);
    if (fresh) {
      set_stack_status(call, call.space(), stack, "REVIEW_IN_PROGRESS", "User Initiated");
      kStacks.put(call.txn(), call.space(), {stack.Uuid}, stack);
    } else {
      kStacks.put(call.txn(), call.space(), {stack.Uuid},
                  stack);  // so that two writers of one stack conflict
    }
    if (call.commit()) return CreateChangeSetOutput{.Id = set.Id, .StackId = stack.StackId};
  }
}

Result<DescribeChangeSetOutput> describe_change_set(Call& call, const DescribeChangeSetInput& in) {
  TRY(permit_change_set(call, "DescribeChangeSet", in.ChangeSetName, in.StackName));
  if (in.StackName && !find_stack(call.txn(), call.space(), *in.StackName))
    return no_stack(*in.StackName);
  if (!in.StackName && !in.ChangeSetName.starts_with("arn:"))
    return fault("ValidationError",
                 "StackName must be specified if ChangeSetName is not specified as an ARN.");
  auto found = find_change_set(call.txn(), call.space(), in.ChangeSetName, in.StackName);
  if (!found) return no_change_set(in.ChangeSetName);
  const ChangeSetRow& set = found->set;
  DescribeChangeSetOutput out{.ChangeSetName = set.Name,
                              .ChangeSetId = set.Id,
                              .StackId = set.StackId,
                              .StackName = found->stack.StackName};
  out.Description = set.Description;
  out.Parameters = shown(set.Parameters);
  out.CreationTime = set.Created;
  bool obsolete =
      set.ExecutionStatus == "AVAILABLE" && set.StackRound != found->stack.Round.value_or(0);
  out.ExecutionStatus = obsolete ? "OBSOLETE" : set.ExecutionStatus;
  out.Status = set.Status;
  out.StatusReason = set.StatusReason;
  out.NotificationARNs = set.NotificationARNs.value_or(std::vector<std::string>{});
  out.RollbackConfiguration.emplace();
  out.Capabilities = set.Capabilities;
  out.Tags = set.Tags;
  out.IncludeNestedStacks = set.IncludeNestedStacks.value_or(false);
  out.ImportExistingResources = set.ImportExistingResources.value_or(false);
  out.OnStackFailure = set.OnStackFailure;
  out.Changes.emplace();
  if (set.Changes) {
    Page page = TRY(page_of(set.Changes->size(), kChangesPage, in.NextToken));
    for (size_t i = page.begin; i < page.end; ++i) out.Changes->push_back((*set.Changes)[i]);
    out.NextToken = page.next;
  }
  return out;
}

Result<ExecuteChangeSetOutput> execute_change_set(Call& call, const ExecuteChangeSetInput& in) {
  TRY(permit_change_set(call, "ExecuteChangeSet", in.ChangeSetName, in.StackName));
  std::string uuid;
  for (;;) {
    auto found = find_change_set(call.txn(), call.space(), in.ChangeSetName, in.StackName);
    if (!found) return no_change_set(in.ChangeSetName);
    StackRow& stack = found->stack;
    ChangeSetRow& set = found->set;
    bool obsolete = set.StackRound != stack.Round.value_or(0);
    if (set.ExecutionStatus != "AVAILABLE" || obsolete)
      return errors::InvalidChangeSetStatusException(
          "ChangeSet [" + set.Id + "] cannot be executed in its current " +
          (set.Status == "FAILED" ? "status of [FAILED]"
           : obsolete && set.ExecutionStatus == "AVAILABLE"
               ? "execution status of [OBSOLETE]"
               : "execution status of [" + set.ExecutionStatus + "]"));
    bool create = set.Type == "CREATE";
    if (create ? stack.Status != "REVIEW_IN_PROGRESS" : !may_update(stack.Status))
      return cannot_update(stack);
    if (!create)
      TRY(check_stack_policy(stack, set.Changes.value_or(std::vector<Change>{}), std::nullopt));
    Aim aim{.text = kTemplates.get(call.txn(), call.space(), {stack.Uuid, set_slot(set.Name)})
                        .value_or("")};
    aim.description = set.TemplateDescription.value_or("");
    aim.parameters = to_parameters(set.Parameters);
    aim.tags = set.Tags.value_or(std::vector<Tag>{});
    TRY(permit_tags(call, "ExecuteChangeSet", stack.StackId,
                    stack.Tags.value_or(std::vector<Tag>{}), aim.tags));
    aim.capabilities = set.Capabilities.value_or(std::vector<std::string>{});
    aim.role_arn = set.RoleARN;
    aim.notification_arns = set.NotificationARNs;
    aim.disable_rollback = in.DisableRollback.value_or(set.DisableRollback.value_or(false));
    aim.on_failure = create ? set.OnStackFailure.value_or("") : "";
    aim.token = in.ClientRequestToken;
    // One set was chosen: the others are gone, as on AWS.
    for (const ChangeSetRow& other :
         kChangeSets.scan(call.txn(), call.space(), {.prefix = {stack.Uuid}}))
      if (other.Name != set.Name) erase_set(call, stack, other);
    set.ExecutionStatus = "EXECUTE_COMPLETE";
    kChangeSets.put(call.txn(), call.space(), {stack.Uuid, set.Name}, set);
    stack.ChangeSetId = set.Id;
    if (create)
      begin_create(call, stack, aim);
    else
      begin_update(call, stack, aim);
    uuid = stack.Uuid;
    if (call.commit()) break;
  }
  wait_for_rest(call, uuid);
  return ExecuteChangeSetOutput{};
}

Result<DeleteChangeSetOutput> delete_change_set(Call& call, const DeleteChangeSetInput& in) {
  TRY(permit_change_set(call, "DeleteChangeSet", in.ChangeSetName, in.StackName));
  auto found = find_change_set(call.txn(), call.space(), in.ChangeSetName, in.StackName);
  // AWS does answer success for a set that is not there, but not for a stack that is not.
  if (!found && in.StackName && !find_stack(call.txn(), call.space(), *in.StackName))
    return no_stack(*in.StackName);
  if (found) erase_set(call, found->stack, found->set);
  return DeleteChangeSetOutput{};
}

Result<ListChangeSetsOutput> list_change_sets(Call& call, const ListChangeSetsInput& in) {
  TRY(permit(call, "ListChangeSets", in.StackName));
  auto stack = find_stack(call.txn(), call.space(), in.StackName);
  if (!stack) return no_stack(in.StackName);
  ListChangeSetsOutput out;
  out.Summaries.emplace();
  auto rows = kChangeSets.scan(call.txn(), call.space(), {.prefix = {stack->Uuid}});
  Page page = TRY(page_of(rows.size(), kSetsPage, in.NextToken));
  for (size_t i = page.begin; i < page.end; ++i) {
    const ChangeSetRow& set = rows[i];
    ChangeSetSummary summary{.StackId = set.StackId,
                             .StackName = stack->StackName,
                             .ChangeSetId = set.Id,
                             .ChangeSetName = set.Name};
    bool obsolete =
        set.ExecutionStatus == "AVAILABLE" && set.StackRound != stack->Round.value_or(0);
    summary.ExecutionStatus = obsolete ? "OBSOLETE" : set.ExecutionStatus;
    summary.Status = set.Status;
    summary.StatusReason = set.StatusReason;
    summary.CreationTime = set.Created;
    summary.Description = set.Description;
    summary.IncludeNestedStacks = set.IncludeNestedStacks.value_or(false);
    summary.ImportExistingResources = set.ImportExistingResources.value_or(false);
    out.Summaries->push_back(std::move(summary));
  }
  out.NextToken = page.next;
  return out;
}

}  // namespace drydock::cloudformation
