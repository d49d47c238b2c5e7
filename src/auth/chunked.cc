// aws-chunked bodies: "<hex size>[;chunk-signature=…]\r\n<bytes>\r\n" …, a chunk of size 0,
// trailing headers.
//
// One pass over the body, whatever its size: the decoder is fed pieces and keeps only the line it
// is in. Each chunk's signature covers the one before, so the chain starts at the request's own
// signature.
#include <memory>

#include "auth/canonical.h"
#include "auth/checksum.h"
#include "auth/signing_key.h"
#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock::sigv4 {
namespace {

constexpr size_t kMostLineBytes = 8 << 10;  // a chunk's header or one trailing header
constexpr size_t kMostTrailers = 32;
constexpr uint64_t kMostChunkBytes = 5ull << 30;

Unexpected incomplete() {
  return fault("IncompleteBody", "The request body terminated unexpectedly");
}
Unexpected bad_chunk() {
  return fault(
      "BadSignature",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      403);
}
Unexpected bad_trailer() {
  return fault(
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our published schema.");
}

class Decoder {
 public:
  Decoder(const Claim& claim, const HttpRequest& request, std::string_view secret,
          const std::string& scratch_folder)
      : writer_(scratch_folder), previous_(claim.signature) {
    auto mode = request.header("x-amz-content-sha256");
    signed_ = mode.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    trailing_ = mode.ends_with("-TRAILER");
    if (signed_) {
      key_ = signing_key(secret, claim.date, claim.region, claim.service);
      head_ = "\n" + to_basic_iso8601(claim.time) + "\n" +
              scope_text(claim.date, claim.region, claim.service) + "\n";
    }
    for (auto name : split(request.header("x-amz-trailer"), ',')) {
      name = trim(name);
      if (auto kind = checksum_kind_of_header(name))
        checksum_.emplace_back(to_lower(name), *kind, Checksum(*kind));
    }
  }

  Result<void> feed(std::string_view piece) {
    while (!piece.empty()) {
      switch (state_) {
        case State::kHead:
        case State::kTrailer:
          if (take_line(piece)) {
            auto line = std::move(line_);
            line_.clear();
            TRY(state_ == State::kHead ? head_line(line) : trailer_line(line));
          } else if (line_.size() > kMostLineBytes) {
            return state_ == State::kHead ? incomplete() : bad_trailer();
          }
          break;
        case State::kData: {
          auto part = piece.substr(0, left_);
          writer_.write(part);
          if (digest_) digest_->update(part);
          for (auto& c : checksum_) c.sum.update(part);
          left_ -= part.size();
          piece.remove_prefix(part.size());
          if (left_ == 0) state_ = State::kAfterData;
          break;
        }
        case State::kAfterData:
          if (!take_line(piece)) {
            if (line_.size() > 1) return incomplete();
            break;
          }
          if (!line_.empty()) return incomplete();
          TRY(chunk_done());
          state_ = State::kHead;
          break;
        case State::kDone: return {};  // AWS does ignore what follows the last line
      }
    }
    return {};
  }

  Result<Payload> finish(const HttpRequest& request, Headers* trailers) {
    // Some clients leave out the empty line at the end.
    bool ended = state_ == State::kDone || (state_ == State::kTrailer && line_.empty());
    if (!ended) return incomplete();
    if (state_ != State::kDone) TRY(trailers_done());
    if (auto length = request.header("x-amz-decoded-content-length"); !length.empty()) {
      auto expected = parse_int(length);
      if (!expected || static_cast<uint64_t>(*expected) != writer_.size()) {
        return fault(
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header");
      }
    }
    if (trailers) *trailers = std::move(trailers_);
    return writer_.finish();
  }

 private:
  enum class State { kHead, kData, kAfterData, kTrailer, kDone };
  struct Expected {
    std::string header;
    ChecksumKind kind;
    Checksum sum;
    Expected(std::string h, ChecksumKind k, Checksum s)
        : header(std::move(h)), kind(k), sum(std::move(s)) {}
  };

  // Moves bytes of one line from `piece`; true when the line is whole (its \r\n is gone).
  bool take_line(std::string_view& piece) {
    auto end = piece.find('\n');
    auto part = piece.substr(0, end);
    if (line_.size() + part.size() > kMostLineBytes + 1)
      part = part.substr(0, kMostLineBytes + 1 - line_.size());
    line_ += part;
    if (end == std::string_view::npos || part.size() < end) {
      piece.remove_prefix(end == std::string_view::npos ? piece.size() : end);
      return false;
    }
    piece.remove_prefix(end + 1);
    if (line_.ends_with('\r')) line_.pop_back();
    return true;
  }

  Result<void> head_line(std::string_view line) {
    auto semicolon = line.find(';');
    auto digits = trim(line.substr(0, semicolon));
    if (digits.empty() || digits.size() > 16) return incomplete();
    uint64_t size = 0;
    for (char c : digits) {
      int digit = c >= '0' && c <= '9'   ? c - '0'
                  : c >= 'a' && c <= 'f' ? c - 'a' + 10
                  : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                         : -1;
      if (digit < 0 || size > kMostChunkBytes) return incomplete();
      size = size * 16 + static_cast<uint64_t>(digit);
    }
    if (size > kMostChunkBytes) return incomplete();
    chunk_signature_.clear();
    if (semicolon != std::string_view::npos) {
      auto extension = line.substr(semicolon + 1);
      if (extension.starts_with("chunk-signature="))
        chunk_signature_ = std::string(trim(extension.substr(16)));
    }
    if (signed_) digest_ = std::make_unique<Digest>(Digest::Kind::kSha256);
    left_ = size;
    if (size > 0) {
      state_ = State::kData;
      return {};
    }
    TRY(chunk_done());
    state_ = State::kTrailer;
    return {};
  }

  Result<void> chunk_done() {
    line_.clear();
    if (!signed_) return {};
    std::string text = "AWS4-HMAC-SHA256-PAYLOAD";
    ((text += head_) += previous_) += '\n';
    ((text += kEmptySha256) += '\n') += to_hex(digest_->finish());
    digest_.reset();
    auto expected = to_hex(hmac_sha256(key_, text));
    if (!equal_in_constant_time(expected, chunk_signature_)) return bad_chunk();
    previous_ = std::move(expected);
    return {};
  }

  Result<void> trailer_line(std::string_view line) {
    if (line.empty()) return trailers_done();
    auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || trailers_.size() >= kMostTrailers)
      return bad_trailer();
    trailers_.emplace_back(to_lower(trim(line.substr(0, colon))),
                           std::string(trim(line.substr(colon + 1))));
    return {};
  }

  Result<void> trailers_done() {
    state_ = State::kDone;
    std::string signature;
    std::erase_if(trailers_, [&](auto& trailer) {
      if (trailer.first != "x-amz-trailer-signature") return false;
      signature = std::move(trailer.second);
      return true;
    });
    if (signed_ && trailing_) {
      std::string lines;
      for (const auto& [name, value] : trailers_) (((lines += name) += ':') += value) += '\n';
      std::string text = "AWS4-HMAC-SHA256-TRAILER";
      (((text += head_) += previous_) += '\n') += to_hex(sha256(lines));
      if (!equal_in_constant_time(to_hex(hmac_sha256(key_, text)), signature)) return bad_chunk();
    }
    for (auto& [header, kind, sum] : checksum_) {
      auto* given = find_header(trailers_, header);
      if (!given) return bad_trailer();
      if (sum.finish_base64() == *given) continue;
      return fault("BadDigest", "The " + std::string(checksum_name(kind)) +
                                    " you specified did not match the calculated checksum.");
    }
    return {};
  }

  PayloadWriter writer_;
  State state_ = State::kHead;
  std::string line_;
  uint64_t left_ = 0;
  bool signed_ = false, trailing_ = false;
  std::string key_, head_, previous_, chunk_signature_;
  std::unique_ptr<Digest> digest_;
  std::vector<Expected> checksum_;
  Headers trailers_;
};

}  // namespace

bool is_chunked(const HttpRequest& request) {
  if (request.header("x-amz-content-sha256").starts_with("STREAMING-")) return true;
  for (auto coding : split(request.header("content-encoding"), ',')) {
    if (equals_ignore_case(trim(coding), "aws-chunked")) return true;
  }
  return false;
}

Result<Payload> decode_chunked(const Claim& claim, const HttpRequest& request,
                               std::string_view secret, const std::string& scratch_folder,
                               Headers* trailers) {
  auto mode = request.header("x-amz-content-sha256");
  if (mode.starts_with("STREAMING-AWS4-ECDSA"))
    return not_implemented("Signature Version 4A (AWS4-ECDSA-P256-SHA256)");
  if (mode.starts_with("STREAMING-") && mode != "STREAMING-UNSIGNED-PAYLOAD-TRAILER" &&
      mode != "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" &&
      mode != "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") {
    return not_implemented("The payload form " + std::string(mode));
  }
  Decoder decoder(claim, request, secret, scratch_folder);
  Result<void> outcome;
  bool read = request.body.each_piece([&](std::string_view piece) {
    outcome = decoder.feed(piece);
    return outcome.has_value();
  });
  TRY(std::move(outcome));
  if (!read) return incomplete();
  return decoder.finish(request, trailers);
}

}  // namespace drydock::sigv4
