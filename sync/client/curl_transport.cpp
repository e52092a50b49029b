#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "sync/client/transport.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

// Reads the answer up to a limit; one byte more ends the call.
struct Sink {
    std::string body;
    std::size_t limit;
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* user) {
    auto& sink = *static_cast<Sink*>(user);
    if (size * count > sink.limit - sink.body.size()) return 0;
    sink.body.append(data, size * count);
    return size * count;
}

// Without a clock of our own a certificate may begin in what seems the future.
int let_begin_later(int good, X509_STORE_CTX* context) {
    if (good == 0 && X509_STORE_CTX_get_error(context) == X509_V_ERR_CERT_NOT_YET_VALID) {
        X509_STORE_CTX_set_error(context, X509_V_OK);
        return 1;
    }
    return good;
}

// The district's time in place of the till's clock. Authority and name are still checked, and the authority is ours alone.
CURLcode use_known_time(CURL*, void* context, void* known_time_ms) {
    auto* tls = static_cast<SSL_CTX*>(context);
    auto* how = SSL_CTX_get0_param(tls);
    const std::int64_t known = *static_cast<const std::int64_t*>(known_time_ms);
    if (known == 0) {
        X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_NO_CHECK_TIME);
    } else {
        X509_VERIFY_PARAM_set_time(how, known / 1000);
        SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, let_begin_later);
    }
    return CURLE_OK;
}

payment::Error error_of(CURLcode code, const std::string& url, const char* detail) {
    const std::string text = detail[0] != '\0' ? detail : curl_easy_strerror(code);
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return {ErrorCode::timeout, "The district did not answer in time (" + text + "); it will be tried again.", true};
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
            return {ErrorCode::peer, "The server at " + url + " is not this till's district (" + text +
                                         "); check the address, then ask the district."};
        case CURLE_WRITE_ERROR:
            return {ErrorCode::peer, "The district's answer is larger than a till accepts."};
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CACERT_BADFILE:
            return {ErrorCode::corrupt, "This till's key files cannot be used (" + text + "); enrol the till again."};
        default:
            return {ErrorCode::network, "The district at " + url + " cannot be reached (" + text +
                                            "); it will be tried again.", true};
    }
}

class CurlTransport final : public Transport {
  public:
    explicit CurlTransport(CurlOptions options) : options_(std::move(options)), handle_(curl_easy_init()) {}
    ~CurlTransport() override { curl_easy_cleanup(handle_); }
    CurlTransport(const CurlTransport&) = delete;
    CurlTransport& operator=(const CurlTransport&) = delete;

    payment::Result<HttpAnswer> call(const HttpCall& call) override;
    bool nothing_left() const override { return nothing_left_; }
    void reconnect() override;

  private:
    payment::Result<HttpAnswer> call_once(const HttpCall& call);
    void set_identity();
    CurlOptions options_;
    CURL* handle_;
    bool nothing_left_ = false;
    bool only_dates_wrong_ = false;  // the last call failed by nothing but the certificate's dates
};

// Connections and TLS sessions belong to the handle; both carry the former certificate.
void CurlTransport::reconnect() {
    curl_easy_cleanup(handle_);
    handle_ = curl_easy_init();
}

void CurlTransport::set_identity() {
    curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(handle_, CURLOPT_MAXREDIRS, 0L);
    curl_easy_setopt(handle_, CURLOPT_PROXY, "");
    curl_easy_setopt(handle_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_3));
    curl_easy_setopt(handle_, CURLOPT_CAPATH, nullptr);
    if (options_.authority.empty()) {
        curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, 0L);
    } else {
        curl_easy_setopt(handle_, CURLOPT_CAINFO, options_.authority.c_str());
    }
    if (!options_.certificate.empty()) {
        curl_easy_setopt(handle_, CURLOPT_SSLCERT, options_.certificate.c_str());
        curl_easy_setopt(handle_, CURLOPT_SSLKEY, options_.key.c_str());
    }
    if (options_.ignore_dates) {
        curl_easy_setopt(handle_, CURLOPT_SSL_CTX_FUNCTION, use_known_time);
        curl_easy_setopt(handle_, CURLOPT_SSL_CTX_DATA, &options_.known_time_ms);
    }
}

// Which of two clocks is wrong a till cannot know; but its own does not cut it off.
payment::Result<HttpAnswer> CurlTransport::call(const HttpCall& call) {
    auto answer = call_once(call);
    if (answer || !only_dates_wrong_ || options_.ignore_dates) return answer;
    options_.ignore_dates = true;
    return call_once(call);
}

payment::Result<HttpAnswer> CurlTransport::call_once(const HttpCall& call) {
    curl_easy_reset(handle_);  // keeps the connection
    set_identity();
    const std::string url = options_.server_url + call.path;
    Sink sink{std::string(), call.max_answer_bytes};
    char detail[CURL_ERROR_SIZE] = "";
    curl_slist* headers = curl_slist_append(nullptr, "Expect:");
    if (call.method == "POST") headers = curl_slist_append(headers, "Content-Type: application/json");
    curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &sink);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout_ms));
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout_ms));
    curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, 100L);
    curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME, 30L);
    curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    if (call.method == "POST") {
        curl_easy_setopt(handle_, CURLOPT_POST, 1L);
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, call.body.data());
    }
    const CURLcode code = curl_easy_perform(handle_);
    curl_slist_free_all(headers);
    long request_bytes = 0;
    curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &request_bytes);
    nothing_left_ = code != CURLE_OK && request_bytes == 0;
    only_dates_wrong_ = false;
    if (code != CURLE_OK) {
        long verified = X509_V_OK;
        curl_easy_getinfo(handle_, CURLINFO_SSL_VERIFYRESULT, &verified);
        only_dates_wrong_ = verified == X509_V_ERR_CERT_NOT_YET_VALID || verified == X509_V_ERR_CERT_HAS_EXPIRED;
        const bool stranger = code == CURLE_SSL_CONNECT_ERROR && verified != X509_V_OK && !options_.authority.empty();
        return tl::make_unexpected(error_of(stranger ? CURLE_PEER_FAILED_VERIFICATION : code, options_.server_url, detail));
    }
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return HttpAnswer{static_cast<int>(status), std::move(sink.body)};
}

}  // namespace

payment::Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    while (!options.server_url.empty() && options.server_url.back() == '/') options.server_url.pop_back();
    if (ready != CURLE_OK || options.server_url.rfind("https://", 0) != 0) {
        return fail(ErrorCode::invalid_input, "The district's address \"" + options.server_url +
                                                  "\" must begin with https://.");
    }
    return std::unique_ptr<Transport>(std::make_unique<CurlTransport>(std::move(options)));
}

}  // namespace mulin::sync
