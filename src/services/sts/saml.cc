#include "services/sts/saml.h"

#include <algorithm>
#include <map>
#include <pugixml.hpp>

#include "base/encoding.h"
#include "base/signature.h"
#include "base/text.h"
#include "gen/sts.h"

namespace drydock::sts {
namespace {

constexpr std::string_view kDsig = "http://www.w3.org/2000/09/xmldsig#";
constexpr std::string_view kAssertionNs = "urn:oasis:names:tc:SAML:2.0:assertion";
constexpr std::string_view kProtocolNs = "urn:oasis:names:tc:SAML:2.0:protocol";
constexpr std::string_view kMetadataNs = "urn:oasis:names:tc:SAML:2.0:metadata";
constexpr std::string_view kExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
constexpr std::string_view kEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
constexpr int kMostDepth = 64;
constexpr size_t kMostNodes = 100000;

// Blanks between elements are part of what is signed.
constexpr unsigned kParse = pugi::parse_default | pugi::parse_ws_pcdata;

std::string_view prefix_of(std::string_view name) {
  auto colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}
std::string_view local_of(std::string_view name) {
  auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// The namespace that a prefix stands for where the element is.
std::string_view namespace_of(pugi::xml_node node, std::string_view prefix) {
  if (prefix == "xml") return "http://www.w3.org/XML/1998/namespace";
  const std::string name = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  for (; node; node = node.parent()) {
    if (auto attribute = node.attribute(name.c_str())) return attribute.value();
  }
  return {};
}

bool is(pugi::xml_node node, std::string_view space, std::string_view local) {
  return node.type() == pugi::node_element && local_of(node.name()) == local &&
         namespace_of(node, prefix_of(node.name())) == space;
}

pugi::xml_node child(pugi::xml_node node, std::string_view space, std::string_view local) {
  for (auto each : node.children()) {
    if (is(each, space, local)) return each;
  }
  return {};
}

std::string text_of(pugi::xml_node node) {
  std::string out;
  for (auto each : node.children()) {
    if (each.type() == pugi::node_pcdata || each.type() == pugi::node_cdata) out += each.value();
  }
  return std::string(trim(out));
}

std::string bytes_of(pugi::xml_node node) {
  std::string packed;
  for (char c : text_of(node)) {
    if (c > ' ') packed += c;
  }
  return from_base64(packed).value_or("");
}

// Exclusive XML canonicalization without comments, of one element and all in it but `skipped`.
class Canonical {
 public:
  Canonical(pugi::xml_node skipped, std::vector<std::string> inclusive)
      : skipped_(skipped), inclusive_(std::move(inclusive)) {}

  std::string of(pugi::xml_node node) {
    element(node, {}, 0);
    return std::move(out_);
  }

 private:
  using Rendered = std::map<std::string, std::string>;  // prefix -> namespace, as written so far

  void element(pugi::xml_node node, Rendered rendered, int depth) {
    if (depth > kMostDepth || ++count_ > kMostNodes) return;
    out_.append("<").append(node.name());
    namespaces(node, rendered);
    attributes(node);
    out_ += '>';
    for (auto each : node.children()) {
      if (each == skipped_) continue;
      if (each.type() == pugi::node_element) element(each, rendered, depth + 1);
      if (each.type() == pugi::node_pcdata || each.type() == pugi::node_cdata)
        escape(each.value(), "<>&\r");
    }
    out_.append("</").append(node.name()).append(">");
  }

  // Those that the element and its attributes use, where they are not written above it already.
  void namespaces(pugi::xml_node node, Rendered& rendered) {
    std::map<std::string, std::string> used;
    auto use = [&](std::string_view prefix) {
      if (prefix != "xml") used[std::string(prefix)] = std::string(namespace_of(node, prefix));
    };
    use(prefix_of(node.name()));
    for (auto attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name == "xmlns" || name.starts_with("xmlns:")) continue;
      if (auto prefix = prefix_of(name); !prefix.empty()) use(prefix);
    }
    for (const auto& prefix : inclusive_) {
      if (!namespace_of(node, prefix).empty()) use(prefix);
    }
    for (const auto& [prefix, space] : used) {
      auto known = rendered.find(prefix);
      if (known == rendered.end() ? space.empty() : known->second == space) continue;
      rendered[prefix] = space;
      out_.append(prefix.empty() ? " xmlns" : " xmlns:" + prefix).append("=\"");
      escape(space, "<&\"\t\n\r");
      out_ += '"';
    }
  }

  void attributes(pugi::xml_node node) {
    std::map<std::pair<std::string, std::string>, pugi::xml_attribute> sorted;
    for (auto attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name == "xmlns" || name.starts_with("xmlns:")) continue;
      const auto prefix = prefix_of(name);
      sorted[{std::string(prefix.empty() ? std::string_view() : namespace_of(node, prefix)),
              std::string(local_of(name))}] = attribute;
    }
    for (const auto& [key, attribute] : sorted) {
      out_.append(" ").append(attribute.name()).append("=\"");
      escape(attribute.value(), "<&\"\t\n\r");
      out_ += '"';
    }
  }

