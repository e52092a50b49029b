#pragma once
// Who is at the other end of a connection, as far as TLS proves it.

#include <string>

struct ssl_st;

namespace mulin::sync::server {

struct Peer {
    // Of the verified client certificate; empty without one.
    std::string sha256;  // 64 hex, of the DER
    std::string uri;     // its first URI name
    bool expired = false;
    std::string address;
    bool encrypted = false;
};

// After the handshake.
Peer peer_of(ssl_st* ssl, std::string address);

}  // namespace mulin::sync::server
