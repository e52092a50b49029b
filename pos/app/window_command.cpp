#include "pos/app/window_command.h"

#include <csignal>
#include <cstdio>
#include <ostream>

#include "pos/app/desk.h"
#include "pos/app/display_text.h"
#include "pos/app/phrases.h"
#include "pos/app/router.h"
#include "pos/app/top_bar_text.h"
#include "pos/correct/correct_view.h"
#include "pos/day_report/day_report_view.h"
#include "pos/display/display_view.h"
#include "pos/lookup/lookup_view.h"
#include "pos/refund/refund_view.h"
#include "pos/register_diner/register_diner_view.h"
#include "pos/review/review_view.h"
#include "pos/serve/serve_view.h"
#include "pos/settings/settings_view.h"
#include "pos/shift/shift_view.h"
#include "pos/sign_in/sign_in_view.h"
#include "pos/sync_status/sync_status_view.h"
#include "pos/tender/tender_view.h"
#include "pos/top_up/top_up_view.h"
#include "pos/touch/window.h"

namespace mulin::pos {
namespace {

volatile std::sig_atomic_t g_stop = 0;

// Draws the screen on top and turns what was tapped into intents, in the order of the taps.
template <class State, class Intent>
void draw_screen(void (*draw)(touch::Ui&, const text::Catalogue&, const State&, std::vector<Intent>&),
                 const State& state, touch::Ui& ui, const text::Catalogue& words, std::vector<AppIntent>& out) {
    std::vector<Intent> tapped;
    draw(ui, words, state, tapped);
    for (auto& intent : tapped) out.emplace_back(std::move(intent));
}

void draw_top(const AppState& state, touch::Ui& ui, const text::Catalogue& words, std::vector<AppIntent>& out) {
    switch (state.screen) {
        case Screen::sign_in: return draw_screen(&sign_in::draw, state.sign_in, ui, words, out);
        case Screen::serve: return draw_screen(&serve::draw, state.serve, ui, words, out);
        case Screen::lookup: return draw_screen(&lookup::draw, state.lookup, ui, words, out);
        case Screen::register_diner: return draw_screen(&register_diner::draw, state.register_diner, ui, words, out);
        case Screen::tender: return draw_screen(&tender::draw, state.tender, ui, words, out);
        case Screen::day_report: return draw_screen(&day_report::draw, state.day_report, ui, words, out);
        case Screen::correct: return draw_screen(&correct::draw, state.correct, ui, words, out);
        case Screen::refund: return draw_screen(&refund::draw, state.refund, ui, words, out);
        case Screen::review: return draw_screen(&review::draw, state.review, ui, words, out);
        case Screen::top_up: return draw_screen(&top_up::draw, state.top_up, ui, words, out);
        case Screen::shift: return draw_screen(&shift::draw, state.shift, ui, words, out);
        case Screen::sync_status: return draw_screen(&sync_status::draw, state.sync_status, ui, words, out);
        case Screen::settings: return draw_screen(&settings::draw, state.settings, ui, words, out);
    }
}

class WindowLoop {
  public:
    WindowLoop(Till& till, touch::Window& window, Phrases& phrases)
        : till_(till), window_(window), phrases_(phrases),
          router_(state_, [&] { return till_.ids().next_text(); }, [&](const std::string& code) { return kind_of(code); }),
          desk_(till, inbox_, phrases) {
        inbox_.on_post([&window] { window.wake(); });
        state_.tender.rounding_unit = till.config().cash.unit;
        state_.shell.offline_long_minutes = till.config().offline_long_minutes;
        state_.shell.can_present = !till.config().present_channel.empty();
    }

    void run(bool english) {
        state_.shell.english = english;
        apply(ShellIntent(ClockTick{till_.clock().utc(), now_ms()}));
        apply(ShellIntent(SignOut{}));
        for (const Work& work : {Work(LoadShell{}), Work(LoadMenu{})}) desk_.perform(work, state_.shell.meal);
        while (g_stop == 0 && window_.wait(deadline())) frame();
    }

    // Words of the diner's side; without it there is none.
    void use_display(const text::Catalogue& words) { display_words_ = &words; }

  private:
    ScanKind kind_of(const std::string& code) const {
        const std::string plain(payment::strip_scanner_suffix(code));
        for (const auto& rule : till_.config().code_rules)
            if (payment::route_code(plain, std::span(&rule, 1))) return {true, rule.wallet, false};
        return {false, "", plain.starts_with("MULIN1 ")};
    }

    std::int64_t now_ms() const { return till_.clock().monotonic().ms; }

    // The picture changes by itself with the minute, and every second while something counts down.
    payment::MonotonicInstant deadline() const {
        const bool counting = state_.screen == Screen::tender || state_.screen == Screen::correct ||
                              state_.screen == Screen::refund || state_.screen == Screen::review ||
                              (state_.screen == Screen::sign_in && locked_out()) || !state_.shell.toast.empty();
        const std::int64_t period = counting ? 1000 : 60'000;
        const auto utc_ms = till_.clock().utc().ms;
        return {now_ms() + period - utc_ms % period};
    }
    bool locked_out() const {
        for (const auto& tile : state_.sign_in.staff)
            if (tile.locked_until_ms > state_.sign_in.now_ms) return true;
        return false;
    }

