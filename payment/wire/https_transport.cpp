#include "payment/wire/https_transport.h"

#include <curl/curl.h>
#include <openssl/ssl.h>

#include <signal.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>

#include "payment/wire/certificate.h"

namespace mulin::payment {
namespace {

constexpr std::size_t kLargestHead = 64 * 1024;

// What is being received, and whether the request had begun to leave.
struct Reception {
    HttpAnswer answer;
    std::size_t limit = 0;
    std::size_t head_bytes = 0;
    bool too_large = false;
    bool began = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
    auto& reception = *static_cast<Reception*>(user);
    const std::size_t bytes = size * count;
    if (bytes > reception.limit - reception.answer.body.size()) {
        reception.too_large = true;
        return 0;
    }
    reception.answer.body.append(data, bytes);
    return bytes;
}

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
    auto& reception = *static_cast<Reception*>(user);
    const std::string_view line(data, size * count);
    reception.head_bytes += line.size();
    if (reception.head_bytes > kLargestHead) {
        reception.too_large = true;
        return 0;
    }
    // A new status line: what came before was an interim answer (100 Continue).
    if (line.rfind("HTTP/", 0) == 0) {
        reception.answer.headers.clear();
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        reception.answer.headers.emplace_back(lower_ascii(trimmed(line.substr(0, colon))),
                                              std::string(trimmed(line.substr(colon + 1))));
    }
    return line.size();
}

// Called when the connection stands and the first byte of the request is about to leave.
int about_to_send(void* user, char*, char*, int, int) {
    static_cast<Reception*>(user)->began = true;
    return CURL_PREREQFUNC_OK;
}

// A gateway that closes while we write must not end the program: the signal of this thread is held
// back, and taken away if it came.
class NoBrokenPipe {
  public:
    NoBrokenPipe() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t waiting;
        sigpending(&waiting);
        was_waiting_ = sigismember(&waiting, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoBrokenPipe() {
        const timespec at_once{};
        if (!was_waiting_) sigtimedwait(&pipe_, nullptr, &at_once);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    NoBrokenPipe(const NoBrokenPipe&) = delete;
    NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

  private:
    sigset_t pipe_{};
    sigset_t before_{};
    bool was_waiting_ = false;
};

struct EasyDelete {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDelete {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDelete>;

HeaderList header_list(const HttpHeaders& headers) {
    HeaderList list(curl_slist_append(nullptr, "Expect:"));
    for (const auto& [name, value] : headers) {
        curl_slist* longer = curl_slist_append(list.get(), (name + ": " + value).c_str());
        if (longer == nullptr) return nullptr;
        (void)list.release();
        list.reset(longer);
    }
    return list;
}

curl_blob blob_of(const std::string& text) {
    return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
}

std::string problem_of(CURLcode code, const Reception& reception) {
    if (reception.too_large) return "the gateway's answer is larger than allowed";
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return reception.began ? "the gateway did not answer in time" : "the gateway could not be reached in time";
        case CURLE_COULDNT_RESOLVE_HOST:
            return "the gateway's name is not known; check the network and the configured address";
        case CURLE_COULDNT_CONNECT:
            return "no connection to the gateway; check the network";
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return "the server is not the gateway it should be; check the address and the trusted authority";
        case CURLE_SSL_CERTPROBLEM:
            return "the merchant's certificate for the gateway cannot be used";
        default:
            return std::string("the connection to the gateway failed (") + curl_easy_strerror(code) + ")";
    }
}

// The certificate whose key lies in a token: curl itself knows only keys that it can read.
CURLcode present_from_token(CURL*, void* context, void* user) {
    const auto& options = *static_cast<const HttpsOptions*>(user);
    const auto chain = Certificate::load_all(options.certificate_pem, "the merchant's certificate");
    auto* ssl = static_cast<SSL_CTX*>(context);
    bool taken = chain && SSL_CTX_use_certificate(ssl, chain->front().handle()) == 1 &&
                 SSL_CTX_use_PrivateKey(ssl, options.certificate_key->handle()) == 1;
    for (std::size_t i = 1; taken && i < chain->size(); ++i) taken = SSL_CTX_add1_chain_cert(ssl, (*chain)[i].handle()) == 1;
    return taken ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

class HttpsTransport final : public HttpTransport {
  public:
    explicit HttpsTransport(HttpsOptions options) : options_(std::move(options)) {}
    HttpExchange exchange(const HttpRequest& request) override;

  private:
    void set_trust(CURL* handle, bool present_certificate) const;
    void set_request(CURL* handle, const HttpRequest& request) const;
    HttpsOptions options_;
};

void HttpsTransport::set_trust(CURL* handle, bool present_certificate) const {
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(handle, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(handle, CURLOPT_PROXY, options_.proxy.c_str());
    if (!options_.authorities_pem.empty()) {
        curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
        curl_blob authorities = blob_of(options_.authorities_pem);
        curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &authorities);
    }
    if (!options_.pinned_key.empty()) curl_easy_setopt(handle, CURLOPT_PINNEDPUBLICKEY, options_.pinned_key.c_str());
    if (present_certificate && options_.certificate_key) {
        curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, const_cast<HttpsOptions*>(&options_));
        curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, present_from_token);
    } else if (present_certificate) {
        curl_blob certificate = blob_of(options_.certificate_pem);
        curl_blob key = blob_of(options_.certificate_key_pem);
        curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
        curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
    }
}

void HttpsTransport::set_request(CURL* handle, const HttpRequest& request) const {
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // else a name that does not resolve outlives the deadline
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
    // HTTP/2 lets curl send a refused stream again.
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.deadline_ms));
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(std::min(request.deadline_ms, options_.connect_deadline_ms)));
    if (request.method == "POST") {
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    }
}

