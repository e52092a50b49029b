#include "payment/wechat/xml_fields.h"

#include <expat.h>

#include <memory>
#include <type_traits>

namespace mulin::payment {
namespace {

constexpr std::size_t kMostFields = 500;

struct Reader {
    XML_Parser parser = nullptr;
    FormFields fields;
    std::string name;
    std::string text;
    int depth = 0;
    bool refused = false;

    void refuse() {
        refused = true;
        XML_StopParser(parser, XML_FALSE);
    }
};

Reader& reader_of(void* user) { return *static_cast<Reader*>(user); }

void on_start(void* user, const char* name, const char** attributes) {
    Reader& reader = reader_of(user);
    ++reader.depth;
    if (attributes[0] != nullptr || reader.depth > 2 || (reader.depth == 1 && std::string_view(name) != "xml"))
        return reader.refuse();
    reader.name = name;
    reader.text.clear();
}

void on_end(void* user, const char*) {
    Reader& reader = reader_of(user);
    if (reader.depth == 2 && (reader.fields.size() >= kMostFields || !reader.fields.emplace(reader.name, reader.text).second))
        return reader.refuse();
    --reader.depth;
    reader.text.clear();
}

void on_text(void* user, const char* text, int size) {
    Reader& reader = reader_of(user);
    const std::string_view part(text, static_cast<std::size_t>(size));
    if (reader.depth == 2) {
        reader.text += part;
    } else if (part.find_first_not_of(" \t\r\n") != std::string_view::npos) {
        reader.refuse();
    }
}

void on_doctype(void* user, const char*, const char*, const char*, int) { reader_of(user).refuse(); }
void on_instruction(void* user, const char*, const char*) { reader_of(user).refuse(); }
void on_comment(void* user, const char*) { reader_of(user).refuse(); }

std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '&') out += "&amp;";
        else out += c;
    }
    return out;
}

}  // namespace

std::string write_xml(const FormFields& fields) {
    std::string out = "<xml>";
    for (const auto& [name, value] : fields)
        if (!value.empty()) out += '<' + name + '>' + escaped(value) + "</" + name + '>';
    return out + "</xml>";
}

std::optional<FormFields> parse_xml(std::string_view bytes) {
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
        XML_ParserCreate("UTF-8"), XML_ParserFree);
    if (!parser) return std::nullopt;
    Reader reader;
    reader.parser = parser.get();
    XML_SetUserData(parser.get(), &reader);
    XML_SetElementHandler(parser.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
    XML_SetProcessingInstructionHandler(parser.get(), on_instruction);
    XML_SetCommentHandler(parser.get(), on_comment);
    const auto status = XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), XML_TRUE);
    if (status != XML_STATUS_OK || reader.refused) return std::nullopt;
    return std::move(reader.fields);
}

}  // namespace mulin::payment
