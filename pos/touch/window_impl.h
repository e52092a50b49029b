#pragma once
// What the two windows of the till share: GLFW's handles, the glyphs, the input and the pace. Seen by
// window.cpp and second_window.cpp only.

#include <atomic>
#include <optional>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include "pos/touch/gl_screen.h"
#include "pos/touch/input_queue.h"
#include "pos/touch/surface.h"
#include "pos/touch/window.h"

namespace mulin::pos::touch {

// After input the state may change once more (the intents of this frame are applied after it was
// drawn), and the next picture shows it; one more lets the layout settle.
inline constexpr int kSettlingFrames = 2;

struct Window::Impl {
    explicit Impl(const payment::Clock& c) : clock(c), input(kStaleMs) {}
    ~Impl() {
        gl.reset();
        surface.reset();
        if (second) glfwDestroyWindow(second);
        if (window) glfwDestroyWindow(window);
        if (started) glfwTerminate();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    std::int64_t now() const { return clock.monotonic().ms; }
    payment::Status create(const WindowOptions& options);
    void install_callbacks();
    bool frame_due(std::optional<std::int64_t> deadline_ms);
    void sleep(std::optional<std::int64_t> deadline_ms);
    // A frame takes longer than a scanner's gap on a slow machine: that time is no gap.
    void excuse_drawing();

    const payment::Clock& clock;
    bool started = false;
    GLFWwindow* window = nullptr;
    GLFWwindow* second = nullptr;
    bool second_exposed = true;
    std::optional<HitMapFile> second_hit_map;
    std::unique_ptr<Surface> surface;
    std::optional<GlScreen> gl;
    std::optional<HitMapFile> hit_map_file;
    InputQueue input;
    std::atomic<bool> woken{true};
    const volatile std::sig_atomic_t* stop = nullptr;
    bool exposed = false;
    int settling = kSettlingFrames;
    std::int64_t awake_since = 0;
    std::int64_t busy_since = 0;
    std::uint64_t frames = 0;
    std::uint64_t second_frames = 0;
};

}  // namespace mulin::pos::touch
