// The second window: shares glyphs and shaders with the first, takes no input and no focus, and is
// drawn only when what it shows changed.
#include <utility>

#include "pos/touch/window_impl.h"

namespace mulin::pos::touch {

namespace {

GLFWmonitor* monitor_at(int number) {
    int count = 0;
    GLFWmonitor** monitors = glfwGetMonitors(&count);
    return number >= 1 && number <= count ? monitors[number - 1] : nullptr;
}

void place_beside(GLFWwindow* first, GLFWwindow* second) {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    glfwGetWindowPos(first, &x, &y);
    glfwGetWindowSize(first, &width, &height);
    glfwSetWindowPos(second, x + width, y);
}

}  // namespace

payment::Status Window::open_second(const SecondOptions& options) {
    Impl& w = *impl_;
    GLFWmonitor* monitor = monitor_at(options.monitor);
    const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    // Keys and scans belong to the till's window.
    glfwWindowHint(GLFW_FOCUS_ON_SHOW, GLFW_FALSE);
    glfwWindowHint(GLFW_FOCUSED, GLFW_FALSE);
    glfwWindowHint(GLFW_AUTO_ICONIFY, GLFW_FALSE);
    glfwWindowHint(GLFW_DECORATED, monitor ? GLFW_FALSE : GLFW_TRUE);
    w.second = glfwCreateWindow(mode ? mode->width : options.width, mode ? mode->height : options.height,
                                options.title.c_str(), nullptr, w.window);
    glfwDefaultWindowHints();
    if (!w.second)
        return payment::fail(payment::ErrorCode::unsupported,
                             "The customer display cannot be opened; check the second screen, or set display = \"none\".");
    if (monitor) {
        int x = 0;
        int y = 0;
        glfwGetMonitorPos(monitor, &x, &y);
        glfwSetWindowPos(w.second, x, y);
    } else {
        place_beside(w.window, w.second);
    }
    if (options.hit_map_file) w.second_hit_map.emplace(*options.hit_map_file);
    glfwSetWindowUserPointer(w.second, &w);
    const auto exposed = [](GLFWwindow* window) {
        auto* self = static_cast<Impl*>(glfwGetWindowUserPointer(window));
        self->second_exposed = true;
        self->exposed = true;
    };
    static const auto mark = exposed;
    glfwSetWindowRefreshCallback(w.second, [](GLFWwindow* window) { mark(window); });
    glfwSetFramebufferSizeCallback(w.second, [](GLFWwindow* window, int, int) { mark(window); });
    // The diner cannot close it by mistake.
    glfwSetWindowCloseCallback(w.second, [](GLFWwindow* window) { glfwSetWindowShouldClose(window, GLFW_FALSE); });
    glfwMakeContextCurrent(w.second);
    glfwSwapInterval(0);  // the till's own window sets the pace
    glfwMakeContextCurrent(w.window);
    return payment::ok();
}

bool Window::second_exposed() { return std::exchange(impl_->second_exposed, false); }

Ui& Window::begin_second() {
    Impl& w = *impl_;
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(w.second, &width, &height);
    w.gl->new_frame();
    return w.surface->begin_second({static_cast<float>(width), static_cast<float>(height)}, w.now(), w.gl->texture());
}

bool Window::end_second() {
    Impl& w = *impl_;
    const bool complete = w.surface->end_second();
    w.excuse_drawing();
    if (!complete) {
        w.second_exposed = true;
        w.woken = true;
        return false;
    }
    int width = 0;
    int height = 0;
    glfwMakeContextCurrent(w.second);
    glfwGetFramebufferSize(w.second, &width, &height);
    w.gl->render(w.surface->atlas(), width, height);
    glfwSwapBuffers(w.second);
    glfwMakeContextCurrent(w.window);
    if (w.second_hit_map) (void)w.second_hit_map->write_if_changed(w.surface->second_hit_map(), ++w.second_frames);
    return true;
}

}  // namespace mulin::pos::touch
