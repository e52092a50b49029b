#pragma once
// The district's signature over a bundle's exact text. The district's signing key is a SigningKey of
// sync/journal; it is not its certificate authority and not its TLS key.

#include "sync/journal/keys.h"
#include "sync/wire/messages.h"

namespace mulin::sync {

SignedBundle seal_bundle(std::string text, const SigningKey& key);
bool bundle_is_genuine(const SignedBundle& bundle, const PublicKey& key);

}  // namespace mulin::sync
