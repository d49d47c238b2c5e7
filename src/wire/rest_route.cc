#include "wire/rest_route.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::wire {
namespace {

struct Segment {
  std::string_view text;  // literal, or the label's name
  bool label = false;
  bool greedy = false;
};

// One @http trait, taken apart.
struct Route {
  const Operation* operation = nullptr;
  std::vector<Segment> segments;
  QueryList query;                                // literals of the uri: "uploads", "list-type=2"
  std::vector<std::string_view> required_query;   // @required @httpQuery
  std::vector<std::string_view> required_header;  // @required @httpHeader
};

std::vector<std::string_view> path_segments(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return split(path, '/');
}

Route compile(const Operation& operation) {
  Route route{.operation = &operation};
  std::string_view uri = operation.http.uri;
  std::string_view path = uri.substr(0, uri.find('?'));
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path != "/") {
    for (std::string_view piece : path_segments(path)) {
      bool label = piece.starts_with('{') && piece.ends_with('}');
      bool greedy = label && piece.ends_with("+}");
      if (label) piece = piece.substr(1, piece.size() - (greedy ? 3 : 2));
      route.segments.push_back({piece, label, greedy});
    }
  }
  if (path.size() < uri.size() && uri.find('?') != std::string_view::npos) {
    for (std::string_view pair : split(uri.substr(uri.find('?') + 1), '&')) {
      size_t equals = pair.find('=');
      std::string key(pair.substr(0, equals));
      // Newer SDKs name the operation in x-id; nothing depends on it.
      if (key.empty() || key == "x-id") continue;
      route.query.emplace_back(
          key, equals == std::string_view::npos ? "" : std::string(pair.substr(equals + 1)));
    }
  }
  for (const Member& member : operation.input().members) {
    if (!member.required) continue;
    if (member.binding == HttpBinding::kQuery) route.required_query.push_back(member.wire_name);
    if (member.binding == HttpBinding::kHeader) route.required_header.push_back(member.wire_name);
  }
  return route;
}

const std::vector<Route>& routes_of(const Service& service) {
  static std::shared_mutex mutex;
  static std::map<const Service*, std::unique_ptr<std::vector<Route>>> all;
  {
    std::shared_lock lock(mutex);
    auto found = all.find(&service);
    if (found != all.end()) return *found->second;
  }
  auto made = std::make_unique<std::vector<Route>>();
  for (const Operation& operation : service.operations) {
    if (!operation.http.method.empty()) made->push_back(compile(operation));
  }
  std::unique_lock lock(mutex);
  return *all.try_emplace(&service, std::move(made)).first->second;
}

// How literal a matching path is, segment by segment: a literal beats a label beats a greedy label.
std::optional<std::string> match_path(const Route& route,
                                      const std::vector<std::string_view>& path) {
  std::string rank;
  for (size_t i = 0; i < route.segments.size(); ++i) {
    const Segment& segment = route.segments[i];
    if (i >= path.size()) return std::nullopt;
    if (segment.greedy) {
      // Only the last segment is greedy in the APIs served; it takes the rest, which is not empty.
      if (i + 1 != route.segments.size()) return std::nullopt;
      if (i + 1 == path.size() && path[i].empty()) return std::nullopt;
      return rank + 'a';
    }
    if (segment.label ? path[i].empty() : path[i] != segment.text) return std::nullopt;
    rank += segment.label ? 'b' : 'c';
  }
  bool ends_in_slash = path.size() == route.segments.size() + 1 && path.back().empty();
  if (path.size() != route.segments.size() && !ends_in_slash) return std::nullopt;
  return rank;
}

const std::string* find_query(const QueryList& query, std::string_view key) {
  for (const auto& [name, value] : query) {
    if (name == key) return &value;
  }
  return nullptr;
}

bool extras_match(const Route& route, const QueryList& query, const Headers& headers, bool strict) {
  for (const auto& [key, value] : route.query) {
    const std::string* given = find_query(query, key);
    if (!given || (!value.empty() && *given != value)) return false;
  }
  if (!strict) return true;
  for (std::string_view key : route.required_query) {
    if (!find_query(query, key)) return false;
  }
  for (std::string_view name : route.required_header) {
    if (!find_header(headers, name)) return false;
  }
  return true;
}

Map<std::string> labels_of(const Route& route, std::string_view raw_path,
                           const std::vector<std::string_view>& path) {
  Map<std::string> labels;
  for (size_t i = 0; i < route.segments.size(); ++i) {
    const Segment& segment = route.segments[i];
    if (!segment.label) continue;
    std::string_view text = path[i];
    if (segment.greedy)
      text = raw_path.substr(static_cast<size_t>(path[i].data() - raw_path.data()));
    labels.emplace_back(segment.text, percent_decode(text));
  }
  return labels;
}

}  // namespace

bool RestMatch::names_query_key(std::string_view key) const {
  if (!operation) return false;
  for (const auto& [name, value] : compile(*operation).query) {
    if (name == key) return true;
  }
  for (const Member& member : operation->input().members) {
    if (member.binding == HttpBinding::kQuery && member.wire_name == key) return true;
  }
  return false;
}

RestMatch match_rest(const Service& service, std::string_view method, std::string_view path,
                     const QueryList& query, const Headers& headers) {
  std::vector<std::string_view> segments = path_segments(path);
  const Route* best = nullptr;
  std::pair<std::string, size_t> best_rank;
  // The second round takes operations whose required query or header is missing, so that they, and
  // not "no such operation", answer a bad request.
  for (bool strict : {true, false}) {
    for (const Route& route : routes_of(service)) {
      if (route.operation->http.method != method) continue;
      auto path_rank = match_path(route, segments);
      if (!path_rank || !extras_match(route, query, headers, strict)) continue;
      size_t extras = route.query.size() +
                      (strict ? route.required_query.size() + route.required_header.size() : 0);
      std::pair rank(std::move(*path_rank), extras);
      if (best && rank <= best_rank) continue;
      best = &route;
      best_rank = std::move(rank);
    }
    if (best) return {best->operation, labels_of(*best, path, segments)};
  }
  return {};
}

}  // namespace drydock::wire
