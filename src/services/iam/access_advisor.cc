// The access advisor: which services an entity may call, and when it last did, from real calls.
#include <algorithm>
#include <map>
#include <set>

#include "api/decisions.h"
#include "api/last_used.h"
#include "api/server.h"
#include "gen/iam_handlers.h"
#include "services/iam/documents_scan.h"
#include "services/iam/paging.h"
#include "services/iam/policy_sources.h"

namespace drydock::iam {
namespace {

constexpr size_t kMostJobs = 100;
constexpr int64_t kTrackedMs = 400LL * 24 * 3600 * 1000;

struct NamedService {
  std::string_view prefix, name;
};
constexpr NamedService kServices[] = {
    {"apigateway", "Amazon API Gateway Management"},
    {"cloudformation", "AWS CloudFormation"},
    {"cloudtrail", "AWS CloudTrail"},
    {"cloudwatch", "Amazon CloudWatch"},
    {"codebuild", "AWS CodeBuild"},
    {"codecommit", "AWS CodeCommit"},
    {"codepipeline", "AWS CodePipeline"},
    {"dynamodb", "Amazon DynamoDB"},
    {"ecr", "Amazon Elastic Container Registry"},
    {"events", "Amazon EventBridge"},
    {"execute-api", "Amazon API Gateway"},
    {"iam", "AWS Identity and Access Management"},
    {"kms", "AWS Key Management Service"},
    {"lambda", "AWS Lambda"},
    {"logs", "Amazon CloudWatch Logs"},
    {"organizations", "AWS Organizations"},
    {"s3", "Amazon S3"},
    {"secretsmanager", "AWS Secrets Manager"},
    {"sns", "Amazon SNS"},
    {"sqs", "Amazon SQS"},
    {"ssm", "AWS Systems Manager"},
    {"sts", "AWS Security Token Service"},
};

std::string service_name_of(const std::string& prefix) {
  for (const auto& service : kServices) {
    if (service.prefix == prefix) return std::string(service.name);
  }
  return prefix;
}

// Every service that one of the policies grants, by prefix.
std::set<std::string> services_of(const Subject& subject) {
  std::set<std::string> out;
  for (const auto& policy : subject.policies) {
    for (const auto& prefix : granted_services(policy.document)) {
      if (prefix != "*") {
        out.insert(prefix);
        continue;
      }
      for (const auto& service : kServices) out.insert(std::string(service.prefix));
    }
  }
  return out;
}

std::optional<LastUse> last_use(Call& call, const Entity& entity, const std::string& service) {
  std::optional<LastUse> latest;
  for (auto& use : last_uses(call.server()).of(entity.id)) {
    const bool tracked = call.now().ms - use.time.ms < kTrackedMs;
    if (use.service == service && tracked && (!latest || latest->time < use.time))
      latest = std::move(use);
  }
  return latest;
}

// The actions of a service whose calls AWS tracks here: those of the event history.
std::set<std::string> tracked_actions(const std::string& service) {
  std::set<std::string> names;
  for (const Service* one : all_services())
    for (const Operation& operation : one->operations)
      if (operation.recorded && operation.action.starts_with(service + ":"))
        names.insert(std::string(operation.action.substr(service.size() + 1)));
  return names;
}

// When each tracked action was last tried, allowed or not.
std::vector<TrackedActionLastAccessed> actions_of(Call& call, const Subject& subject,
                                                  const std::string& service) {
  std::map<std::string, TrackedActionLastAccessed> last;
  for (auto& name : tracked_actions(service)) last[name].ActionName = name;
  const Timestamp since{call.now().ms - kTrackedMs};
  for (const auto& entity : subject.entities)
    for (const Use& use : decisions(call.server()).uses(entity.arn, since)) {
      if (!use.sample.action.starts_with(service + ":")) continue;
      auto found = last.find(use.sample.action.substr(service.size() + 1));
      if (found == last.end()) continue;
      TrackedActionLastAccessed& action = found->second;
      if (action.LastAccessedTime && use.last < *action.LastAccessedTime) continue;
      action.LastAccessedTime = use.last;
      action.LastAccessedEntity = entity.arn;
      action.LastAccessedRegion = use.sample.region.text;
    }
  std::vector<TrackedActionLastAccessed> out;
  for (auto& [name, action] : last) out.push_back(std::move(action));
  return out;
}

ServiceLastAccessed shown(Call& call, const Subject& subject, const std::string& service) {
  ServiceLastAccessed out;
  out.ServiceName = service_name_of(service);
  out.ServiceNamespace = service;
  out.TotalAuthenticatedEntities = 0;
  for (const auto& entity : subject.entities) {
    auto use = last_use(call, entity, service);
    if (!use) continue;
    ++*out.TotalAuthenticatedEntities;
    if (out.LastAuthenticated && use->time < *out.LastAuthenticated) continue;
    out.LastAuthenticated = use->time;
    out.LastAuthenticatedEntity = entity.arn;
    out.LastAuthenticatedRegion = use->region;
  }
  return out;
}

Result<AccessJobRow> find_job(Call& call, const std::string& id) {
  auto row = kAccessJobs.get(call.txn(), call.global_space(), {id});
  if (!row) return errors::NoSuchEntity("Job " + id + " not found.");
  return std::move(*row);
}

// paginate for answers whose IsTruncated may be absent.
template <class In, class Out, class Item, class KeyOf>
Result<void> page(const In& in, Out& out, std::vector<Item>& list, std::vector<Item> all,
                  KeyOf key_of) {
  struct {
    bool IsTruncated = false;
    std::optional<std::string> Marker;
  } rest;
  TRY(paginate(in, rest, list, std::move(all), key_of));
  out.IsTruncated = rest.IsTruncated;
  out.Marker = rest.Marker;
  return {};
}

}  // namespace

Result<GenerateServiceLastAccessedDetailsOutput> generate_service_last_accessed_details(
    Call& call, const GenerateServiceLastAccessedDetailsInput& in) {
  TRY(read_subject(call, in.Arn));
  auto jobs = kAccessJobs.scan(call.txn(), call.global_space());
  if (jobs.size() >= kMostJobs) {
    auto oldest = std::min_element(jobs.begin(), jobs.end(), [](const auto& a, const auto& b) {
      return a.Created < b.Created;
    });
    kAccessJobs.erase(call.txn(), call.global_space(), {oldest->Id});
  }
  AccessJobRow row;
  row.Id = call.random().uuid();
  row.Arn = in.Arn;
  row.Granularity = in.Granularity.value_or("SERVICE_LEVEL");
  row.Created = call.now();
  kAccessJobs.put(call.txn(), call.global_space(), {row.Id}, row);
  return GenerateServiceLastAccessedDetailsOutput{.JobId = row.Id};
}

Result<GetServiceLastAccessedDetailsOutput> get_service_last_accessed_details(
    Call& call, const GetServiceLastAccessedDetailsInput& in) {
  auto job = TRY(find_job(call, in.JobId));
  auto subject = TRY(read_subject(call, job.Arn));
  std::vector<ServiceLastAccessed> all;
  for (const auto& service : services_of(subject)) {
    all.push_back(shown(call, subject, service));
    if (job.Granularity == "ACTION_LEVEL")
      all.back().TrackedActionsLastAccessed = actions_of(call, subject, service);
  }
  GetServiceLastAccessedDetailsOutput out;
  out.JobStatus = "COMPLETED";
  out.JobType = job.Granularity;
  out.JobCreationDate = out.JobCompletionDate = job.Created;
  TRY(page(in, out, out.ServicesLastAccessed, std::move(all),
           [](const ServiceLastAccessed& s) { return s.ServiceNamespace; }));
  return out;
}

Result<GetServiceLastAccessedDetailsWithEntitiesOutput>
get_service_last_accessed_details_with_entities(
    Call& call, const GetServiceLastAccessedDetailsWithEntitiesInput& in) {
  auto job = TRY(find_job(call, in.JobId));
  auto subject = TRY(read_subject(call, job.Arn));
  std::vector<EntityDetails> all;
  for (const auto& entity : subject.entities) {
    EntityDetails details;
    details.EntityInfo = {.Arn = entity.arn,
                          .Name = entity.name,
                          .Type = entity.type,
                          .Id = entity.id,
                          .Path = entity.path};
    if (auto use = last_use(call, entity, in.ServiceNamespace))
      details.LastAuthenticated = use->time;
    all.push_back(std::move(details));
  }
  GetServiceLastAccessedDetailsWithEntitiesOutput out;
  out.JobStatus = "COMPLETED";
  out.JobCreationDate = out.JobCompletionDate = job.Created;
  TRY(page(in, out, out.EntityDetailsList, std::move(all),
           [](const EntityDetails& e) { return e.EntityInfo.Arn; }));
  return out;
}

Result<ListPoliciesGrantingServiceAccessOutput> list_policies_granting_service_access(
    Call& call, const ListPoliciesGrantingServiceAccessInput& in) {
  auto subject = TRY(read_subject(call, in.Arn));
  ListPoliciesGrantingServiceAccessOutput out;
  out.IsTruncated = false;
  for (const auto& service : in.ServiceNamespaces) {
    ListPoliciesGrantingServiceAccessEntry entry;
    entry.ServiceNamespace = service;
    entry.Policies.emplace();
    for (const auto& policy : subject.policies) {
      if (!grants(granted_services(policy.document), service)) continue;
      const bool is_inline = policy.arn.empty();
      PolicyGrantingServiceAccess granting;
      granting.PolicyName = policy.name;
      granting.PolicyType = is_inline ? "INLINE" : "MANAGED";
      if (is_inline) {
        granting.EntityType = policy.entity_type;
        granting.EntityName = policy.entity_name;
      } else {
        granting.PolicyArn = policy.arn;
      }
      entry.Policies->push_back(std::move(granting));
    }
    out.PoliciesGrantingServiceAccess.push_back(std::move(entry));
  }
  return out;
}

}  // namespace drydock::iam
