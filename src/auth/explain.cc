#include "auth/explain.h"

#include <algorithm>

#include "auth/message.h"
#include "base/text.h"

namespace drydock {
namespace {

constexpr size_t kMostNearMisses = 20;

std::string caller_name(const Principal& p) {
  return !p.arn.empty() ? p.arn : !p.name.empty() ? p.name : "anonymous";
}

// What a policy names for this caller: the role of a session, the service, or the ARN itself.
Value principal_element(const Principal& p) {
  switch (p.kind) {
    case Principal::Kind::kAnonymous: return "*";
    case Principal::Kind::kService: return Value::object({{"Service", p.name}});
    case Principal::Kind::kAssumedRole: return Value::object({{"AWS", p.role_arn}});
    default: return Value::object({{"AWS", p.arn}});
  }
}

// A statement of another service is no near miss.
constexpr int kUnrelated = 8;

// How far a statement was from matching, 0 is nearest. Elements are tried in the order Action,
// Resource, Principal, Condition, so the later one failed, the nearer it was.
int distance(const StatementTrace& t, const AuthorizationRequest& request,
             const Decision& decision) {
  int steps = t.failed_element == "Condition"           ? 0
              : t.failed_element.ends_with("Principal") ? 1
              : t.failed_element.ends_with("Resource")  ? 2
                                                        : 3;
  if (steps == 3) {
    auto service = request.action.substr(0, request.action.find(':') + 1);
    if (t.detail.find(service) == t.detail.rfind(service)) ++steps;  // only in "the request is …"
  }
  return steps * 2 + (t.policy_kind == decision.kind ? 0 : 1);
}

// Members of an object in their order, each made once. Value::object copies what it is given, and
// there is one for each statement of each policy.
class Members {
 public:
  explicit Members(size_t most) { members_.reserve(most); }
  Members& add(const char* name, Value value) {
    members_.push_back({name, std::move(value)});
    return *this;
  }
  Value done() { return Value(std::move(members_)); }

