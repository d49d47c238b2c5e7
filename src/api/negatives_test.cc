// What every served operation must refuse, sent as its clients would send it: the generated
// negatives, each as an HTTP request in the service's protocol, through the server.
#include "shape/negatives.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "api/make_server.h"
#include "base/encoding.h"
#include "base/text.h"
#include "shape/served.h"

namespace drydock {
namespace {

std::string_view wire_name(const Member& member) {
  return member.wire_name.empty() ? member.name : member.wire_name;
}

std::string scalar_text(const Value& value) {
  if (value.is_string()) return value.as_string();
  return to_json(value);
}

// ---- bodies

// Blobs lie in JSON as base64; what has another kind than its shape stays as it is.
Value to_wire_json(const Shape& shape, const Value& value) {
  if (shape.kind == ShapeKind::kBlob && value.is_string())
    return Value(to_base64(value.as_string()));
  if (value.is_list() && shape.kind == ShapeKind::kList) {
    Value out = Value::list();
    for (const Value& element : value.as_list()) out.push_back(to_wire_json(shape.item(), element));
    return out;
  }
  if (!value.is_object()) return value;
  Value out = Value::object();
  for (const auto& [key, element] : value.as_object()) {
    const Shape* target = shape.kind == ShapeKind::kMap ? &shape.item() : nullptr;
    for (const Member& member : shape.members)
      if (member.name == key) target = &member.shape();
    out.set(key, target ? to_wire_json(*target, element) : element);
  }
  return out;
}

void to_query(const Shape& shape, const Value& value, const std::string& name, bool flattened,
              std::string& out) {
  auto put = [&](const std::string& key, const Value& text) {
    out += "&" + key + "=" + percent_encode(scalar_text(text));
  };
  if (value.is_object() && !shape.members.empty()) {
    for (const Member& member : shape.members)
      if (!value[member.name].is_null())
        to_query(member.shape(), value[member.name],
                 (name.empty() ? "" : name + ".") + std::string(wire_name(member)),
                 member.flattened, out);
  } else if (value.is_list() && shape.kind == ShapeKind::kList) {
    std::string item = shape.item_wire_name.empty() ? "member" : std::string(shape.item_wire_name);
    size_t index = 0;
    for (const Value& element : value.as_list())
      to_query(shape.item(), element,
               name + "." + (flattened ? "" : item + ".") + std::to_string(++index), false, out);
    if (!index) out += "&" + name + "=";
  } else if (value.is_object() && shape.kind == ShapeKind::kMap) {
    size_t index = 0;
    for (const auto& [key, element] : value.as_object()) {
      std::string entry = name + "." + (flattened ? "" : "entry.") + std::to_string(++index) + ".";
      put(entry + (shape.key_wire_name.empty() ? "key" : std::string(shape.key_wire_name)),
          Value(key));
      to_query(shape.item(), element,
               entry + (shape.item_wire_name.empty() ? "value" : std::string(shape.item_wire_name)),
               false, out);
    }
  } else {
    put(name, value);
  }
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<' || c == '&')
      out += c == '<' ? "&lt;" : "&amp;";
    else
      out += c;
  }
  return out;
}

void to_xml(const Shape& shape, const Value& value, std::string_view name, bool flattened,
            std::string& out) {
  auto open = [&](std::string_view element) { out.append("<").append(element).append(">"); };
  auto close = [&](std::string_view element) { out.append("</").append(element).append(">"); };
  if (shape.kind == ShapeKind::kList && value.is_list()) {
    if (!flattened) open(name);
    std::string_view item = flattened                      ? name
                            : shape.item_wire_name.empty() ? "member"
                                                           : shape.item_wire_name;
    for (const Value& element : value.as_list()) to_xml(shape.item(), element, item, false, out);
    if (!flattened) close(name);
    return;
  }
  open(name);
  if (value.is_object()) {
    for (const Member& member : shape.members)
      if (!value[member.name].is_null())
        to_xml(member.shape(), value[member.name], wire_name(member), member.flattened, out);
  } else if (!value.is_list()) {
    out += xml_text(scalar_text(value));
  }
  close(name);
}

// ---- requests

// A value that HTTP can carry where the member is bound, and that means what was meant.
bool can_be_sent(const Member& member, const Value& input) {
  if (member.binding == HttpBinding::kBody || member.binding == HttpBinding::kPayload) return true;
  if (input[member.name].is_null()) return member.binding != HttpBinding::kLabel;
  const Value& value = input[member.name];
  const Shape& shape = member.shape();
  if (shape.kind == ShapeKind::kList || shape.kind == ShapeKind::kMap || value.is_object() ||
      value.is_list())
    return false;
  std::string text = scalar_text(value);
  if (text.size() > 60000) return false;
  if (member.binding == HttpBinding::kLabel) return !text.empty() && text != "\n" && text != " ";
  if (member.binding == HttpBinding::kHeader) {
    for (char c : text)
      if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) > '~') return false;
    return !text.empty();
  }
  return !text.empty();
}

