#include "payment/base/result.h"

namespace mulin::payment {

const char* error_code_name(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_input: return "invalid_input";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::refused: return "refused";
        case ErrorCode::conflict: return "conflict";
        case ErrorCode::corrupt: return "corrupt";
        case ErrorCode::disk: return "disk";
        case ErrorCode::disk_full: return "disk_full";
        case ErrorCode::network: return "network";
        case ErrorCode::timeout: return "timeout";
        case ErrorCode::peer: return "peer";
        case ErrorCode::unsupported: return "unsupported";
    }
    return "unsupported";
}

}  // namespace mulin::payment