HttpExchange HttpsTransport::exchange(const HttpRequest& request) {
    const auto nothing_left = [](std::string problem) {
        return HttpExchange{HttpExchange::Kind::nothing_left, {}, std::move(problem)};
    };
    if (!request.unfit.empty()) return nothing_left(request.unfit);
    if (request.deadline_ms <= 0) return nothing_left("no time is left to ask the gateway");
    if (request.present_certificate && options_.certificate_pem.empty())
        return nothing_left("the merchant's certificate for the gateway is not configured");
    const NoBrokenPipe no_broken_pipe;
    const std::unique_ptr<CURL, EasyDelete> handle(curl_easy_init());
    const HeaderList headers = header_list(request.headers);
    if (!handle || !headers) return nothing_left("there is not enough memory to ask the gateway");
    Reception reception;
    reception.limit = request.max_answer_bytes;
    set_trust(handle.get(), request.present_certificate);
    set_request(handle.get(), request);
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &reception);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &reception);
    curl_easy_setopt(handle.get(), CURLOPT_PREREQFUNCTION, about_to_send);
    curl_easy_setopt(handle.get(), CURLOPT_PREREQDATA, &reception);
    const CURLcode code = curl_easy_perform(handle.get());
    if (code != CURLE_OK) {
        const auto kind = reception.began ? HttpExchange::Kind::unknown : HttpExchange::Kind::nothing_left;
        return {kind, {}, problem_of(code, reception)};
    }
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    reception.answer.status = static_cast<int>(status);
    return {HttpExchange::Kind::answered, std::move(reception.answer), {}};
}

Status check_identity(const HttpsOptions& options) {
    if (options.certificate_pem.empty() && options.certificate_key_pem.empty() && !options.certificate_key) return ok();
    MULIN_TRY(const Certificate certificate, Certificate::load(options.certificate_pem, "the merchant's certificate"));
    const bool belongs = options.certificate_key ? certificate.belongs_to(*options.certificate_key)
                                                 : certificate.belongs_to(options.certificate_key_pem);
    if (belongs) return ok();
    return fail(ErrorCode::invalid_input, "The merchant's certificate and its key do not belong together.");
}

}  // namespace

Result<std::unique_ptr<HttpTransport>> make_https_transport(HttpsOptions options) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) return fail(ErrorCode::unsupported, "The HTTPS library cannot be started.");
    if (!options.authorities_pem.empty()) {
        MULIN_TRY(const auto authorities, Certificate::load_all(options.authorities_pem, "the trusted authorities"));
        (void)authorities;
    }
    MULIN_TRY_STATUS(check_identity(options));
    return std::unique_ptr<HttpTransport>(std::make_unique<HttpsTransport>(std::move(options)));
}

}  // namespace mulin::payment
