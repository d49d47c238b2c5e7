// Answers in the protocol of their service.
#include "base/encoding.h"
#include "base/text.h"
#include "wire/json_out.h"
#include "wire/request_id.h"
#include "wire/scalar_text.h"
#include "wire/wire.h"
#include "wire/xml_out.h"

namespace drydock::wire {
namespace {

constexpr std::string_view kXmlHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

bool has_body_members(const Shape& shape) {
  for (const Member& member : shape.members) {
    if (member.binding == HttpBinding::kBody) return true;
  }
  return false;
}

HttpResponse encode_json_rpc(const Operation& operation, const void* output) {
  HttpResponse response;
  bool version10 = operation.service().protocol == Protocol::kJson10;
  std::string body;
  to_json_text(operation.output(), output, JsonNames::kModel, body);
  set_header(response.headers, "Content-Type",
             version10 ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1");
  // AWS does add the checksum for DynamoDB; its SDKs check it.
  if (version10) set_header(response.headers, "x-amz-crc32", std::to_string(crc32(body)));
  response.body = Payload(std::move(body));
  return response;
}

HttpResponse encode_query(const Operation& operation, const void* output,
                          std::string_view request_id) {
  HttpResponse response;
  const Service& service = operation.service();
  std::string name(operation.name), body;
  body.append("<")
      .append(name)
      .append("Response xmlns=\"")
      .append(service.xml_namespace)
      .append("\">");
  append_xml_element(name + "Result", {}, operation.output(), output, Protocol::kQuery, body);
  body.append("<ResponseMetadata><RequestId>")
      .append(request_id)
      .append("</RequestId></ResponseMetadata></");
  body.append(name).append("Response>");
  set_header(response.headers, "Content-Type", "text/xml");
  response.body = Payload(std::move(body));
  return response;
}

void write_header(const Member& member, const void* field, Headers& headers) {
  const Shape& shape = member.shape();
  TimestampFormat format = member.timestamp_format == TimestampFormat::kDefault
                               ? TimestampFormat::kHttpDate
                               : member.timestamp_format;
  if (shape.kind != ShapeKind::kList) {
    set_header(headers, member.wire_name, scalar_to_text(shape, field, format));
    return;
  }
  std::vector<std::string> items;
  for (size_t i = 0; i < shape.sequence->size(field); ++i) {
    items.push_back(scalar_to_text(shape.item(), shape.sequence->at(field, i), format));
  }
  if (!items.empty()) set_header(headers, member.wire_name, join(items, ","));
}

// Header values come from stored data; a line break in one must not end the header.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') c = ' ';
  }
  return text;
}

void write_bindings(const Shape& shape, const void* output, HttpResponse& response) {
  for (const Member& member : shape.members) {
    const void* field = field_of(member, output);
    if (!field) continue;
    if (member.binding == HttpBinding::kStatus) {
      int64_t status = *static_cast<const int64_t*>(field);
      if (status != 0) response.status = static_cast<int>(status);
    } else if (member.binding == HttpBinding::kHeader) {
      write_header(member, field, response.headers);
    } else if (member.binding == HttpBinding::kPrefixHeaders) {
      const Shape& map = member.shape();
      for (size_t i = 0; i < map.sequence->size(field); ++i) {
        set_header(response.headers, std::string(member.wire_name) + map_key(map, field, i),
                   *static_cast<const std::string*>(map.sequence->at(field, i)));
      }
    }
  }
  for (auto& [name, value] : response.headers) value = one_line(std::move(value));
}

void set_default_header(Headers& headers, std::string_view name, std::string value) {
  if (!find_header(headers, name)) set_header(headers, name, std::move(value));
}

void write_payload(const Member& member, const void* field, const Service& service,
                   HttpResponse& response) {
  const Shape& shape = member.shape();
  bool xml = service.protocol == Protocol::kRestXml;
  std::string body;
  switch (shape.kind) {
    case ShapeKind::kStream:
      set_default_header(response.headers, "Content-Type", "application/octet-stream");
      response.body = *static_cast<const Payload*>(field);
      return;
    case ShapeKind::kBlob:
      set_default_header(response.headers, "Content-Type", "application/octet-stream");
      response.body = Payload(*static_cast<const std::string*>(field));
      return;
    case ShapeKind::kString:
      set_default_header(response.headers, "Content-Type", "text/plain");
      response.body = Payload(*static_cast<const std::string*>(field));
      return;
    default: break;
  }
  if (xml) {
    std::string_view name = member.wire_name != member.name ? member.wire_name
                            : shape.xml_name.empty()        ? shape.name
                                                            : shape.xml_name;
    body = kXmlHead;
    append_xml_element(name,
                       shape.xml_namespace.empty() ? service.xml_namespace : shape.xml_namespace,
                       shape, field, service.protocol, body);
  } else {
    to_json_text(shape, field, JsonNames::kWire, body);
  }
  set_default_header(response.headers, "Content-Type",
                     xml ? "application/xml" : "application/json");
  response.body = Payload(std::move(body));
}

// AWS does answer GetBucketLocation with a bare root: the only member carries the root's name.
bool is_unwrapped(const Shape& shape) {
  return shape.members.size() == 1 && !shape.xml_name.empty() &&
         shape.members[0].wire_name == shape.xml_name && is_scalar(shape.members[0].shape().kind);
}

std::string xml_document(const Operation& operation, const void* output) {
  const Shape& shape = operation.output();
  const Service& service = operation.service();
  std::string body(kXmlHead);
  std::string_view xml_namespace =
      shape.xml_namespace.empty() ? service.xml_namespace : shape.xml_namespace;
  if (is_unwrapped(shape)) {
    const void* field = field_of(shape.members[0], output);
    static const std::string kNothing;
    append_xml_element(shape.xml_name, xml_namespace, shape.members[0].shape(),
                       field ? field : &kNothing, service.protocol, body);
    return body;
  }
  std::string name =
      shape.xml_name.empty() ? std::string(operation.name) + "Result" : std::string(shape.xml_name);
  append_xml_element(name, xml_namespace, shape, output, service.protocol, body);
  return body;
}

HttpResponse encode_rest(const Operation& operation, const void* output) {
  HttpResponse response;
  const Service& service = operation.service();
  const Shape& shape = operation.output();
  response.status = operation.http.code;
  write_bindings(shape, output, response);
  if (response.status == 204 || response.status == 304) return response;
  for (const Member& member : shape.members) {
    if (member.binding != HttpBinding::kPayload) continue;
    if (const void* field = field_of(member, output))
      write_payload(member, field, service, response);
    return response;
  }
  if (service.protocol == Protocol::kRestXml) {
    if (!has_body_members(shape)) return response;
    set_default_header(response.headers, "Content-Type", "application/xml");
    response.body = Payload(xml_document(operation, output));
    return response;
  }
  std::string body;
  to_json_text(shape, output, JsonNames::kWire, body);
  set_default_header(response.headers, "Content-Type", "application/json");
  response.body = Payload(std::move(body));
  return response;
}

}  // namespace

HttpResponse encode(const Operation& operation, const void* output, std::string_view request_id) {
  HttpResponse response;
  switch (operation.service().protocol) {
    case Protocol::kQuery: response = encode_query(operation, output, request_id); break;
    case Protocol::kJson10:
    case Protocol::kJson11: response = encode_json_rpc(operation, output); break;
    default: response = encode_rest(operation, output);
  }
  add_request_id(&operation.service(), request_id, response.headers);
  return response;
}

}  // namespace drydock::wire
