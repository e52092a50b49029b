#pragma once
// Window: the till's window (GLFW, OpenGL 3), its input and its pace. It draws only when something
// happened: input, a wake() from a worker, or a deadline. An idle till draws nothing.
//
//   while (window->wait(deadline)) {
//       ... drain the workers' queue into intents, take_scans() ...
//       touch::Ui& ui = window->begin_frame();
//       ... draw_top_bar(...), view::draw(...) ...
//       window->end_frame();
//       ... apply the intents that the views gave; the window draws again by itself after input ...
//   }
//
// Everything is called on the thread that opened it, except wake().

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "payment/base/clock.h"
#include "payment/base/result.h"
#include "pos/text/font_files.h"
#include "pos/touch/ui.h"

namespace mulin::pos::touch {

struct WindowOptions {
    std::string title = "Mulin";
    int width = 1366;
    int height = 768;
    bool fullscreen = false;  // the whole of the first monitor, undecorated
    text::FontFiles fonts;
    std::optional<std::filesystem::path> hit_map_file;
    // Set by the program's signal handler: wait() then answers false within kStopMs. GLFW sleeps on
    // through signals, and nothing of it may be called in a handler.
    const volatile std::sig_atomic_t* stop = nullptr;
};

// A window that only shows: the diner's side.
struct SecondOptions {
    std::string title = "Mulin";
    int width = 1024;
    int height = 600;
    // 1 is the first monitor, 2 the second: the whole of it, undecorated. 0, or a monitor that is not
    // there: a window of this size on the right of the till's.
    int monitor = 0;
    std::optional<std::filesystem::path> hit_map_file;
};

class Window {
  public:
    // Fails with a sentence when there is no display or no OpenGL 3.
    static payment::Result<std::unique_ptr<Window>> open(const WindowOptions& options,
                                                         const payment::Clock& clock);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    // Sleeps until a frame is due. False: the window was closed. `deadline` is a monotonic
    // instant at which the picture changes by itself (the clock's next minute).
    bool wait(std::optional<payment::MonotonicInstant> deadline);
    Ui& begin_frame();
    void end_frame();
    // --- the second window; all of it between two frames of the first
    payment::Status open_second(const SecondOptions& options);
    // Its picture was damaged since the last call: something lay over it, or it was moved.
    bool second_exposed();
    Ui& begin_second();
    // False: draw it once more.
    bool end_second();
    // Asks for one more frame. Any thread.
    void wake();
    void close();

    // Whole codes that a scanner typed since the last call; never part of the typed text.
    std::vector<std::string> take_scans();
    // Number of presses and keys thrown away because they had queued up while the till was busy
    // for longer than kStaleMs: nothing may be confirmed by them. Since the last call.
    int take_dropped_input();
    static constexpr std::int64_t kStaleMs = 700;
    static constexpr std::int64_t kStopMs = 1000;

    std::uint64_t frames_drawn() const;
    // What is on the screen now, as PNG. After at least one frame.
    payment::Status save_png(const std::filesystem::path& path);

  private:
    struct Impl;
    explicit Window(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mulin::pos::touch
