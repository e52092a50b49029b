#pragma once
// How a Chinese name or sentence sounds, in Latin letters. Surnames that are read in their own way
// (单 Shan, 仇 Qiu, 曾 Zeng, 尉迟 Yuchi) come from a table; everything else from ICU's Han-Latin.
// Any thread; the first call builds the tables.

#include <string>
#include <string_view>

namespace mulin::sync {

// Initials for lookup, upper case, one word per reading, the surname's reading first: 单秀英 gives
// "SXY DXY". Characters ICU cannot read are left out; Latin letters stand for themselves. Empty when
// nothing can be read.
std::string pinyin_initials(std::string_view name);

// The whole name for reading aloud, surname right: 单秀英 gives "shan4 xiu4 ying1". Neutral tone is 5.
std::string pinyin_of_name(std::string_view name);

// Any sentence, syllables with tone digits, punctuation kept, other text unchanged:
// "应付十二元。" gives "ying4 fu4 shi2 er4 yuan2 ." Rare characters ICU cannot read are left out.
std::string pinyin_with_tones(std::string_view sentence);

}  // namespace mulin::sync
