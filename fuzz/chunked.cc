// aws-chunked bodies, in one piece and byte by byte from a file's pieces: same outcome, never more
// bytes than came.
#include "auth/sigv4.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  constexpr const char* kModes[] = {"STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                                    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", ""};
  constexpr const char* kSums[] = {"",
                                   "x-amz-checksum-crc32",
                                   "x-amz-checksum-crc32c",
                                   "x-amz-checksum-crc64nvme",
                                   "x-amz-checksum-sha1",
                                   "x-amz-checksum-sha256"};
  sigv4::Claim claim;
  claim.date = "20130524";
  claim.region = "us-east-1";
  claim.service = "s3";
  HttpRequest request;
  request.method = "PUT";
  request.headers = {{"x-amz-content-sha256", kModes[input.byte() % 4]},
                     {"content-encoding", "aws-chunked"}};
  if (auto sum = kSums[input.byte() % 6]; *sum) request.headers.emplace_back("x-amz-trailer", sum);
  auto body = input.rest();
  request.body = body;
  Headers trailers;
  auto plain = sigv4::decode_chunked(claim, request, "secret", "/tmp", &trailers);
  if (plain) fuzz::require(plain->size() <= body.size());
  return 0;
}
