#include "sync/model/pinyin.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "payment/base/check.h"

namespace mulin::sync {
namespace {

struct Reading {
    const char* text;      // one or two characters
    const char* syllables; // tone digits, space-separated; '|' between two readings in use
};

// Surnames whose reading differs from the character's usual one, and the two-character surnames.
constexpr std::array kSurnames{
    Reading{"单", "shan4"}, Reading{"仇", "qiu2"}, Reading{"曾", "zeng1"}, Reading{"解", "xie4"},
    Reading{"查", "zha1"}, Reading{"盖", "ge3"}, Reading{"朴", "piao2"}, Reading{"区", "ou1"},
    Reading{"任", "ren2"}, Reading{"华", "hua4"}, Reading{"覃", "qin2|tan2"}, Reading{"乐", "yue4|le4"},
    Reading{"翟", "zhai2"}, Reading{"缪", "miao4"}, Reading{"员", "yun4"}, Reading{"逄", "pang2"},
    Reading{"种", "chong2"}, Reading{"秘", "bi4"}, Reading{"冼", "xian3"}, Reading{"洗", "xian3"},
    Reading{"折", "she2"}, Reading{"黑", "he4"}, Reading{"晟", "cheng2"}, Reading{"宓", "mi4|fu2"},
    Reading{"薄", "bo2"}, Reading{"谌", "chen2|shen4"}, Reading{"繁", "po2"}, Reading{"费", "fei4|bi4"},
    Reading{"过", "guo1"}, Reading{"郇", "xun2|huan2"}, Reading{"隗", "wei3|kui2"}, Reading{"牟", "mu4"},
    Reading{"那", "na1"}, Reading{"能", "nai4"}, Reading{"粘", "nian2"}, Reading{"祭", "zha4"},
    Reading{"莘", "shen1|xin1"}, Reading{"石", "shi2"}, Reading{"尉", "wei4"}, Reading{"相", "xiang4"},
    Reading{"燕", "yan1"}, Reading{"应", "ying1"}, Reading{"於", "yu1"}, Reading{"乜", "nie4"},
    Reading{"占", "zhan1"}, Reading{"叶", "ye4"}, Reading{"沈", "shen3"}, Reading{"召", "shao4|zhao4"},
    Reading{"宁", "ning4"}, Reading{"令", "ling2"}, Reading{"句", "gou1"}, Reading{"亓", "qi2"},
    Reading{"眭", "sui1"}, Reading{"訾", "zi1"}, Reading{"郗", "xi1|chi1"}, Reading{"厍", "she4"},
    Reading{"幺", "yao1"}, Reading{"哈", "ha3"}, Reading{"葛", "ge3"}, Reading{"纪", "ji3"},
    Reading{"喻", "yu4"}, Reading{"阚", "kan4"}, Reading{"车", "che1"}, Reading{"万", "wan4"},
    Reading{"柏", "bai3"}, Reading{"卜", "bu3"}, Reading{"褚", "chu3"}, Reading{"冯", "feng2"},
    Reading{"郝", "hao3"}, Reading{"佘", "she2"}, Reading{"贾", "jia3"}, Reading{"盛", "sheng4"},
    Reading{"臧", "zang1"}, Reading{"俞", "yu2"}, Reading{"贲", "ben1"}, Reading{"殷", "yin1"},
    Reading{"尉迟", "yu4 chi2"}, Reading{"万俟", "mo4 qi2"}, Reading{"单于", "chan2 yu2"},
    Reading{"长孙", "zhang3 sun1"}, Reading{"令狐", "ling2 hu2"}, Reading{"澹台", "tan2 tai2"},
    Reading{"鲜于", "xian1 yu2"}, Reading{"皇甫", "huang2 fu3"}, Reading{"亓官", "qi2 guan1"},
    Reading{"欧阳", "ou1 yang2"}, Reading{"司马", "si1 ma3"}, Reading{"上官", "shang4 guan1"},
    Reading{"诸葛", "zhu1 ge3"}, Reading{"夏侯", "xia4 hou2"}, Reading{"宇文", "yu3 wen2"},
    Reading{"司徒", "si1 tu2"}, Reading{"东方", "dong1 fang1"}, Reading{"独孤", "du2 gu1"},
    Reading{"南宫", "nan2 gong1"}, Reading{"慕容", "mu4 rong2"}, Reading{"公孙", "gong1 sun1"},
    Reading{"濮阳", "pu2 yang2"}, Reading{"申屠", "shen1 tu2"}, Reading{"淳于", "chun2 yu2"},
    Reading{"钟离", "zhong1 li2"}, Reading{"轩辕", "xuan1 yuan2"}, Reading{"呼延", "hu1 yan2"},
    Reading{"端木", "duan1 mu4"}, Reading{"赫连", "he4 lian2"}, Reading{"西门", "xi1 men2"},
    Reading{"司空", "si1 kong1"}, Reading{"闻人", "wen2 ren2"}, Reading{"太史", "tai4 shi3"},
};

// Given-name characters that people do read in two ways with different initials.
constexpr std::array kGivenNameReadings{
    Reading{"乐", "le4|yue4"},     Reading{"朝", "chao2|zhao1"}, Reading{"长", "chang2|zhang3"},
    Reading{"重", "zhong4|chong2"}, Reading{"行", "xing2|hang2"}, Reading{"传", "chuan2|zhuan4"},
    Reading{"降", "jiang4|xiang2"}, Reading{"盛", "sheng4|cheng2"}, Reading{"曾", "ceng2|zeng1"},
    Reading{"强", "qiang2|jiang4"}, Reading{"召", "zhao4|shao4"}, Reading{"晟", "sheng4|cheng2"},
    Reading{"茜", "xi1|qian4"},    Reading{"单", "dan1|shan4"},  Reading{"奇", "qi2|ji1"},
};

// Where ICU's reading of the single character is not the spoken one in what the till says.
constexpr std::array kPhrases{
    Reading{"应付", "ying4 fu4"},   Reading{"长白", "chang2 bai2"}, Reading{"长海", "chang2 hai3"},
    Reading{"长阳", "chang2 yang2"}, Reading{"长寿", "chang2 shou4"}, Reading{"音乐", "yin1 yue4"},
    Reading{"请稍等", "qing3 shao1 deng3"}, Reading{"便宜", "pian2 yi5"}, Reading{"谢谢", "xie4 xie5"},
};

icu::UnicodeString unicode(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
}

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

const icu::Transliterator& han_latin() {
    static const std::unique_ptr<icu::Transliterator> made = [] {
        UErrorCode error = U_ZERO_ERROR;
        std::unique_ptr<icu::Transliterator> one(
            icu::Transliterator::createInstance("Han-Latin", UTRANS_FORWARD, error));
        MULIN_CHECK(U_SUCCESS(error) && one != nullptr);
        return one;
    }();
    return *made;
}

bool is_han(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) != 0; }

// "shàn" to "shan4"; ü becomes v, no mark becomes 5.
std::string with_digit(const icu::UnicodeString& marked) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::UnicodeString split = icu::Normalizer2::getNFDInstance(error)->normalize(marked, error);
    std::string syllable;
    char tone = '5';
    for (int32_t i = 0; i < split.length(); ++i) {
        const char16_t c = split[i];
        if (c >= u'a' && c <= u'z') syllable += static_cast<char>(c);
        if (c == 0x0304) tone = '1';
        if (c == 0x0301) tone = '2';
        if (c == 0x030C) tone = '3';
        if (c == 0x0300) tone = '4';
        if (c == 0x0308 && !syllable.empty()) syllable.back() = 'v';
    }
    return syllable.empty() ? syllable : syllable + tone;
}

