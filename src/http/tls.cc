#include "http/tls.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <list>
#include <mutex>
#include <sstream>
#include <string_view>
#include <unordered_map>

namespace drydock {

namespace {

constexpr size_t kMaxLeaves = 2048;     // names whose certificate is kept
constexpr size_t kMaxNameLength = 253;  // a DNS name
constexpr long kDay = 24 * 3600;

template <class T, void (*F)(T*)>
struct Deleter {
  void operator()(T* p) const { F(p); }
};
using X509Ptr = std::unique_ptr<X509, Deleter<X509, X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY, EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO, BIO_free_all>>;

std::string openssl_error() {
  char text[256] = "unknown error";
  if (auto code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (!extension) return false;
  bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

void set_serial(X509* certificate) {
  unsigned char bytes[16];
  RAND_bytes(bytes, sizeof bytes);
  bytes[0] &= 0x7f;
  BIGNUM* number = BN_bin2bn(bytes, sizeof bytes, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

void set_name(X509_NAME* name, std::string_view common_name) {
  auto bytes = [](std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); };
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, bytes("Drydock"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes(common_name),
                             static_cast<int>(common_name.size()), -1, 0);
}

X509Ptr make_authority(EVP_PKEY* key) {
  X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  set_serial(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3650 * kDay);
  set_name(X509_get_subject_name(certificate.get()), "Drydock local certificate authority");
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  X509_set_pubkey(certificate.get(), key);
  X509* self = certificate.get();
  add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(self, self, NID_subject_key_identifier, "hash");
  if (!X509_sign(self, key, EVP_sha256())) return nullptr;
  return certificate;
}

// Names go into an extension's text, where a comma would begin another name.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameLength) return false;
  for (char c : name) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '.' || c == '_';
    if (!plain) return false;
  }
  return true;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Written beside and renamed, so a crash leaves either no file or a whole one.
bool write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  std::string temporary = path + "." + std::to_string(::getpid());
  ::unlink(temporary.c_str());
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return false;
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  bool whole = ::close(fd) == 0 && done == bytes.size();
  return whole && ::rename(temporary.c_str(), path.c_str()) == 0;
}

template <class F>
std::string pem_of(F&& write) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  write(bio.get());
  char* data = nullptr;
  long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

struct CertificateAuthority::State {
  X509Ptr certificate;
  KeyPtr key;
  KeyPtr leaf_key;  // one for all leaves; lives as long as the process
  std::string pem;
  SSL_CTX* context = nullptr;
  std::mutex mutex;
  std::list<std::pair<std::string, X509Ptr>> leaves;  // newest use first
  std::unordered_map<std::string, decltype(leaves)::iterator> by_name;

  ~State() {
    if (context) SSL_CTX_free(context);
  }

  // Empty name: a client that names no host (an address, 169.254.170.2).
  X509Ptr sign_leaf(const std::string& name) const {
    X509Ptr leaf(X509_new());
    X509_set_version(leaf.get(), 2);
    set_serial(leaf.get());
    X509_gmtime_adj(X509_getm_notBefore(leaf.get()), -kDay);
    X509_gmtime_adj(X509_getm_notAfter(leaf.get()), 820 * kDay);
    // A common name has at most 64 characters; clients read the alternative names.
    set_name(X509_get_subject_name(leaf.get()),
             name.empty() ? "localhost" : std::string_view(name).substr(0, 64));
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate.get()));
    X509_set_pubkey(leaf.get(), leaf_key.get());
    std::string names = name.empty()
                            ? "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1,IP:169.254.170.2"
                            : "DNS:" + name;
    add_extension(leaf.get(), certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(leaf.get(), certificate.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(leaf.get(), certificate.get(), NID_ext_key_usage, "serverAuth");
    add_extension(leaf.get(), certificate.get(), NID_subject_key_identifier, "hash");
    add_extension(leaf.get(), certificate.get(), NID_authority_key_identifier, "keyid:always");
    add_extension(leaf.get(), certificate.get(), NID_subject_alt_name, names);
    if (!X509_sign(leaf.get(), key.get(), EVP_sha256())) return nullptr;
    return leaf;
  }

  // Gives the handshake a certificate for `name`; false ends the handshake.
  bool present(SSL* ssl, std::string name) {
    if (name == "localhost" || !is_plain_name(name)) name.clear();
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    std::lock_guard lock(mutex);
    auto found = by_name.find(name);
    if (found == by_name.end()) {
      auto leaf = sign_leaf(name);
      if (!leaf) return false;
      leaves.emplace_front(name, std::move(leaf));
      found = by_name.emplace(name, leaves.begin()).first;
      if (leaves.size() > kMaxLeaves) {
        by_name.erase(leaves.back().first);
        leaves.pop_back();
      }
    } else {
      leaves.splice(leaves.begin(), leaves, found->second);
    }
    return SSL_use_certificate(ssl, found->second->second.get()) == 1 &&
           SSL_use_PrivateKey(ssl, leaf_key.get()) == 1;
  }

  static int choose_certificate(SSL* ssl, void* self) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    return static_cast<State*>(self)->present(ssl, name ? name : "") ? 1 : 0;
  }

  static int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length,
                             const unsigned char* in, unsigned int in_length, void*) {
    static const unsigned char kProtocols[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    int outcome = SSL_select_next_proto(&chosen, out_length, kProtocols, sizeof kProtocols - 1, in,
                                        in_length);
    if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
  }
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
CertificateAuthority::~CertificateAuthority() = default;

const std::string& CertificateAuthority::certificate_pem() const { return state_->pem; }

std::expected<std::unique_ptr<CertificateAuthority>, std::string> CertificateAuthority::open(
    const std::string& folder) {
  auto state = std::make_unique<State>();
  std::string certificate_path = folder + "/ca.pem", key_path = folder + "/ca.key";
  if (::access(certificate_path.c_str(), F_OK) == 0 && ::access(key_path.c_str(), F_OK) == 0) {
    std::string pem = read_file(certificate_path), key_pem = read_file(key_path);
    BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    BioPtr key_in(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
    state->certificate.reset(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    state->key.reset(PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr));
    if (!state->certificate || !state->key ||
        X509_check_private_key(state->certificate.get(), state->key.get()) != 1) {
      return std::unexpected(certificate_path + " and ca.key are damaged (" + openssl_error() +
                             "): remove both, and new ones are made.");
    }
    state->pem = pem;
  } else {
    ::mkdir(folder.c_str(), 0700);
    state->key.reset(EVP_EC_gen("P-256"));
    if (state->key) state->certificate = make_authority(state->key.get());
    if (!state->certificate)
      return std::unexpected("cannot make a certificate authority: " + openssl_error());
    state->pem = pem_of([&](BIO* out) { PEM_write_bio_X509(out, state->certificate.get()); });
    std::string key_pem = pem_of([&](BIO* out) {
      PEM_write_bio_PrivateKey(out, state->key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    if (!write_file(key_path, key_pem, 0600) || !write_file(certificate_path, state->pem, 0644)) {
      return std::unexpected("cannot write " + certificate_path + ": " + std::strerror(errno));
    }
  }
  state->leaf_key.reset(EVP_EC_gen("P-256"));
  state->context = SSL_CTX_new(TLS_server_method());
  if (!state->leaf_key || !state->context)
    return std::unexpected("cannot set up TLS: " + openssl_error());
  SSL_CTX_set_min_proto_version(state->context, TLS1_2_VERSION);
  SSL_CTX_set_options(state->context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(state->context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cert_cb(state->context, State::choose_certificate, state.get());
  SSL_CTX_set_alpn_select_cb(state->context, State::choose_protocol, nullptr);
  return std::unique_ptr<CertificateAuthority>(new CertificateAuthority(std::move(state)));
}

std::string CertificateAuthority::write_bundle(const std::string& folder) const {
  std::string roots;
  // What the machine's own clients were told to trust comes first: a company's network may need it.
  for (const char* variable : {"SSL_CERT_FILE", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"}) {
    const char* path = std::getenv(variable);
    if (path && *path && roots.empty()) roots = read_file(path);
  }
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/cert.pem"}) {
    if (roots.empty()) roots = read_file(path);
  }
  if (!roots.empty() && roots.back() != '\n') roots += '\n';
  std::string path = folder + "/ca-bundle.pem";
  write_file(path, state_->pem + roots, 0644);
  return path;
}

void* CertificateAuthority::server_context() { return state_->context; }

}  // namespace drydock
