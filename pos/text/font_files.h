#pragma once
// Where the fonts lie. Debian: fonts-noto-cjk (a collection; face 2 is Simplified Chinese) and
// fonts-hanazono for names outside the Basic Multilingual Plane.

#include <string>
#include <vector>

namespace mulin::pos::text {

struct FontFile {
    std::string path;
    int face = 0;
};

struct FontFiles {
    FontFile regular{"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2};
    FontFile bold{"/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 2};
    // Asked in this order for a character that the two above lack; a missing file is passed over.
    std::vector<FontFile> rare{{"/usr/share/fonts/truetype/hanazono/HanaMinB.ttf", 0},
                               {"/usr/share/fonts/truetype/hanazono/HanaMinA.ttf", 0}};
};

}  // namespace mulin::pos::text