struct Rest {
  const Operation& operation;
  const Value& input;
  std::map<std::string, std::string> labels;
  std::string query;
  Headers headers;
  std::string body;

  void bind() {
    Value json = Value::object();
    const Shape& shape = operation.input();
    for (const Member& member : shape.members) {
      if (input[member.name].is_null()) continue;
      const Value& value = input[member.name];
      switch (member.binding) {
        case HttpBinding::kLabel: labels[std::string(member.name)] = scalar_text(value); break;
        case HttpBinding::kQuery:
          query += "&" + std::string(wire_name(member)) + "=" + percent_encode(scalar_text(value));
          break;
        case HttpBinding::kHeader:
          set_header(headers, wire_name(member), scalar_text(value));
          break;
        case HttpBinding::kPayload:
          if (operation.service().protocol == Protocol::kRestXml)
            to_xml(member.shape(), value,
                   member.shape().xml_name.empty() ? wire_name(member) : member.shape().xml_name,
                   false, body);
          else
            body = member.shape().kind == ShapeKind::kBlob
                       ? scalar_text(value)
                       : to_json(to_wire_json(member.shape(), value));
          break;
        case HttpBinding::kBody:
          json.set(wire_name(member), to_wire_json(member.shape(), value));
          break;
        default: break;
      }
    }
    if (body.empty() && json.size()) body = to_json(json);
  }

  std::string target() const {
    std::string out;
    for (size_t i = 0; i < operation.http.uri.size(); ++i) {
      char c = operation.http.uri[i];
      if (c != '{') {
        out += c;
        continue;
      }
      size_t end = operation.http.uri.find('}', i);
      std::string name(operation.http.uri.substr(i + 1, end - i - 1));
      bool greedy = name.ends_with('+');
      if (greedy) name.pop_back();
      auto found = labels.find(name);
      out += percent_encode(found == labels.end() ? "x" : found->second, greedy ? "/" : "");
      i = end;
    }
    if (!query.empty()) out += (out.find('?') == std::string::npos ? "?" : "&") + query.substr(1);
    return out;
  }
};

