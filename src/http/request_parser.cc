#include "http/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "base/text.h"

namespace drydock {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using beast::error_code;
using boost::optional;
using View = beast::string_view;

namespace {

std::string_view plain(View text) { return {text.data(), text.size()}; }

constexpr uint64_t kFirstReserve = 64 << 10;  // what a Content-Length alone may make us allocate

// The body: a string while small, a file behind that.
class Body {
 public:
  Body(const HttpLimits& limits, const std::string& folder) : limits_(limits), folder_(folder) {}
  void expect(uint64_t length) {
    if (length <= limits_.memory_body_bytes) bytes_.reserve(std::min(length, kFirstReserve));
  }
  void append(std::string_view piece) {
    size_ += piece.size();
    if (!file_ && size_ > limits_.memory_body_bytes) {
      file_.emplace(folder_, 0);  // everything goes to the file
      file_->write(bytes_);
      bytes_.clear();
    }
    if (file_)
      file_->write(piece);
    else
      bytes_.append(piece);
  }
  bool in_file() const { return file_.has_value(); }
  uint64_t size() const { return size_; }
  Payload finish() {
    if (file_) return file_->finish();
    return bytes_.empty() ? Payload() : Payload(std::move(bytes_));
  }

 private:
  const HttpLimits& limits_;
  const std::string& folder_;
  std::string bytes_;
  uint64_t size_ = 0;
  std::optional<PayloadWriter> file_;
};

class Parser final : public http::basic_parser<true> {
 public:
  Parser(const HttpLimits& limits, const std::string& folder) : body(limits, folder) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    body_limit(limits.max_body_bytes);
  }

  HttpRequest request;
  Body body;
  bool head_done = false;
  bool continue_expected = false;

 private:
  void on_request_impl(http::verb, View method, View target, int, error_code&) override {
    request.method.assign(method.data(), method.size());
    request.target.assign(target.data(), target.size());
    request.headers.reserve(16);
  }
  void on_response_impl(int, View, int, error_code&) override {}
  void on_field_impl(http::field field, View name, View value, error_code&) override {
    if (head_done) return;  // trailers: nobody signs or reads them
    request.headers.emplace_back(std::string(plain(name)), std::string(plain(value)));
    if (field == http::field::expect && equals_ignore_case(plain(value), "100-continue"))
      continue_expected = true;
  }
  void on_header_impl(error_code&) override { head_done = true; }
  void on_body_init_impl(optional<std::uint64_t> const& length, error_code&) override {
    if (length) body.expect(*length);
  }
  std::size_t on_body_impl(View piece, error_code&) override {
    body.append(plain(piece));
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View piece, error_code&) override {
    body.append(plain(piece));
    return piece.size();
  }
  void on_finish_impl(error_code&) override { request.body = body.finish(); }
};

}  // namespace

struct RequestParser::State {
  HttpLimits limits;
  std::string folder;
  std::optional<Parser> parser;
  int error_status = 0;
  std::string error_text;

  void refuse(const error_code& error) {
    if (error == http::error::header_limit) {
      error_status = 431;
      error_text = "The request's head is longer than " + std::to_string(limits.max_header_bytes) +
                   " bytes.";
    } else if (error == http::error::body_limit) {
      error_status = 413;
      error_text =
          "The request's body is longer than " + std::to_string(limits.max_body_bytes) + " bytes.";
    } else if (error == http::error::bad_version) {
      error_status = 505;
      error_text = "Only HTTP/1.1 and HTTP/1.0 are spoken here.";
    } else {
      error_status = 400;
      error_text = "The request is not well-formed HTTP: " + error.message() + ".";
    }
  }
};

RequestParser::RequestParser(const HttpLimits& limits, const std::string& scratch_folder)
    : state_(new State{.limits = limits, .folder = scratch_folder}) {
  reset();
}
RequestParser::~RequestParser() = default;

void RequestParser::reset() {
  state_->parser.emplace(state_->limits, state_->folder);
  state_->error_status = 0;
}

size_t RequestParser::feed(std::string_view bytes) {
  Parser& parser = *state_->parser;
  size_t taken = 0;
  while (taken < bytes.size() && !parser.is_done() && !state_->error_status) {
    error_code error;
    size_t n =
        parser.put(boost::asio::const_buffer(bytes.data() + taken, bytes.size() - taken), error);
    taken += n;
    if (error == http::error::need_more) {
      if (bytes.size() - taken >= state_->limits.max_header_bytes) {
        state_->refuse(http::error::header_limit);
      }
      break;
    }
    if (error) {
      state_->refuse(error);
      break;
    }
    if (n == 0) break;
  }
  return taken;
}

bool RequestParser::head_done() const { return state_->parser->is_header_done(); }
bool RequestParser::done() const { return state_->parser->is_done(); }
int RequestParser::error_status() const { return state_->error_status; }
const std::string& RequestParser::error_text() const { return state_->error_text; }
HttpRequest& RequestParser::request() { return state_->parser->request; }
bool RequestParser::keep_alive() const { return state_->parser->keep_alive(); }
bool RequestParser::wants_continue() const { return state_->parser->continue_expected; }
bool RequestParser::body_in_file() const { return state_->parser->body.in_file(); }
uint64_t RequestParser::body_size() const { return state_->parser->body.size(); }

}  // namespace drydock