  void escape(std::string_view text, std::string_view special) {
    for (char c : text) {
      if (special.find(c) == std::string_view::npos) {
        out_ += c;
        continue;
      }
      switch (c) {
        case '<': out_ += "&lt;"; break;
        case '>': out_ += "&gt;"; break;
        case '&': out_ += "&amp;"; break;
        case '"': out_ += "&quot;"; break;
        case '\t': out_ += "&#x9;"; break;
        case '\n': out_ += "&#xA;"; break;
        default: out_ += "&#xD;";
      }
    }
  }

  pugi::xml_node skipped_;
  std::vector<std::string> inclusive_;
  std::string out_;
  size_t count_ = 0;
};

// The PrefixList of a canonicalization.
std::vector<std::string> inclusive_of(pugi::xml_node method) {
  std::vector<std::string> out;
  const std::string list =
      child(method, kExclusive, "InclusiveNamespaces").attribute("PrefixList").value();
  for (auto word : split(list, ' ')) {
    if (!word.empty()) out.emplace_back(word == "#default" ? std::string_view() : word);
  }
  return out;
}

// "…#rsa-sha256" or "…#sha256": the bits of the digest; 0 for what is not taken (SHA-1 too).
int bits_of(std::string_view algorithm, std::string_view kind) {
  auto hash = algorithm.rfind('#');
  if (hash == std::string_view::npos || !algorithm.starts_with("http://www.w3.org/2001/04/xml"))
    return 0;
  const auto name = algorithm.substr(hash + 1);
  for (int bits : {256, 384, 512}) {
    if (name == std::string(kind) + std::to_string(bits)) return bits;
  }
  return 0;
}

// Whether the signature in `parent` covers exactly `parent` and is the provider's.
bool is_signed(pugi::xml_node parent, const SamlProvider& provider) {
  const auto signature = child(parent, kDsig, "Signature");
  const auto info = child(signature, kDsig, "SignedInfo");
  const auto canonicalization = child(info, kDsig, "CanonicalizationMethod");
  const auto reference = child(info, kDsig, "Reference");
  if (!reference || canonicalization.attribute("Algorithm").value() != kExclusive) return false;
  for (auto other = reference.next_sibling(); other; other = other.next_sibling()) {
    if (is(other, kDsig, "Reference")) return false;
  }
  const std::string id = parent.attribute("ID").value();
  if (id.empty() || reference.attribute("URI").value() != "#" + id) return false;
  std::vector<std::string> inclusive;
  bool canonical = false;
  for (auto transform : child(reference, kDsig, "Transforms").children()) {
    if (transform.type() != pugi::node_element) continue;
    const std::string_view algorithm = transform.attribute("Algorithm").value();
    if (algorithm == kExclusive) {
      canonical = true;
      inclusive = inclusive_of(transform);
    } else if (algorithm != kEnveloped) {
      return false;
    }
  }
  if (!canonical) return false;
  const int digest =
      bits_of(child(reference, kDsig, "DigestMethod").attribute("Algorithm").value(), "sha");
  const std::string expected = bytes_of(child(reference, kDsig, "DigestValue"));
  const std::string covered = Canonical(signature, std::move(inclusive)).of(parent);
  if (!digest || expected.empty() || !equal_in_constant_time(sha2(digest, covered), expected))
    return false;
  const int bits =
      bits_of(child(info, kDsig, "SignatureMethod").attribute("Algorithm").value(), "rsa-sha");
  const std::string message = Canonical({}, inclusive_of(canonicalization)).of(info);
  const std::string value = bytes_of(child(signature, kDsig, "SignatureValue"));
  return bits && std::any_of(provider.certificates.begin(), provider.certificates.end(),
                             [&](const std::string& certificate) {
                               return verify_by_certificate(certificate, bits, message, value);
                             });
}

bool parse(std::string_view text, pugi::xml_document& document) {
  // Entities of one's own have no place in either document.
  if (text.find("<!") != std::string_view::npos && text.find("<!DOCTYPE") != std::string_view::npos)
    return false;
  return static_cast<bool>(document.load_buffer(text.data(), text.size(), kParse));
}

void narrow(std::optional<Timestamp>& limit, const char* text, bool earliest) {
  auto time = parse_iso8601(text);
  if (!time) return;
  if (!limit || (earliest ? *time < *limit : *limit < *time)) limit = time;
}

void read_subject(pugi::xml_node subject, SamlAssertion& out) {
  const auto name = child(subject, kAssertionNs, "NameID");
  out.subject = text_of(name);
  out.subject_format = name.attribute("Format").value();
  const auto data = child(child(subject, kAssertionNs, "SubjectConfirmation"), kAssertionNs,
                          "SubjectConfirmationData");
  out.recipient = data.attribute("Recipient").value();
  narrow(out.not_after, data.attribute("NotOnOrAfter").value(), true);
  narrow(out.not_before, data.attribute("NotBefore").value(), false);
}

void read_conditions(pugi::xml_node conditions, SamlAssertion& out) {
  narrow(out.not_after, conditions.attribute("NotOnOrAfter").value(), true);
  narrow(out.not_before, conditions.attribute("NotBefore").value(), false);
  const auto restriction = child(conditions, kAssertionNs, "AudienceRestriction");
  for (auto audience : restriction.children()) {
    if (is(audience, kAssertionNs, "Audience")) out.audiences.push_back(text_of(audience));
  }
}

void read_attributes(pugi::xml_node statement, SamlAssertion& out) {
  for (auto attribute : statement.children()) {
    if (!is(attribute, kAssertionNs, "Attribute")) continue;
    SamlAttribute& read = out.attributes.emplace_back();
    read.name = attribute.attribute("Name").value();
    for (auto value : attribute.children()) {
      if (is(value, kAssertionNs, "AttributeValue")) read.values.push_back(text_of(value));
    }
  }
}

}  // namespace