HttpRequest request_of(const Operation& operation, const Value& input) {
  const Service& service = operation.service();
  HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.peer = "127.0.0.1";
  request.headers = {
      {"Host", "127.0.0.1:4566"},
      {"X-Amz-Date", "20260101T000000Z"},
      {"Authorization",
       "AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/" +
           std::string(service.signing_name) +
           "/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + std::string(64, '0')}};
  switch (service.protocol) {
    case Protocol::kQuery: {
      std::string body =
          "Action=" + std::string(operation.name) + "&Version=" + std::string(service.version);
      to_query(operation.input(), input, "", false, body);
      set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded");
      request.body = Payload(std::move(body));
      break;
    }
    case Protocol::kJson10:
    case Protocol::kJson11:
      set_header(request.headers, "Content-Type",
                 service.protocol == Protocol::kJson10 ? "application/x-amz-json-1.0"
                                                       : "application/x-amz-json-1.1");
      set_header(request.headers, "X-Amz-Target",
                 std::string(service.target_prefix) + "." + std::string(operation.name));
      request.body = Payload(to_json(to_wire_json(operation.input(), input)));
      break;
    case Protocol::kRestJson:
    case Protocol::kRestXml: {
      Rest rest{operation, input, {}, {}, {}, {}};
      rest.bind();
      request.method = operation.http.method;
      request.target = rest.target();
      for (auto& [name, value] : rest.headers) set_header(request.headers, name, std::move(value));
      request.body = Payload(std::move(rest.body));
      break;
    }
  }
  return request;
}

// ---- what must come back

const Member* top_member(const Operation& operation, const Negative& negative) {
  std::string name = negative.what.substr(0, negative.what.find_first_of(".:"));
  for (const Member& member : operation.input().members)
    if (to_lower(member.name) == to_lower(name)) return &member;
  return nullptr;
}

bool applies(const Operation& operation, const Negative& negative) {
  Protocol protocol = operation.service().protocol;
  if (protocol == Protocol::kQuery) {
    // A form has no kinds but text, numbers and truth; an empty list or text is as good as none.
    if (negative.what.ends_with("wrong kind")) return false;
    if (negative.contains.find("greater than or equal to 1") != std::string::npos) return false;
  }
  if (protocol == Protocol::kRestJson || protocol == Protocol::kRestXml) {
    const Member* member = top_member(operation, negative);
    if (!member || !can_be_sent(*member, negative.input)) return false;
    const bool in_body = member->binding == HttpBinding::kBody;
    // Neither a form, a header nor a payload of raw bytes has kinds; and S3's queries and headers
    // say which operation is meant.
    if (negative.what.ends_with("wrong kind") &&
        (protocol == Protocol::kRestXml || (member->shape().kind == ShapeKind::kBlob && !in_body)))
      return false;
    if (protocol == Protocol::kRestXml && !in_body && negative.what.ends_with(": missing") &&
        member->binding != HttpBinding::kPayload)
      return false;
  }
  return true;
}

std::string xml_element(std::string_view body, const std::string& name) {
  size_t begin = body.find("<" + name + ">"), end = body.find("</" + name + ">");
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  begin += name.size() + 2;
  std::string text(body.substr(begin, end - begin));
  for (auto [escaped, plain] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}})
    text = replace_all(std::move(text), escaped, plain);
  return text;
}

bool answers(const Service& service, const HttpResponse& response, const Negative& negative) {
  std::string body = response.body.read_all(), code, message;
  if (auto json = parse_json(body); json && json->is_object()) {
    message = scalar_text((*json)[(*json)["message"].is_null() ? "Message" : "message"]);
    const std::string* type = find_header(response.headers, "x-amzn-ErrorType");
    code = type ? *type : scalar_text((*json)["__type"]);
    code = code.substr(code.find('#') + 1);
  } else {
    code = xml_element(body, "Code");
    message = xml_element(body, "Message");
  }
  // CloudWatch Logs and Organizations have codes of their own for what their models forbid.
  const bool violation = negative.code == "ValidationException";
  const std::string wanted = violation && service.name == "logs" ? "InvalidParameterException"
                             : violation && service.name == "organizations"
                                 ? "InvalidInputException"
                                 : negative.code;
  return response.status == 400 && code == wanted &&
         message.find(negative.contains) != std::string::npos;
}

class WireNegatives : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("drydock-negatives-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    Settings settings;
    settings.data_folder = folder_;
    settings.enforcement = Enforcement::kOff;
    server_ = make_server(settings, open_memory_engine(),
                          std::make_unique<ManualClock>(Timestamp{1'767'225'600'000}), Random(1));
    server_->start();
  }
  void TearDown() override {
    server_->stop();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path folder_;
  std::unique_ptr<RunningServer> server_;
};

TEST_F(WireNegatives, EveryServedOperationAnswersThem) {
  size_t sent = 0, failed = 0;
  for (const Service* service : all_services()) {
    for (const Operation& operation : service->operations) {
      if (operation.internal) continue;
      for (const Negative& negative : negatives_of(operation)) {
        if (!applies(operation, negative)) continue;
        HttpRequest request = request_of(operation, negative.input);
        HttpResponse response = server_->server().serve(request);
        ++sent;
        if (answers(*service, response, negative)) continue;
        if (++failed < 40)
          ADD_FAILURE() << service->name << ":" << operation.name << " " << negative.what << "\n"
                        << request.method << " " << request.target.substr(0, 200) << " "
                        << request.body.read_all().substr(0, 300) << "\n-> " << response.status
                        << " " << response.body.read_all().substr(0, 400)
                        << "\nwanted: " << negative.code << " " << negative.contains;
        break;  // one of an operation is enough to read
      }
    }
  }
  EXPECT_EQ(failed, 0u);
  EXPECT_GT(sent, 3000u);
}

}  // namespace
}  // namespace drydock
