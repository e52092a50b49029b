#include "pos/app/match.h"
#include "pos/app/router.h"

namespace mulin::pos {
namespace {

// Chains of intents are short; a longer one is a loop between screens.
constexpr int kMaxChain = 64;
constexpr std::int64_t kToastMs = 6'000;

}  // namespace

const char* screen_name(Screen screen) {
    switch (screen) {
        case Screen::sign_in: return "sign_in";
        case Screen::serve: return "serve";
        case Screen::lookup: return "lookup";
        case Screen::register_diner: return "register_diner";
        case Screen::tender: return "tender";
        case Screen::day_report: return "today";
        case Screen::correct: return "correct";
        case Screen::refund: return "refund";
        case Screen::review: return "review";
        case Screen::top_up: return "top_up";
        case Screen::shift: return "shift";
        case Screen::sync_status: return "sync_status";
        case Screen::settings: return "settings";
    }
    return "";
}

std::vector<Work> Router::apply(const AppIntent& intent) {
    queue_.assign(1, intent);
    work_.clear();
    for (std::size_t i = 0; i < queue_.size() && i < kMaxChain; ++i) {
        const AppIntent next = queue_[i];  // a copy: the queue may grow
        std::visit([this](const auto& one) { take(one); }, next);
    }
    return std::move(work_);
}

void Router::take(const serve::Intent& intent) {
    for (auto& effect : serve::update(state_.serve, intent)) {
        std::visit(Match{
                       [&](const serve::RequestQuote& e) { work(e); },
                       [&](const serve::IdentifyByScan& e) { work(IdentifyByScan{e.code, e.scan_serial, false}); },
                       [&](const serve::OpenLookup&) {
                           then(lookup::Intent(lookup::Opened{payment::china_date(state_.shell.now)}));
                           go(Screen::lookup);
                       },
                       [&](const serve::OpenRegister&) {
                           work(RegisterOpened{});
                           go(Screen::register_diner);
                       },
                       [&](const serve::OpenPlace& e) { open_place(e.place); },
                       [&](const serve::SetSoldOut& e) { work(e); },
                       [&](const serve::StartTender& e) { start_tender(e); },
                   },
                   effect);
    }
}

void Router::open_place(serve::Place place) {
    switch (place) {
        case serve::Place::today: return open_day_report();
        case serve::Place::sync_status: return then(ShellIntent(OpenSyncStatus{}));
        case serve::Place::settings:
            go(Screen::settings);
            return then(settings::Intent(settings::Opened{}));
        case serve::Place::sign_out: return then(ShellIntent(SignOut{}));
        case serve::Place::top_up: return then(ShellIntent(OpenTopUp{}));
        case serve::Place::shift: return then(ShellIntent(OpenShiftScreen{}));
        case serve::Place::reprint_last: return work(ReprintLast{});
    }
}

void Router::open_day_report() {
    go(Screen::day_report);
    then(day_report::Intent(day_report::Opened{}));
}

void Router::take(const lookup::Intent& intent) {
    for (auto& effect : lookup::update(state_.lookup, intent)) {
        std::visit(Match{
                       [&](const lookup::Search& e) { work(e); },
                       [&](const lookup::PickDiner& e) {
                           go(Screen::serve);
                           work(IdentifyByPick{e.diner});
                       },
                       [&](const lookup::ServeGuest&) {
                           go(Screen::serve);
                           then(serve::Intent(serve::ServeGuest{}));
                       },
                       [&](const lookup::OpenRegister&) {
                           work(RegisterOpened{});
                           go(Screen::register_diner);
                       },
                       [&](const lookup::IdentifyByScan& e) { work(IdentifyByScan{e.code, 0, true}); },
                       [&](const lookup::Close&) { go(Screen::serve); },
                   },
                   effect);
    }
}

void Router::take(const register_diner::Intent& intent) {
    for (auto& effect : register_diner::update(state_.register_diner, intent)) {
        std::visit(Match{
                       [&](const register_diner::CheckNumber& e) { work(e); },
                       [&](const register_diner::CheckCard& e) { work(e); },
                       [&](const register_diner::SaveDiner& e) { work(e); },
                       [&](const register_diner::ServeDiner& e) {
                           go(Screen::serve);
                           work(IdentifyByPick{e.diner});
                       },
                       [&](const register_diner::Close&) { go(Screen::serve); },
                   },
                   effect);
    }
}

void Router::take(const correct::Intent& intent) {
    for (auto& effect : correct::update(state_.correct, intent)) {
        std::visit(Match{
                       [&](const correct::CheckPin& e) {
                           work(CheckStaffPin{e.check.serial, e.check.staff, e.check.pin, PinFor::correct});
                       },
                       [&](const correct::VoidSale& e) {
                           if (state_.shell.staff) work(VoidSale{e, state_.shell.staff->id});
                       },
                       [&](const correct::Close& e) {
                           go(Screen::day_report);
                           if (e.changed) then(day_report::Intent(day_report::Refresh{}));
                           work(LoadShell{});
                       },
                   },
                   effect);
    }
}

void Router::take(const day_report::Intent& intent) {
    for (auto& effect : day_report::update(state_.day_report, intent)) {
        std::visit(Match{
                       [&](const day_report::LoadDay& e) { work(e); },
                       [&](const day_report::OpenCorrect& e) {
                           if (!state_.shell.staff) return;
                           work(LoadCorrect{e.sale, *state_.shell.staff});
                           go(Screen::correct);
                       },
                       [&](const day_report::OpenShift&) { then(ShellIntent(OpenShiftScreen{})); },
                       [&](const day_report::OpenRefund& e) { then(ShellIntent(OpenRefund{e.sale})); },
                       [&](const day_report::Close&) { go(Screen::serve); },
                   },
                   effect);
    }
}

void Router::take(const sync_status::Intent& intent) {
    for (auto& effect : sync_status::update(state_.sync_status, intent)) {
        std::visit(Match{
                       [&](const sync_status::LoadStatus& e) { work(e); },
                       [&](const sync_status::StartExchange& e) { work(e); },
                       [&](const sync_status::Close&) { go(state_.shell.staff ? Screen::serve : Screen::sign_in); },
                   },
                   effect);
    }
}

void Router::take(const sign_in::Intent& intent) {
    for (auto& effect : sign_in::update(state_.sign_in, intent)) {
        std::visit(Match{
                       [&](const sign_in::CheckPin& e) { work(CheckStaffPin{e.serial, e.staff, e.pin, PinFor::sign_in}); },
                       [&](const sign_in::SignedIn& e) {
                           SignedInStaff staff{e.staff, "", e.role};
                           for (const auto& tile : state_.sign_in.staff)
                               if (tile.id == e.staff) staff.name = tile.name;
                           then(ShellIntent(StaffKnown{staff}));
                       },
                   },
                   effect);
    }
}

void Router::take(const settings::Intent& intent) {
    auto known = intent;
    if (auto* arrived = std::get_if<settings::SettingsArrived>(&known)) {
        // Only a site manager switches training, and never with a sale open.
        const auto& staff = state_.shell.staff;
        arrived->may_train = staff && staff->role == sync::Role::site_manager && !state_.sale;
    }
    for (auto& effect : settings::update(state_.settings, known)) {
        std::visit(Match{
                       [&](const settings::LoadSettings& e) { work(e); },
                       [&](const settings::ApplyLanguage& e) { state_.shell.english = e.language == "en"; },
                       [&](const settings::RunDeviceTest& e) { work(e); },
                       [&](const settings::ApplyTraining& e) { work(SetTraining{e.training}); },
                       [&](const settings::Close&) { go(Screen::serve); },
                   },
                   effect);
    }
}

void Router::take(const ShellIntent& intent) {
    std::visit([this](const auto& one) { shell(one); }, intent);
}

void Router::shell(const ShellArrived& arrived) {
    auto& shell = state_.shell;
    const bool meal_changed = shell.meal != arrived.meal || state_.serve.menu.empty();
    shell.site_zh = arrived.site_zh;
    shell.site_en = arrived.site_en;
    shell.meal = arrived.meal;
    shell.window = arrived.window;
    shell.served_today = arrived.served_today;
    shell.training = arrived.training;
    shell.clock_suspect = arrived.clock_suspect;
    if (meal_changed) work(LoadMenu{});
    post_standing_notices();
}

void Router::post_standing_notices() {
    const auto& shell = state_.shell;
    std::vector<serve::Notice> standing;
    if (shell.training) standing.push_back({serve::NoticeKind::training, ""});
    if (shell.clock_suspect) standing.push_back({serve::NoticeKind::clock_suspect, ""});
    const auto& last = shell.link.last_exchange;
    const bool away = shell.link.link == sync_status::Link::offline && last &&
                      shell.now.ms - last->ms > shell.offline_long_minutes * 60'000;
    if (away) standing.push_back({serve::NoticeKind::offline_long, ""});
    if (standing != state_.serve.standing) then(serve::Intent(serve::StandingNotices{standing}));
}

void Router::shell(const LinkArrived& arrived) {
    state_.shell.link = arrived.link;
    then(sync_status::Intent(sync_status::StatusArrived{arrived.link, state_.shell.now}));
    post_standing_notices();
}

void Router::shell(const ClockTick& tick) {
    const auto before = payment::china_minute_of_day(state_.shell.now);
    state_.shell.now = tick.now;
    if (payment::china_minute_of_day(tick.now) != before) work(LoadShell{});
    if (state_.shell.toast_until_ms <= tick.now_ms) state_.shell.toast.clear();
    if (state_.screen == Screen::tender) then(tender::Intent(tender::Tick{tick.now_ms}));
    else state_.tender.now_ms = tick.now_ms;
    if (state_.screen == Screen::sign_in) then(sign_in::Intent(sign_in::Tick{tick.now_ms}));
    if (state_.screen == Screen::correct) then(correct::Intent(correct::Tick{tick.now_ms}));
    if (state_.screen == Screen::refund) then(refund::Intent(refund::Tick{tick.now_ms}));
    if (state_.screen == Screen::review) then(review::Intent(review::Tick{tick.now_ms}));
    resume_found();
}

void Router::shell(const ToggleLanguage&) { state_.shell.english = !state_.shell.english; }

// Nobody signs out in the middle of taking money.
void Router::shell(const SignOut&) {
    if (state_.screen == Screen::tender) return;
    state_.shell.staff.reset();
    state_.sign_in = sign_in::State();
    go(Screen::sign_in);
    work(LoadStaff{});
}

void Router::shell(const OpenToday&) {
    if (state_.shell.staff && state_.screen != Screen::tender) open_day_report();
}

void Router::shell(const OpenSyncStatus&) {
    if (state_.screen == Screen::tender) return;
    go(Screen::sync_status);
    const auto& staff = state_.shell.staff;
    then(sync_status::Intent(sync_status::Opened{staff && staff->role == sync::Role::site_manager}));
}

void Router::shell(const StaffKnown& known) {
    state_.shell.staff = known.staff;
    go(Screen::serve);
    for (auto& found : state_.found) found.not_before_ms = 0;
    work(EnsureShift{known.staff.id, true});
    work(LoadShell{});
    work(LoadMenu{});
}

// A scan means what the screen on top makes of it.
void Router::shell(const ScanRead& scan) {
    switch (state_.screen) {
        case Screen::serve:
            if (kind_of(scan.code).is_slip) return then(ShellIntent(OpenRefund{})), then(refund::Intent(refund::ScanArrived{scan.code}));
            return then(serve::Intent(serve::ScanArrived{scan.code}));
        case Screen::lookup: return then(lookup::Intent(lookup::ScanArrived{scan.code}));
        case Screen::tender: {
            const auto kind = kind_of(scan.code);
            return then(tender::Intent(tender::ScanArrived{scan.code, scan.now_ms, kind.is_payment_code, kind.wallet}));
        }
        case Screen::register_diner: return then(register_diner::Intent(register_diner::ScanArrived{scan.code}));
        case Screen::sign_in: return then(sign_in::Intent(sign_in::BadgeScanned{sync::StaffId(scan.code)}));
        case Screen::shift:
            // A count that is under way waits; a drawer that nobody has does not serve.
            if (state_.shift.phase == shift::Phase::opening || state_.shift.phase == shift::Phase::closed) {
                state_.shell.scan_ignored_until_ms = scan.now_ms + kToastMs;
                return;
            }
            [[fallthrough]];
        // Looking at figures: whoever shows a card is served.
        case Screen::day_report:
        case Screen::sync_status:
        case Screen::settings:
            if (!state_.shell.staff) return;
            if (kind_of(scan.code).is_slip) return then(ShellIntent(OpenRefund{})), then(refund::Intent(refund::ScanArrived{scan.code}));
            go(Screen::serve);
            return then(serve::Intent(serve::ScanArrived{scan.code}));
        case Screen::top_up: return then(top_up::Intent(top_up::ScanArrived{scan.code}));
        case Screen::refund:
            if (state_.refund.phase == refund::Phase::finding) return then(refund::Intent(refund::ScanArrived{scan.code}));
            [[fallthrough]];
        case Screen::review:
        case Screen::correct: state_.shell.scan_ignored_until_ms = scan.now_ms + kToastMs; return;
    }
}

void Router::shell(const Toast& toast) {
    state_.shell.toast = toast.text;
    state_.shell.toast_until_ms = toast.now_ms + kToastMs;
}

void Router::shell(const SaleDone& done) {
    if (done.was_parked) {
        serve::Notice found{serve::NoticeKind::payment_found, payment::to_yuan(done.sale.paid)};
        then(serve::Intent(serve::NoticeArrived{found}));
    } else {
        then(tender::Intent(tender::SaleCommitted{done.ref, done.sale.seq, done.now_ms}));
        then(serve::Intent(serve::SaleCommitted{done.sale}));
    }
    work(LoadShell{});
    if (state_.screen == Screen::day_report) then(day_report::Intent(day_report::Refresh{}));
}

}  // namespace mulin::pos
