# Makes one source file out of the console's page, so that the server carries it inside.
function(mulin_embed_console target folder)
  if(NOT TARGET ${target})
    return()
  endif()
  set(source "// Generated from ${folder}; edit the files there, not this.\n")
  string(APPEND source "#include \"sync/console/console_routes.h\"\nnamespace mulin::sync::server {\n")
  string(APPEND source "const std::vector<ConsoleFile> kConsoleFiles{\n")
  foreach(entry "/|index.html|text/html" "/texts.js|texts.js|text/javascript" "/console.js|console.js|text/javascript"
      "/today.js|today.js|text/javascript" "/exceptions.js|exceptions.js|text/javascript"
      "/claim.js|claim.js|text/javascript" "/search.js|search.js|text/javascript" "/records.js|records.js|text/javascript"
      "/console.css|console.css|text/css" "/mark.svg|mark.svg|image/svg+xml")
    string(REPLACE "|" ";" parts "${entry}")
    list(GET parts 0 path)
    list(GET parts 1 file)
    list(GET parts 2 type)
    file(READ ${folder}/${file} content)
    string(APPEND source
      "{\"${path}\", \"${type}; charset=utf-8\", R\"console(${content})console\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${file})
  endforeach()
  string(APPEND source "};\n}  // namespace mulin::sync::server\n")
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_console.cpp)
  file(CONFIGURE OUTPUT ${output} CONTENT "${source}" @ONLY)
  target_sources(${target} PRIVATE ${output})
endfunction()