    void apply(const AppIntent& intent) {
        for (const auto& work : router_.apply(intent)) desk_.perform(work, state_.shell.meal);
    }

    void frame() {
        for (const auto& intent : inbox_.drain()) apply(intent);
        for (const auto& scan : window_.take_scans()) apply(ShellIntent(ScanRead{scan, now_ms()}));
        if (window_.take_dropped_input() > 0)
            apply(ShellIntent(Toast{std::string(phrases_.words()(text::Msg::shell_input_dropped)), now_ms()}));
        apply(ShellIntent(ClockTick{till_.clock().utc(), now_ms()}));
        phrases_.use_english(state_.shell.english);
        draw_display();
        std::vector<AppIntent> tapped;
        draw(tapped);
        for (const auto& intent : tapped) apply(intent);
        if (!tapped.empty()) window_.wake();
    }

    // Before the till's own picture; only when what it shows changed.
    void draw_display() {
        if (display_words_ == nullptr) return;
        const auto shown = display_of(state_, *display_words_);
        const bool damaged = window_.second_exposed();
        if (shown == displayed_ && !damaged) return;
        display::draw(window_.begin_second(), *display_words_, shown);
        if (window_.end_second()) displayed_ = shown;
    }

    void draw(std::vector<AppIntent>& tapped) {
        const auto& words = phrases_.words();
        touch::Ui& ui = window_.begin_frame();
        ui.set_screen(screen_name(state_.screen));
        const auto taps = touch::draw_top_bar(ui, top_bar_text(state_, words, till_.config().offline_long_minutes));
        draw_top(state_, ui, words, tapped);
        if (!state_.shell.toast.empty()) ui.toast("shell.toast", state_.shell.toast, touch::Tone::attention);
        else if (state_.shell.scan_ignored_until_ms > now_ms())
            ui.toast("shell.toast", words(text::Msg::shell_scan_ignored), touch::Tone::attention);
        window_.end_frame();
        if (taps.language) tapped.emplace_back(ShellIntent(ToggleLanguage{}));
        if (taps.sync) tapped.emplace_back(ShellIntent(OpenSyncStatus{}));
        if (taps.reviews) tapped.emplace_back(ShellIntent(OpenReviews{}));
        if (taps.today) tapped.emplace_back(ShellIntent(OpenToday{}));
        if (taps.sign_out) tapped.emplace_back(ShellIntent(SignOut{}));
    }

    Till& till_;
    touch::Window& window_;
    Phrases& phrases_;
    Inbox inbox_;
    AppState state_;
    Router router_;
    const text::Catalogue* display_words_ = nullptr;
    std::optional<display::State> displayed_;
    Desk desk_;  // last: its workers post to the inbox
};

payment::Result<touch::WindowOptions> window_options(const WindowArguments& arguments) {
    touch::WindowOptions options;
    char rest = 0;
    const bool size = std::sscanf(arguments.size.c_str(), "%dx%d%c", &options.width, &options.height, &rest) == 2;
    if (!size || options.width < 800 || options.height < 480 || options.width > 7680 || options.height > 4320)
        return payment::fail(payment::ErrorCode::invalid_input,
                             "\"" + arguments.size + "\" is not a window size; write WIDTHxHEIGHT, such as 1366x768.");
    options.fullscreen = arguments.kiosk;
    options.stop = &g_stop;
    if (!arguments.hit_map.empty()) options.hit_map_file = arguments.hit_map;
    return options;
}

payment::Status open_display(const Till& till, touch::Window& window, const WindowArguments& arguments) {
    const auto& devices = till.config().devices;
    if (devices.display != "window") return payment::ok();
    touch::SecondOptions options;
    options.monitor = static_cast<int>(devices.display_monitor);
    if (!arguments.hit_map.empty()) options.hit_map_file = arguments.hit_map + ".display";
    return window.open_second(options);
}

int tell(const payment::Error& error, std::ostream& err) {
    err << "mulin-pos: " << error.message << '\n';
    return error.code == payment::ErrorCode::invalid_input ? 2 : 3;
}

}  // namespace

int run_window(const WindowArguments& arguments, std::ostream& err) {
    const auto options = window_options(arguments);
    if (!options) return tell(options.error(), err);
    const payment::SystemClock clock;
    payment::SystemRandom random;
    auto phrases = Phrases::load();
    if (!phrases) return tell(phrases.error(), err);
    auto till = Till::open(arguments.data, clock, random);
    if (!till) return tell(till.error(), err);
    auto window = touch::Window::open(*options, clock);
    if (!window) return tell(window.error(), err);
    for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { g_stop = 1; });
    if (const auto shown = open_display(**till, **window, arguments); !shown) return tell(shown.error(), err);
    WindowLoop loop(**till, **window, *phrases);
    if ((*till)->config().devices.display == "window")
        loop.use_display(phrases->of((*till)->config().devices.display_language == "en"));
    loop.run(arguments.language == "en");
    return 0;
}

}  // namespace mulin::pos
