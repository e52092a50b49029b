/* The smallest plug-in there is, in C99: proof that port/plugin_abi.h is plain C. It approves whatever it
 * is asked, remembers nothing, and says so when asked again. */

#include <string.h>

#include "payment/port/plugin_abi.h"

static void put(mulin_buffer* buffer, const char* text) {
    const size_t size = strlen(text);
    buffer->size = size < buffer->capacity ? (uint32_t)size : buffer->capacity;
    memcpy(buffer->data, text, buffer->size);
}

static int32_t open_plain(const char* settings, void** handle, mulin_buffer* error) {
    if (strstr(settings, "shop=") == NULL) {
        put(error, "shop is missing");
        return 1;
    }
    *handle = NULL;
    return 0;
}

static void close_plain(void* handle) { (void)handle; }

static void capabilities(void* handle, mulin_capabilities* can) {
    (void)handle;
    can->query = 1;
    can->start_deadline_ms = 1000;
}

static void approve(void* handle, const mulin_attempt* attempt, mulin_result* out) {
    (void)handle;
    out->outcome = MULIN_APPROVED;
    out->echo_amount_fen = attempt->amount_fen;
    put(&out->echo_attempt_id, attempt->attempt_id);
    put(&out->refs, "written_in=C\n");
}

static const mulin_plugin_api api = {
    .struct_size = sizeof(mulin_plugin_api), .abi = MULIN_PLUGIN_ABI, .name = "plain", .version = "1", .open = open_plain,
    .close = close_plain, .capabilities = capabilities, .start = approve, .query = approve};

const mulin_plugin_api* mulin_plugin_get_api(uint32_t least, uint32_t most, const mulin_host_api* host) {
    (void)host;
    return least <= MULIN_PLUGIN_ABI && MULIN_PLUGIN_ABI <= most ? &api : NULL;
}
