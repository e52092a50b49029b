#pragma once
/* The C ABI for a vendor's closed library (.so): what it exports, so that `mulin-adapter-plugin` can
 * load it and speak for it to the till, in a process of its own. Plain C: this header compiles as C99.
 *
 * Rules
 *  - One entry: mulin_plugin_get_api(least, most, host). The host says which ABI numbers it speaks;
 *    the library answers with its table for one of them, or NULL when it speaks none.
 *  - Every struct begins with struct_size, set by whoever fills it in. A reader never looks beyond the
 *    other side's struct_size, so fields may be added at the end without a new number.
 *  - Plain data only: no exceptions, no C++ types, no ownership passed. Texts are UTF-8 and zero-ended,
 *    belong to the caller, and live until the call returns.
 *  - Results go into buffers of the caller (mulin_buffer): write at most `capacity` bytes, set `size`.
 *    A longer text is cut by the library itself.
 *  - Calls come one at a time, from one thread; `cancel` alone may come from another while `start` runs.
 *    A call may block up to its deadline_ms: the till ends the whole process a little later.
 *  - The library may crash, hang or print: the till sees "unknown" and asks again. It must not close or
 *    use the file descriptors it finds open.
 *  - Outcomes as in payment/README.md: unknown is the starting answer. echo_* must be filled from the
 *    channel's answer, never from the request: approved without them is not believed.
 */
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MULIN_PLUGIN_ABI 1u
#define MULIN_PLUGIN_ENTRY "mulin_plugin_get_api"

enum { MULIN_UNKNOWN = 0, MULIN_APPROVED = 1, MULIN_DECLINED = 2, MULIN_PENDING = 3, MULIN_NOT_SENT = 4 };
enum { MULIN_REVERSE_UNKNOWN = 0, MULIN_REVERSED = 1, MULIN_NOT_PAID_CLOSED = 2, MULIN_REFUSED_RETRY = 3,
       MULIN_TOO_LATE = 4 };
enum { MULIN_REFUND_UNKNOWN = 0, MULIN_REFUNDED = 1, MULIN_REFUND_PROCESSING = 2, MULIN_REFUND_REFUSED = 3,
       MULIN_REFUND_NOT_SENT = 4 };
enum { MULIN_PHASE_HOST = 0, MULIN_PHASE_PRESENTED = 1, MULIN_PHASE_WAITING_PAYER = 2, MULIN_PHASE_PASSWORD = 3,
       MULIN_PHASE_CARD_INSERTED = 4 };

typedef struct mulin_buffer {
    char* data;
    uint32_t capacity;
    uint32_t size;
} mulin_buffer;

/* What the library may call; valid until close() returned. */
typedef struct mulin_host_api {
    uint32_t struct_size;
    uint32_t abi;
    void* context;
    void (*log)(void* context, const char* text);
    void (*progress)(void* context, uint32_t phase, const char* text); /* only while start runs */
} mulin_host_api;

typedef struct mulin_capabilities {
    uint32_t struct_size;
    int32_t query, reverse, refund, refund_partial, refund_query, refund_repeatable, needs_code, presented_code;
    int64_t start_deadline_ms;
    int64_t give_up_ms;            /* 0 leaves these to the till */
    int64_t reverse_not_before_ms;
    int64_t poll_first_ms, poll_repeat_ms;
} mulin_capabilities;

typedef struct mulin_attempt {
    uint32_t struct_size;
    const char* attempt_id;
    const char* order_ref;
    const char* method;
    const char* currency; /* "CNY" */
    int64_t amount_fen;
    const char* code;     /* start only, else empty; keep it nowhere */
    const char* refs;     /* what earlier answers said, one "name=value" a line */
    int64_t created_ms;   /* UTC, since 1970 */
    int64_t deadline_ms;
} mulin_attempt;

typedef struct mulin_refund {
    uint32_t struct_size;
    const char* refund_id;
    int64_t amount_fen;
    int64_t refunded_before_fen;
    const char* reason;
} mulin_refund;

typedef struct mulin_result {
    uint32_t struct_size;
    int32_t outcome; /* of the call's own list above; MULIN_*UNKNOWN (0) when the call begins */
    int64_t echo_amount_fen;
    mulin_buffer echo_attempt_id;
    mulin_buffer refs; /* one "name=value" a line */
    mulin_buffer channel_code;
    mulin_buffer channel_text;
    mulin_buffer presented;
    mulin_buffer discounts; /* one "sponsor=fen" a line */
    int64_t retry_after_ms;
} mulin_result;

typedef struct mulin_plugin_api {
    uint32_t struct_size;
    uint32_t abi;
    const char* name;
    const char* version;
    /* settings: one "key=value" a line. 0 when ready; else a sentence in `error`. */
    int32_t (*open)(const char* settings, void** handle, mulin_buffer* error);
    void (*close)(void* handle);
    void (*capabilities)(void* handle, mulin_capabilities* out);
    void (*start)(void* handle, const mulin_attempt* attempt, mulin_result* out);
    void (*query)(void* handle, const mulin_attempt* attempt, mulin_result* out);
    void (*reverse)(void* handle, const mulin_attempt* attempt, mulin_result* out);
    void (*cancel)(void* handle, const char* attempt_id);                       /* may be NULL */
    void (*refund)(void* handle, const mulin_attempt* paid, const mulin_refund* refund, mulin_result* out);
    void (*refund_query)(void* handle, const mulin_attempt* paid, const mulin_refund* refund, mulin_result* out);
} mulin_plugin_api;

typedef const mulin_plugin_api* (*mulin_plugin_get_api_fn)(uint32_t least, uint32_t most, const mulin_host_api* host);

#ifdef __cplusplus
}
#endif