// "" when ICU does not know the character.
std::string usual_reading(UChar32 c) {
    icu::UnicodeString text(c);
    han_latin().transliterate(text);
    if (text.length() > 0 && is_han(text.char32At(0))) return "";
    return with_digit(text);
}

std::vector<std::string> cut(std::string_view text, char at) {
    std::vector<std::string> parts;
    while (true) {
        const auto end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// Longest entry of the table that the text starts with at `from`, or null.
template <std::size_t N>
const Reading* longest_match(const std::array<Reading, N>& table, const std::string& text, std::size_t from) {
    const Reading* best = nullptr;
    for (const Reading& entry : table) {
        const std::string_view key = entry.text;
        if (text.compare(from, key.size(), key) != 0) continue;
        if (best == nullptr || key.size() > std::string_view(best->text).size()) best = &entry;
    }
    return best;
}

struct NamePart {
    std::vector<std::string> readings;  // each one or more syllables
};

std::vector<std::string> given_readings(UChar32 c) {
    const std::string text = utf8(icu::UnicodeString(c));
    const Reading* known = longest_match(kGivenNameReadings, text, 0);
    if (known != nullptr) return cut(known->syllables, '|');
    return {usual_reading(c)};
}

void add_once(std::vector<std::string>& list, std::string value) {
    if (!value.empty() && std::find(list.begin(), list.end(), value) == list.end())
        list.push_back(std::move(value));
}

// The surname: the table's readings, then the usual reading of its characters.
NamePart surname_of(const std::string& name, std::size_t& used) {
    NamePart part;
    const Reading* known = longest_match(kSurnames, name, 0);
    const icu::UnicodeString all = unicode(name);
    std::size_t characters = 1;
    if (known != nullptr) {
        for (auto& reading : cut(known->syllables, '|')) add_once(part.readings, reading);
        characters = static_cast<std::size_t>(unicode(known->text).countChar32());
    }
    std::string usual;
    int32_t at = 0;
    for (std::size_t i = 0; i < characters; ++i) {
        const std::string one = usual_reading(all.char32At(at));
        if (!usual.empty() && !one.empty()) usual += ' ';
        usual += one;
        at = all.moveIndex32(at, 1);
    }
    add_once(part.readings, usual);
    used = utf8(all.tempSubString(0, at)).size();
    return part;
}

std::vector<NamePart> parts_of(std::string_view name) {
    std::vector<NamePart> parts;
    std::string text(name);
    const icu::UnicodeString first = unicode(text);
    std::size_t used = 0;
    if (first.length() > 0 && is_han(first.char32At(0))) parts.push_back(surname_of(text, used));
    const icu::UnicodeString rest = unicode(std::string_view(text).substr(used));
    for (int32_t i = 0; i < rest.length(); i = rest.moveIndex32(i, 1)) {
        const UChar32 c = rest.char32At(i);
        if (is_han(c)) parts.push_back({given_readings(c)});
        const UChar32 lower = u_tolower(c);
        if (lower >= 'a' && lower <= 'z') parts.push_back({{std::string(1, static_cast<char>(lower))}});
    }
    return parts;
}

std::string spoken_mark(UChar32 c, const std::string& raw) {
    switch (c) {
        case 0x3002: return ".";
        case 0xFF0C:
        case 0x3001: return ",";
        case 0xFF01: return "!";
        case 0xFF1F: return "?";
        default: return raw;
    }
}

std::string initials_of(const std::string& syllables) {
    std::string out;
    for (const auto& syllable : cut(syllables, ' ')) {
        if (!syllable.empty()) out += static_cast<char>(syllable[0] - 'a' + 'A');
    }
    return out;
}

std::vector<std::string> combine(const std::vector<std::string>& heads, const std::vector<std::string>& tails) {
    constexpr std::size_t kMostReadings = 8;
    std::vector<std::string> out;
    for (const auto& tail : tails) {
        for (const auto& head : heads) {
            if (out.size() < kMostReadings) add_once(out, head + initials_of(tail));
        }
    }
    return out;
}

}  // namespace

std::string pinyin_initials(std::string_view name) {
    std::vector<std::string> words{""};
    for (const auto& part : parts_of(name)) {
        auto longer = combine(words, part.readings);
        if (!longer.empty()) words = std::move(longer);
    }
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

std::string pinyin_of_name(std::string_view name) {
    std::string out;
    for (const auto& part : parts_of(name)) {
        if (part.readings.empty() || part.readings.front().empty()) continue;
        if (!out.empty()) out += ' ';
        out += part.readings.front();
    }
    return out;
}

std::string pinyin_with_tones(std::string_view sentence) {
    const std::string text(sentence);
    std::string out;
    bool in_word = false;  // the last piece was a letter or digit that stands for itself
    for (std::size_t at = 0; at < text.size();) {
        std::string piece;
        bool word = false;
        if (const Reading* phrase = longest_match(kPhrases, text, at)) {
            piece = phrase->syllables;
            at += std::string_view(phrase->text).size();
        } else {
            const UChar32 c = unicode(std::string_view(text).substr(at, 4)).char32At(0);
            const std::string raw = utf8(icu::UnicodeString(c));
            at += raw.empty() ? 1 : raw.size();
            piece = is_han(c) ? usual_reading(c) : spoken_mark(c, raw);
            word = !is_han(c) && u_isalnum(c);
        }
        if (piece.empty()) continue;
        if (!out.empty() && out.back() != ' ' && piece != " " && !(word && in_word)) out += ' ';
        out += piece;
        in_word = word;
    }
    return out;
}

}  // namespace mulin::sync
