#include "sync/http/http_peer.h"

#include <array>
#include <cstdint>
#include <memory>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "payment/base/id.h"

namespace mulin::sync::server {

Peer peer_of(SSL* ssl, std::string address) {
    Peer peer;
    peer.address = std::move(address);
    peer.encrypted = true;
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl), X509_free);
    if (!certificate) return peer;
    std::array<std::uint8_t, 32> digest{};
    unsigned size = digest.size();
    X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size);
    peer.sha256 = payment::hex(digest);
    peer.expired = X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0;
    auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI) continue;
        const auto* text = name->d.uniformResourceIdentifier;
        peer.uri.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                        static_cast<std::size_t>(ASN1_STRING_length(text)));
    }
    GENERAL_NAMES_free(names);
    return peer;
}

}  // namespace mulin::sync::server
