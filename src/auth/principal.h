// Principal and Caller: who makes a call, and how it came to us.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "base/value.h"
#include "shape/shape.h"

namespace drydock {

struct Principal {
  // kFederated: a person whom an identity provider vouches for, before any session
  // (sts:AssumeRoleWith…): `name` is the provider as a Principal's "Federated" writes it, an ARN or
  // "accounts.google.com".
  enum class Kind { kAnonymous, kRoot, kUser, kAssumedRole, kFederatedUser, kService, kFederated };
  Kind kind = Kind::kAnonymous;
  AccountId account;  // empty for services and anonymous callers
  std::string
      arn;  // arn:aws:iam::A:root, …:user/path/name, arn:aws:sts::A:assumed-role/role/session
  std::string id;         // aws:userid: A, AIDA…, AROA…:session
  std::string name;       // user name, session name, or the service ("codebuild.amazonaws.com")
  std::string role_arn;   // kAssumedRole: arn:aws:iam::A:role/path/role
  std::string role_name;  // kAssumedRole
  std::string role_id;    // kAssumedRole: AROA…
  // Sessions only.
  std::vector<std::string> session_policies;  // documents: inline first, then of the managed ARNs
  std::vector<std::string> session_policy_arns;
  Map<std::string> tags;  // principal tags (user/role tags, then session tags)
  std::vector<std::string> transitive_tag_keys;
  std::string source_identity;
  std::string federated_provider;   // aws:FederatedProvider: the session came through this provider
  std::optional<Timestamp> mfa_at;  // of temporary credentials: when the MFA code was given
  std::optional<Timestamp> issued;  // of temporary credentials
  bool chained = false;             // the session came from another session
  // Condition keys that an AWS service says of itself, or of the session that it made:
  // lambda:SourceFunctionArn, codebuild:projectArn. They end with the session, chaining loses them.
  Map<std::string> session_keys;
};

// One caller of one request: the principal plus how the request came.
struct Caller {
  Principal principal;
  std::string access_key_id;            // of the credentials used; empty in-process
  std::vector<std::string> called_via;  // services that forward this caller, first to last (FAS)
  std::string source_arn;               // aws:SourceArn, when a service acts for a resource
  std::string source_account;           // aws:SourceAccount
  std::string source_ip = "127.0.0.1";
  std::string user_agent;
  std::string referer;  // aws:referer: the request's Referer header
  bool secure_transport = true;
};

}  // namespace drydock
