// Signature Version 4, server side: header, query (presigned), chunked bodies, git; and a signer
// for tests and our own clients. Pure: no clock, no store.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"

namespace drydock::sigv4 {

inline constexpr std::string_view kEmptySha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

enum class Form {
  kHeader,
  kQuery,
  kGit,
  kQueryV2 /* S3's old presigned form, as CLI v1 writes it */
};

// What a request claims. Made by parse; nothing is checked yet.
struct Claim {
  Form form = Form::kHeader;
  std::string access_key_id;
  std::string date;  // YYYYMMDD of the scope
  std::string region;
  std::string service;
  std::string session_token;                // empty when none
  std::vector<std::string> signed_headers;  // lower case
  std::string signature;                    // hex
  Timestamp time;                           // X-Amz-Date or Date
  int64_t expires_seconds = 0;              // kQuery; kQueryV2: epoch seconds of its end
  std::string payload_hash;                 // x-amz-content-sha256 as sent; empty when not
};

// Empty: the request carries no signature at all. A fault: it carries a broken one
// (IncompleteSignature, AuthorizationHeaderMalformed, … without protocol dialect; texts as in AWS).
Result<std::optional<Claim>> parse(const HttpRequest& request);

// Checks signature and time (15 minutes either way; presigned: until expiry). `is_s3`: path is
// signed as it is, payload hash may be UNSIGNED-PAYLOAD or STREAMING-…; other services hash the
// body.
Result<void> verify(const Claim& claim, const HttpRequest& request, std::string_view secret,
                    Timestamp now, bool is_s3);

// Undoes aws-chunked coding, checking chunk signatures, the trailer and its checksum when they are
// there. Gives the plain body; `trailers` gets the trailing headers.
Result<Payload> decode_chunked(const Claim& claim, const HttpRequest& request,
                               std::string_view secret, const std::string& scratch_folder,
                               Headers* trailers);
bool is_chunked(const HttpRequest& request);

// CodeCommit: Basic user = AKID or AKID%token, password = YYYYMMDDTHHMMSSZ + hex signature.
std::optional<Claim> parse_git(std::string_view user, std::string_view password,
                               std::string_view region);
Result<void> verify_git(const Claim& claim, std::string_view path, std::string_view host,
                        std::string_view secret, Timestamp now);

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
};
// Adds the headers. For our command line and tests.
void sign(HttpRequest& request, const Credentials& credentials, std::string_view region,
          std::string_view service, Timestamp now);
// Presigned path and query for a request, valid `expires_seconds`.
std::string presign(const HttpRequest& request, const Credentials& credentials,
                    std::string_view region, std::string_view service, Timestamp now,
                    int64_t expires_seconds);

}  // namespace drydock::sigv4
