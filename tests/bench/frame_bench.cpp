// What a frame costs.
//   frame_bench [FRAMES]             CPU of the fullest screen at 1920x1080, draw lists built, nothing shown
//   xvfb-run -a -s "-screen 0 1920x1080x24" frame_bench FRAMES window
//                                    also frames drawn while idle for 10 s, and start to first frame
//                                    over an empty ImGui window with the same fonts
// The program starts itself for the starts: frame_bench start-till | start-floor.
#include <ctime>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include "payment/base/clock.h"
#include "pos/touch/surface.h"
#include "pos/touch/window.h"
#include "tests/pos/touch/samples.h"

namespace {

using namespace mulin;

double cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double percentile(std::vector<double> values, double part) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

pos::text::Catalogue words() {
    auto loaded = pos::text::Catalogue::load("assets/text", pos::text::Language::zh_cn);
    if (!loaded) {
        std::fprintf(stderr, "%s Run it from the root of the tree.\n", loaded.error().message.c_str());
        std::exit(3);
    }
    return std::move(*loaded);
}

// CPU per frame of `draw`, the first frames left out: they rasterise the characters.
template <class Draw>
std::vector<double> frame_costs(pos::touch::Surface& surface, int frames, const Draw& draw) {
    std::vector<double> costs;
    for (int i = -5; i < frames; ++i) {
        pos::touch::FrameInput input;
        input.now_ms = 16 * (i + 6);
        const double start = cpu_ms();
        draw(surface.begin({1920, 1080}, input));
        surface.end();
        if (i >= 0) costs.push_back(cpu_ms() - start);
    }
    return costs;
}

void bench_cpu(int frames) {
    const auto catalogue = words();
    auto surface = pos::touch::Surface::open({});
    if (!surface) std::exit(3);
    const tests::Sample sample = tests::fullest_sample();
    const auto full = frame_costs(**surface, frames, [&](pos::touch::Ui& ui) { sample.draw(ui, catalogue); });
    const int vertices = (*surface)->vertex_count();
    const auto empty = frame_costs(**surface, frames, [](pos::touch::Ui&) {});
    std::printf("fullest screen 1920x1080: CPU p50 %.3f ms, p99 %.3f ms (aim 1 ms), %d vertices\n", percentile(full, 0.5),
                percentile(full, 0.99), vertices);
    std::printf("floor, an empty frame:    CPU p50 %.3f ms, p99 %.3f ms; ratio of p50 %.1f\n", percentile(empty, 0.5),
                percentile(empty, 0.99), percentile(full, 0.5) / percentile(empty, 0.5));
}

void bench_idle() {
    const auto catalogue = words();
    const payment::SystemClock clock;
    auto window = pos::touch::Window::open({}, clock);
    if (!window) std::exit(3);
    const tests::Sample sample = tests::fullest_sample();
    const auto serve_until = [&](std::int64_t end) {
        while (clock.monotonic().ms < end && (*window)->wait(payment::MonotonicInstant{end})) {
            if (clock.monotonic().ms >= end) return;
            sample.draw((*window)->begin_frame(), catalogue);
            (*window)->end_frame();
        }
    };
    serve_until(clock.monotonic().ms + 500);
    const std::uint64_t frames = (*window)->frames_drawn();
    const double cpu = cpu_ms();
    serve_until(clock.monotonic().ms + 10'000);
    std::printf("idle for 10 s: %llu frames drawn, %.2f ms CPU\n",
                static_cast<unsigned long long>((*window)->frames_drawn() - frames), cpu_ms() - cpu);
}

long resident_mib() {
    std::ifstream statm("/proc/self/statm");
    long size = 0;
    long resident = 0;
    statm >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

int start_till() {
    const auto catalogue = words();
    const payment::SystemClock clock;
    auto window = pos::touch::Window::open({}, clock);
    if (!window) return 3;
    tests::fullest_sample().draw((*window)->begin_frame(), catalogue);
    (*window)->end_frame();
    std::printf("%ld\n", resident_mib());
    std::fflush(stdout);
    std::_Exit(0);
}

// Regular and bold with the characters of the same screen, as ImGui builds them, and nothing drawn.
int start_floor() {
    glfwSetErrorCallback([](int, const char* text) { std::fprintf(stderr, "glfw: %s\n", text); });
    if (!glfwInit()) return 3;
    GLFWwindow* window = glfwCreateWindow(1366, 768, "floor", nullptr, nullptr);
    if (!window) return 3;
    glfwMakeContextCurrent(window);
    ImGui::CreateContext();
    ImGui_ImplGlfw_InitForOpenGL(window, true);
    ImGui_ImplOpenGL3_Init(nullptr);
    ImFontGlyphRangesBuilder builder;
    ImGuiIO& io = ImGui::GetIO();
    builder.AddRanges(io.Fonts->GetGlyphRangesDefault());
    const auto catalogue = words();
    for (std::size_t i = 0; i < pos::text::kMessageCount; ++i)
        builder.AddText(std::string(catalogue(static_cast<pos::text::Msg>(i))).c_str());
    ImVector<ImWchar> ranges;
    builder.BuildRanges(&ranges);
    ImFontConfig config;
    config.FontNo = 2;
    const pos::text::FontFiles files;
    for (const auto& file : {files.regular, files.bold})
        io.Fonts->AddFontFromFileTTF(file.path.c_str(), 20, &config, ranges.Data);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    glfwSwapBuffers(window);
    std::printf("%ld\n", resident_mib());
    std::fflush(stdout);
    std::_Exit(0);
}

struct Start {
    double ms = 0;
    long mib = 0;
};

Start start(const std::string& program, const char* what) {
    const auto before = std::chrono::steady_clock::now();
    FILE* child = popen((program + " " + what).c_str(), "r");
    Start result;
    if (!child || std::fscanf(child, "%ld", &result.mib) != 1) std::exit(3);
    result.ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count();
    pclose(child);
    return result;
}

void bench_start(const std::string& program) {
    std::vector<double> till;
    std::vector<double> floor;
    Start last_till;
    Start last_floor;
    for (int i = 0; i < 9; ++i) {
        till.push_back((last_till = start(program, "start-till")).ms);
        floor.push_back((last_floor = start(program, "start-floor")).ms);
    }
    const double a = percentile(till, 0.5);
    const double b = percentile(floor, 0.5);
    std::printf("start to first frame: %.0f ms, %ld MiB; empty window with the same fonts: %.0f ms, %ld MiB; ratio %.2f (aim 1.5)\n",
                a, last_till.mib, b, last_floor.mib, a / b);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string first = argc > 1 ? argv[1] : "2000";
    if (first == "start-till") return start_till();
    if (first == "start-floor") return start_floor();
    bench_cpu(std::max(10, std::atoi(first.c_str())));
    if (argc > 2 && std::string(argv[2]) == "window") {
        bench_idle();
        bench_start(argv[0]);
    }
    return 0;
}
