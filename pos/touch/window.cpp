#include "pos/touch/window.h"

#include <algorithm>
#include <utility>

#include "pos/touch/glfw_keys.h"
#include "pos/touch/window_impl.h"

namespace mulin::pos::touch {

namespace {

payment::Status start_glfw() {
    // A first start can fail while the display server is still coming up.
    if (glfwInit() || glfwInit()) return payment::ok();
    return payment::fail(payment::ErrorCode::unsupported,
                         "No display was found; start Mulin on a desktop, or use pos/start --headless DIR.");
}

}  // namespace

payment::Status Window::Impl::create(const WindowOptions& options) {
    MULIN_TRY_STATUS(start_glfw());
    started = true;
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    int width = options.width;
    int height = options.height;
    GLFWmonitor* monitor = options.fullscreen ? glfwGetPrimaryMonitor() : nullptr;
    if (monitor) {
        const GLFWvidmode* mode = glfwGetVideoMode(monitor);
        width = mode->width;
        height = mode->height;
    }
    window = glfwCreateWindow(width, height, options.title.c_str(), monitor, nullptr);
    if (!window)
        return payment::fail(payment::ErrorCode::unsupported,
                             "No window with OpenGL 3.3 can be opened on this display; check the graphics driver.");
    glfwMakeContextCurrent(window);
    glfwSwapInterval(1);
    return payment::ok();
}

void Window::Impl::install_callbacks() {
    glfwSetWindowUserPointer(window, this);
    static const auto self = [](GLFWwindow* w) { return static_cast<Impl*>(glfwGetWindowUserPointer(w)); };
    glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int) {
        if (button != GLFW_MOUSE_BUTTON_LEFT) return;
        double x = 0;
        double y = 0;
        glfwGetCursorPos(w, &x, &y);
        self(w)->input.pointer(action == GLFW_PRESS ? PointerEvent::Kind::press : PointerEvent::Kind::release,
                               {static_cast<float>(x), static_cast<float>(y)}, self(w)->now());
    });
    glfwSetCursorPosCallback(window, [](GLFWwindow* w, double x, double y) {
        self(w)->input.pointer(PointerEvent::Kind::move, {static_cast<float>(x), static_cast<float>(y)},
                               self(w)->now());
    });
    glfwSetScrollCallback(window, [](GLFWwindow* w, double, double dy) { self(w)->input.wheel(static_cast<float>(dy)); });
    glfwSetCharCallback(window, [](GLFWwindow* w, unsigned c) { self(w)->input.character(c, self(w)->now()); });
    glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int) {
        if (action == GLFW_RELEASE) return;
        // A held Enter must not confirm again and again.
        if (action == GLFW_REPEAT && key != GLFW_KEY_BACKSPACE) return;
        if (const auto known = keyboard_key(key)) self(w)->input.key(*known, self(w)->now());
    });
    glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { self(w)->exposed = true; });
    glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { self(w)->exposed = true; });
}

bool Window::Impl::frame_due(std::optional<std::int64_t> deadline_ms) {
    bool due = woken.exchange(false);
    if (input.pending(now())) {
        settling = kSettlingFrames;
        due = true;
    }
    if (std::exchange(exposed, false)) due = true;
    if (deadline_ms && *deadline_ms <= now()) due = true;
    if (!due && settling > 0) {
        --settling;
        due = true;
    }
    return due;
}

void Window::Impl::sleep(std::optional<std::int64_t> deadline_ms) {
    if (const auto scan = input.deadline_ms(); scan && (!deadline_ms || *scan < *deadline_ms)) deadline_ms = scan;
    if (stop && (!deadline_ms || *deadline_ms > now() + kStopMs)) deadline_ms = now() + kStopMs;
    if (!deadline_ms) return glfwWaitEvents();
    const std::int64_t left = *deadline_ms - now();
    if (left > 0) glfwWaitEventsTimeout(static_cast<double>(left) / 1000.0);
}

void Window::Impl::excuse_drawing() {
    const std::int64_t until = now();
    input.excuse(until - busy_since);
    busy_since = until;
}

Window::Window(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Window::~Window() = default;

payment::Result<std::unique_ptr<Window>> Window::open(const WindowOptions& options, const payment::Clock& clock) {
    auto impl = std::make_unique<Impl>(clock);
    MULIN_TRY_STATUS(impl->create(options));
    MULIN_TRY(impl->surface, Surface::open(options.fonts));
    MULIN_TRY(auto gl, GlScreen::open());
    impl->gl.emplace(std::move(gl));
    if (options.hit_map_file) impl->hit_map_file.emplace(*options.hit_map_file);
    impl->stop = options.stop;
    impl->install_callbacks();
    impl->awake_since = impl->now();
    impl->busy_since = impl->awake_since;
    return std::unique_ptr<Window>(new Window(std::move(impl)));
}

bool Window::wait(std::optional<payment::MonotonicInstant> deadline) {
    Impl& w = *impl_;
    const bool was_stuck = w.now() - w.awake_since > kStaleMs;
    w.excuse_drawing();
    glfwPollEvents();
    if (was_stuck) w.input.drop_all();
    std::optional<std::int64_t> deadline_ms = w.surface->ui().wake_at_ms();
    if (deadline && (!deadline_ms || deadline->ms < *deadline_ms)) deadline_ms = deadline->ms;
    while (!glfwWindowShouldClose(w.window) && !(w.stop && *w.stop != 0)) {
        if (w.frame_due(deadline_ms)) {
            w.awake_since = w.now();
            w.busy_since = w.awake_since;
            return true;
        }
        w.sleep(deadline_ms);
    }
    return false;
}

Ui& Window::begin_frame() {
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(impl_->window, &width, &height);
    impl_->gl->new_frame();
    return impl_->surface->begin({static_cast<float>(width), static_cast<float>(height)},
                                 impl_->input.take(impl_->now()), impl_->gl->texture());
}

void Window::end_frame() {
    Impl& w = *impl_;
    const bool complete = w.surface->end();
    w.excuse_drawing();
    if (w.input.pending(w.now())) w.woken = true;
    if (!complete) {
        w.woken = true;
        return;
    }
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(w.window, &width, &height);
    w.gl->render(w.surface->atlas(), width, height);
    glfwSwapBuffers(w.window);
    ++w.frames;
    // After the swap: whoever reads the map finds on the screen what it says. Failing to write a
    // map for scripts must never stop a sale.
    if (w.hit_map_file) (void)w.hit_map_file->write_if_changed(w.surface->ui().hit_map(), w.frames);
}

void Window::wake() {
    impl_->woken = true;
    glfwPostEmptyEvent();
}

void Window::close() {
    glfwSetWindowShouldClose(impl_->window, GLFW_TRUE);
    glfwPostEmptyEvent();
}

std::vector<std::string> Window::take_scans() { return impl_->input.take_scans(); }

int Window::take_dropped_input() { return impl_->input.take_dropped(); }

std::uint64_t Window::frames_drawn() const { return impl_->frames; }

payment::Status Window::save_png(const std::filesystem::path& path) {
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(impl_->window, &width, &height);
    // The back buffer is undefined after a swap: draw the last frame into it again.
    impl_->gl->render(impl_->surface->atlas(), width, height);
    return impl_->gl->save_png(path, width, height);
}

}  // namespace mulin::pos::touch