const std::vector<std::string>* SamlAssertion::find(std::string_view name) const {
  for (const auto& attribute : attributes) {
    if (attribute.name == name) return &attribute.values;
  }
  return nullptr;
}

std::optional<SamlProvider> parse_saml_metadata(std::string_view text) {
  pugi::xml_document document;
  if (!parse(text, document)) return std::nullopt;
  const auto entity = child(document, kMetadataNs, "EntityDescriptor");
  const auto role = child(entity, kMetadataNs, "IDPSSODescriptor");
  SamlProvider out;
  out.entity_id = entity.attribute("entityID").value();
  for (auto key : role.children()) {
    if (!is(key, kMetadataNs, "KeyDescriptor")) continue;
    const std::string_view use = key.attribute("use").value();
    if (!use.empty() && use != "signing") continue;
    for (auto data : child(key, kDsig, "KeyInfo").children()) {
      auto certificate = bytes_of(child(data, kDsig, "X509Certificate"));
      if (!certificate.empty()) out.certificates.push_back(std::move(certificate));
    }
  }
  if (out.entity_id.empty() || out.certificates.empty()) return std::nullopt;
  return out;
}

Result<SamlAssertion> read_saml_response(std::string_view text, const SamlProvider& provider) {
  pugi::xml_document document;
  if (!parse(text, document)) return errors::InvalidIdentityToken("Invalid SAMLResponse");
  const auto response = child(document, kProtocolNs, "Response");
  const auto assertion = child(response, kAssertionNs, "Assertion");
  if (!assertion) return errors::InvalidIdentityToken("Invalid SAMLResponse");
  SamlAssertion out;
  out.issuer = text_of(child(assertion, kAssertionNs, "Issuer"));
  if (out.issuer != provider.entity_id)
    return errors::InvalidIdentityToken("Issuer not present in specified provider");
  if (!is_signed(response, provider) && !is_signed(assertion, provider))
    return errors::InvalidIdentityToken("Response signature invalid");
  read_subject(child(assertion, kAssertionNs, "Subject"), out);
  read_conditions(child(assertion, kAssertionNs, "Conditions"), out);
  for (auto part : assertion.children()) {
    if (is(part, kAssertionNs, "AttributeStatement")) read_attributes(part, out);
    if (is(part, kAssertionNs, "AuthnStatement"))
      narrow(out.session_not_after, part.attribute("SessionNotOnOrAfter").value(), true);
  }
  return out;
}

}  // namespace drydock::sts