 private:
  Value::Object members_;
};

Value near_miss(const StatementTrace& t) {
  return Members(7)
      .add("policy", t.policy)
      .add("kind", t.policy_kind)
      .add("attachedTo", t.attached_to)
      .add("sid", t.sid)
      .add("effect", t.is_deny ? "Deny" : "Allow")
      .add("failedElement", t.failed_element)
      .add("detail", t.detail)
      .done();
}

Value near_misses(const AuthorizationRequest& request, const Decision& decision,
                  const std::vector<StatementTrace>& trace) {
  std::vector<std::pair<int, const StatementTrace*>> ordered;
  for (const auto& t : trace) {
    if (t.matched || t.is_deny) continue;
    if (const int steps = distance(t, request, decision); steps < kUnrelated)
      ordered.emplace_back(steps, &t);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Value list = Value::list();
  for (const auto& [steps, t] : ordered) {
    if (list.size() == kMostNearMisses) break;
    list.push_back(near_miss(*t));
  }
  return list;
}

Value allow_statement(const AuthorizationRequest& request, std::string_view kind) {
  Value statement = Value::object({{"Effect", "Allow"}});
  if (kind == kResourcePolicy || kind == kTrustPolicy)
    statement.set("Principal", principal_element(request.caller->principal));
  statement.set("Action", request.action);
  // A key's policy names its own key by *.
  if (kind != kTrustPolicy)
    statement.set("Resource", kind == kResourcePolicy && request.action.starts_with("kms:")
                                  ? "*"
                                  : request.resource);
  if (const auto* service = request.context.find("iam:PassedToService");
      service && request.action == "iam:PassRole") {
    statement.set("Condition",
                  Value::object({{"StringEquals",
                                  Value::object({{"iam:PassedToService", service->front()}})}}));
  }
  return statement;
}

std::string where_of(const AuthorizationRequest& request, std::string_view kind) {
  const auto& p = request.caller->principal;
  std::string who = p.kind == Principal::Kind::kAssumedRole ? p.role_arn : caller_name(p);
  if (kind == kIdentityPolicy) return "an identity-based policy of " + who;
  if (kind == kBoundaryPolicy) return "the permissions boundary of " + who;
  if (kind == kSessionPolicy)
    return "the session policy that was given when " + who + " was assumed";
  if (kind == kServiceControlPolicy)
    return "a service control policy at every level above account " + p.account.text;
  if (kind == kTrustPolicy) return "the trust policy of " + std::string(request.resource);
  return "the policy of " + std::string(request.resource);
}

// The account whose administrator can make the change.
std::string account_of_fix(const AuthorizationRequest& request, std::string_view kind) {
  const bool of_resource = kind == kTrustPolicy || kind == kResourcePolicy;
  return of_resource && !request.resource_account.empty() ? request.resource_account
                                                          : request.caller->principal.account.text;
}

// Where a statement that denies can be changed; control policies belong to the account in their
// ARN.
std::string account_of_deny(const AuthorizationRequest& request, const StatementTrace& t) {
  if (t.policy_kind != kServiceControlPolicy && t.policy_kind != kResourceControlPolicy)
    return account_of_fix(request, t.policy_kind);
  const auto arn = Arn::parse(t.policy);
  return arn && AccountId::parse(arn->account) ? arn->account : std::string();
}

Value fix_for(const AuthorizationRequest& request, std::string_view kind) {
  return Value::object({{"where", where_of(request, kind)},
                        {"account", account_of_fix(request, kind)},
                        {"statement", allow_statement(request, kind)}});
}

// The fixes in the order they are needed: the deciding policy first, then what would deny next.
std::vector<Value> fixes(const AuthorizationRequest& request, const Decision& decision,
                         const std::vector<StatementTrace>& trace) {
  std::vector<Value> out;
  if (decision.effect == Effect::kExplicitDeny) {
    for (const auto& t : trace) {
      if (!t.matched || !t.is_deny) continue;
      out.push_back(Value::object(
          {{"where", "statement " + t.sid + " of " + std::string(t.policy) + " (" +
                         std::string(t.policy_kind) + "), which denies: narrow or remove it"},
           {"account", account_of_deny(request, t)},
           {"statement", Value()}}));
    }
    return out;
  }
  const bool theirs = !request.resource_account.empty() &&
                      request.resource_account != request.caller->principal.account.text;
  if (request.owner_account_only && theirs) {
    out.push_back(Value::object(
        {{"where", "call it as a principal of that account: AWS gives " +
                       std::string(request.action) + " to no other account, whatever policies say"},
         {"account", request.resource_account},
         {"statement", Value()}}));
    return out;
  }
  out.push_back(fix_for(request, decision.kind));
  auto allows = [&](std::string_view kind) {
    return std::any_of(trace.begin(), trace.end(), [&](const auto& t) {
      return t.policy_kind == kind && t.matched && !t.is_deny;
    });
  };
  const auto& p = request.caller->principal;
  bool has_identity = p.kind == Principal::Kind::kUser || p.kind == Principal::Kind::kAssumedRole;
  if (!has_identity ||
      (!theirs && (decision.kind == kResourcePolicy || decision.kind == kTrustPolicy)))
    return out;
  const std::pair<std::string_view, bool> limits[] = {{kBoundaryPolicy, !request.boundary.empty()},
                                                      {kSessionPolicy, !request.session.empty()},
                                                      {kIdentityPolicy, true}};
  for (const auto& [kind, is_set] : limits)
    if (is_set && decision.kind != kind && !allows(kind)) out.push_back(fix_for(request, kind));
  return out;
}

// Statements of the deciding policy that only ask for another request.
Value alternatives(const Decision& decision, const std::vector<StatementTrace>& trace) {
  Value list = Value::list();
  for (const auto& t : trace)
    if (!t.matched && !t.is_deny && t.failed_element == "Condition" &&
        t.policy_kind == decision.kind)
      list.push_back(near_miss(t));
  return list;
}

std::string_view effect_name(Effect effect) {
  switch (effect) {
    case Effect::kAllow: return "ALLOW";
    case Effect::kExplicitDeny: return "EXPLICIT_DENY";
    case Effect::kImplicitDeny: return "IMPLICIT_DENY";
  }
  return "";
}

void add_line(std::string& out, std::string_view name, const Value& value) {
  auto text = value.scalar_text();
  if (text.empty()) return;
  out += name;
  out.append(name.size() < 12 ? 12 - name.size() : 1, ' ');
  (out += text) += '\n';
}

void add_fix(std::string& out, const Value& fix) {
  if (!fix["statement"].is_null()) {
    const auto account = fix["account"].string_or("");
    out += (account.empty() ? "  add to " : "  in account " + account + ", add to ") +
           fix["where"].string_or("") + ":\n";
    const auto json = to_pretty_json(fix["statement"]);
    for (auto line : split(json, '\n')) ((out += "    ") += line) += '\n';
  } else {
    const auto account = fix["account"].string_or("");
    out += "  " + (account.empty() ? "" : "in account " + account + ": ") +
           fix["where"].string_or("") + "\n";
  }
}

// Every policy with each of its statements, in the order of evaluation. Takes the details.
Value considered_policies(std::vector<StatementTrace>& trace) {
  Value::List policies;
  const StatementTrace* last = nullptr;
  for (auto& t : trace) {
    if (!last || last->policy != t.policy || last->policy_kind != t.policy_kind ||
        last->attached_to != t.attached_to)
      policies.push_back(Members(5)
                             .add("policy", t.policy)
                             .add("kind", t.policy_kind)
                             .add("attachedTo", t.attached_to)
                             .add("statements", Value::List())
                             .done());
    last = &t;
    Value& policy = policies.back();
    if (t.document && !policy.find("document")) policy.set("document", source_of(*t.document));
    Members statement(6);
    statement.add("sid", t.sid).add("effect", t.is_deny ? "Deny" : "Allow");
    statement.add("matched", t.matched);
    if (t.source.line) statement.add("line", t.source.line);
    if (!t.matched)
      statement.add("failedElement", t.failed_element).add("detail", std::move(t.detail));
    policy.set("statements").push_back(statement.done());
  }
  return Value(std::move(policies));
}

// "user a -> role session b -> service c", as the chain tells.
std::string chain_text(const Value& chain) {
  std::string out;
  for (const Value& link : chain.as_list()) {
    if (!out.empty()) out += " -> ";
    out += link["principal"].string_or("");
  }
  return out;
}

// "Action matches, Resource does not:"; elements are tried in this order.
std::string matches_before(std::string_view failed) {
  constexpr std::string_view kOrder[] = {"Action", "Resource", "Principal", "Condition"};
  std::string before;
  for (std::string_view element : kOrder) {
    if (failed.ends_with(element)) break;
    before += (before.empty() ? "" : ", ") + std::string(element);
  }
  if (before.empty()) return std::string(failed) + " does not match:";
  return before + (before.find(',') == std::string::npos ? " matches, " : " match, ") +
         std::string(failed) + " does not:";
}

void add_policies(std::string& out, const Value& policies) {
  out += "\npolicies that were considered:\n";
  for (const Value& policy : policies.as_list()) {
    const auto name = policy["policy"].string_or(""), of = policy["attachedTo"].string_or("");
    out += "  " + policy["kind"].string_or("") + " " + name;
    if (!of.empty() && of != name) out += " of " + of;
    out += "\n";
    for (const Value& s : policy["statements"].as_list()) {
      const bool matched = s["matched"].bool_or(false);
      const std::string line = s["line"].scalar_text();
      out += "    " + s["sid"].string_or("") + (line.empty() ? "" : " (line " + line + ")") + ": " +
             (matched ? s["effect"].string_or("") +
                            (s["effect"] == Value("Deny") ? ": denies it" : ": allows it")
                      : s["effect"].string_or("") + " does not apply: " +
                            s["failedElement"].string_or("") + " " + s["detail"].string_or("")) +
             "\n";
    }
  }
}

// What came near, and what would change it.
void add_way_out(const AuthorizationRequest& request, const Decision& decision,
                 const std::vector<StatementTrace>& trace, Value& out) {
  out.set("nearMisses", near_misses(request, decision, trace));
  auto needed = fixes(request, decision, trace);
  if (!needed.empty()) out.set("fix", needed.front());
  Value further = Value::list();
  for (size_t i = 1; i < needed.size(); ++i) further.push_back(needed[i]);
  if (further.size()) out.set("furtherFixes", std::move(further));
  if (decision.effect == Effect::kImplicitDeny)
    if (Value other = alternatives(decision, trace); other.size())
      out.set("alternatives", std::move(other));
}

}  // namespace

Value explain(const AuthorizationRequest& request, const Decision& decision,
              std::vector<StatementTrace> trace) {
  const auto& p = request.caller->principal;
  Value out = Value::object({{"principal", caller_name(p)},
                             {"action", request.action},
                             {"resource", request.resource},
                             {"account", p.account.text},
                             {"resourceAccount", request.resource_account},
                             {"effect", effect_name(decision.effect)},
                             {"kind", decision.kind},
                             {"policyArn", decision.policy_arn},
                             {"sid", decision.sid},
                             {"message", decision.message}});
  Value context = Value::object();
  for (const auto& [key, values] : request.context.entries) {
    Value list = Value::list();
    for (const auto& value : values) list.push_back(value);
    context.set(key, std::move(list));
  }
  out.set("context", std::move(context));
  if (!request.caller->called_via.empty()) {
    Value chain = Value::list();
    for (const auto& service : request.caller->called_via) chain.push_back(service);
    out.set("calledVia", std::move(chain));
  }
  Value matched = Value::list();
  for (const auto& t : trace) {
    if (t.matched) matched.push_back(near_miss(t));
  }
  out.set("matchedStatements", std::move(matched));
  if (!decision.allowed()) add_way_out(request, decision, trace, out);
  out.set("policies", considered_policies(trace));
  return out;
}

std::string explanation_text(const Value& e) {
  std::string out;
  add_line(out, "request", e["requestId"]);
  add_line(out, "time", e["time"]);
  add_line(out, "principal", e["principal"]);
  if (const Value* chain = e.find("chain"); chain && chain->size() > 1)
    add_line(out, "came from", chain_text(*chain));
  if (const Value* via = e.find("calledVia")) {
    std::vector<std::string> chain;
    for (const auto& service : via->as_list()) chain.push_back(service.string_or(""));
    add_line(out, "through", join(chain, " -> "));
  }
  add_line(out, "action", e["action"]);
  add_line(out, "resource", e["resource"]);
  if (e["account"] != e["resourceAccount"]) {
    add_line(out, "from account", e["account"]);
    add_line(out, "to account", e["resourceAccount"]);
  }
  std::string effect = e["effect"].string_or("");
  if (e["passed"].bool_or(false)) effect += ", but passed: --iam audit";
  add_line(out, "effect", effect);
  if (e["explainedAgain"].bool_or(false))
    add_line(out, "note", "explained with policies and tags as they are now");
  if (e.find("decidedThen"))
    add_line(out, "note", "it was allowed then; policies have changed since");
  auto kind = e["kind"].string_or("");
  if (!kind.empty()) {
    std::string decided = e["effect"].string_or("") == "EXPLICIT_DENY"
                              ? "a statement of a " + kind + " denies it"
                              : "no " + kind + " allows it";
    if (auto arn = e["policyArn"].string_or(""); !arn.empty()) decided += ": " + arn;
    if (auto sid = e["sid"].string_or(""); !sid.empty()) decided += ", statement " + sid;
    add_line(out, "decided by", decided);
  }
  if (const Value* context = e.find("context"); context && context->size()) {
    out += "\ncontext:\n";
    for (const auto& [key, values] : context->as_object()) {
      std::vector<std::string> texts;
      for (const Value& value : values.as_list()) texts.push_back(value.scalar_text());
      out += "  " + key + " = " + join(texts, ", ") + "\n";
    }
  }
  if (const Value* policies = e.find("policies"); policies && policies->size())
    add_policies(out, *policies);
  if (const Value* misses = e.find("nearMisses"); misses && misses->size()) {
    out += "\nnear misses, closest first:\n";
    for (const auto& miss : misses->as_list()) {
      const auto name = miss["policy"].string_or(""), of = miss["attachedTo"].string_or("");
      out += "  " + name + " statement " + miss["sid"].string_or("") + " (" +
             miss["kind"].string_or("") + (of.empty() || of == name ? "" : " of " + of) +
             ")\n    " + matches_before(miss["failedElement"].string_or("")) + " " +
             miss["detail"].string_or("") + "\n";
    }
  }
  if (const Value* fix = e.find("fix")) {
    out += "\nsmallest fix:\n";
    add_fix(out, *fix);
    if (const Value* further = e.find("furtherFixes")) {
      for (const auto& more : further->as_list()) add_fix(out, more);
    }
    if (const Value* others = e.find("alternatives"))
      for (const auto& other : others->as_list())
        out += "  or a request that statement " + other["sid"].string_or("") + " of " +
               other["policy"].string_or("") + " allows: " + other["detail"].string_or("") + "\n";
  }
  return out;
}

}  // namespace drydock
