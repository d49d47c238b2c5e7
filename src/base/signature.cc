#include "base/signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>

#include "base/encoding.h"

namespace drydock {
namespace {

// Larger keys only cost time.
constexpr size_t kMostModulusBytes = 1024;
constexpr size_t kMostExponentBytes = 8;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

const unsigned char* raw_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(raw_bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

const EVP_MD* digest_of(int bits) {
  switch (bits) {
    case 256: return EVP_sha256();
    case 384: return EVP_sha384();
    case 512: return EVP_sha512();
    default: return nullptr;
  }
}

PublicKey key_of(const char* type, OSSL_PARAM_BLD* builder) {
  Params params(OSSL_PARAM_BLD_to_param(builder));
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return PublicKey(key);
}

bool verify(EVP_PKEY* key, int digest_bits, std::string_view message, std::string_view signature) {
  const EVP_MD* digest = digest_of(digest_bits);
  DigestContext context(EVP_MD_CTX_new());
  return key && digest && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), raw_bytes(signature), signature.size(), raw_bytes(message),
                          message.size()) == 1;
}

struct Curve {
  std::string_view name;
  const char* group;
  size_t bytes;
};
constexpr Curve kCurves[] = {
    {"P-256", "prime256v1", 32}, {"P-384", "secp384r1", 48}, {"P-521", "secp521r1", 66}};

// DER, which OpenSSL wants.
std::string der_of(std::string_view r_and_s) {
  const size_t half = r_and_s.size() / 2;
  EcSignature signature(ECDSA_SIG_new());
  Number r = number_of(r_and_s.substr(0, half)), s = number_of(r_and_s.substr(half));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();  // the signature owns both now
  (void)s.release();
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &der);
  if (length <= 0) return {};
  std::string out(reinterpret_cast<char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  return out;
}

}  // namespace

bool verify_rsa(std::string_view modulus, std::string_view exponent, int digest_bits,
                std::string_view message, std::string_view signature) {
  if (modulus.empty() || modulus.size() > kMostModulusBytes || exponent.empty() ||
      exponent.size() > kMostExponentBytes)
    return false;
  Number n = number_of(modulus), e = number_of(exponent);
  Builder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return false;
  auto key = key_of("RSA", builder.get());
  return verify(key.get(), digest_bits, message, signature);
}

bool verify_ecdsa(std::string_view curve, std::string_view x, std::string_view y, int digest_bits,
                  std::string_view message, std::string_view signature) {
  for (const Curve& known : kCurves) {
    if (known.name != curve) continue;
    if (x.size() != known.bytes || y.size() != known.bytes || signature.size() != 2 * known.bytes)
      return false;
    std::string point = "\x04";  // uncompressed
    point.append(x).append(y);
    Builder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, known.group,
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1)
      return false;
    auto key = key_of("EC", builder.get());
    return verify(key.get(), digest_bits, message, der_of(signature));
  }
  return false;
}

bool verify_by_certificate(std::string_view certificate, int digest_bits, std::string_view message,
                           std::string_view signature) {
  const unsigned char* at = raw_bytes(certificate);
  std::unique_ptr<X509, Freer<X509_free>> parsed(
      d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
  return parsed && verify(X509_get0_pubkey(parsed.get()), digest_bits, message, signature);
}

std::string sha2(int digest_bits, std::string_view bytes) {
  const EVP_MD* digest = digest_of(digest_bits);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!digest || EVP_Digest(bytes.data(), bytes.size(), out, &size, digest, nullptr) != 1)
    return {};
  return std::string(reinterpret_cast<char*>(out), size);
}

std::string from_base64url(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c == '+' || c == '/' || c == '=') return {};
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  plain.append((4 - plain.size() % 4) % 4, '=');
  return from_base64(plain).value_or("");
}

}  // namespace drydock
