// Opens a real window, draws every sample in both languages and saves the pictures.
//   mulin-gallery DIR [WxH] [name part]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "payment/base/clock.h"
#include "pos/touch/window.h"
#include "tests/pos/touch/samples.h"

namespace {

using namespace mulin;

int fail(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    return 1;
}

payment::Status save(pos::touch::Window& window, const tests::Sample& sample, const pos::text::Catalogue& words,
                     const std::filesystem::path& path) {
    for (int i = 0; i < 2; ++i) {
        sample.draw(window.begin_frame(), words);
        window.end_frame();
    }
    return window.save_png(path);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return fail("usage: mulin-gallery DIR [WxH] [name part]");
    pos::touch::WindowOptions options;
    const std::string size = argc > 2 ? argv[2] : "1366x768";
    if (std::sscanf(size.c_str(), "%dx%d", &options.width, &options.height) != 2) return fail("size is WxH");
    const std::string part = argc > 3 ? argv[3] : "";
    payment::SystemClock clock;
    auto window = pos::touch::Window::open(options, clock);
    if (!window) return fail(window.error().message);
    std::filesystem::create_directories(argv[1]);
    for (const auto language : {pos::text::Language::zh_cn, pos::text::Language::en}) {
        auto words = pos::text::Catalogue::load("assets/text", language);
        if (!words) return fail(words.error().message);
        for (const tests::Sample& sample : tests::samples()) {
            if (sample.name.find(part) == std::string::npos) continue;
            const std::string name = sample.name + "-" + pos::text::language_name(language) + "-" + size + ".png";
            if (auto saved = save(**window, sample, *words, std::filesystem::path(argv[1]) / name); !saved)
                return fail(saved.error().message);
        }
    }
    return 0;
}
