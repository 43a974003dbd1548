# auricle_embed(TARGET NAME BASE FILES…): puts the files into the program; auricle::embedded::NAME() lists them with their path
# relative to BASE (platform/base/embedded.h).
function(auricle_embed target name base)
  set(unit ${CMAKE_BINARY_DIR}/generated/embedded_${name}.cpp)
  set(index 0)
  set(assembly "")
  set(declarations "")
  set(rows "")
  foreach(file ${ARGN})
    file(RELATIVE_PATH path ${base} ${file})
    set(symbol "auricle_${name}_${index}")
    string(APPEND assembly "${symbol}:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n.byte 0\\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND rows "      {\"${path}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${unit} @ONLY CONTENT
"#include \"platform/base/embedded.h\"
asm(\".pushsection .rodata\\n@assembly@.popsection\\n\");
@declarations@
namespace auricle::embedded {
const std::vector<File>& @name@() {
  static const std::vector<File> files = {
@rows@  };
  return files;
}
}  // namespace auricle::embedded
")
  set_source_files_properties(${unit} PROPERTIES OBJECT_DEPENDS "${ARGN}")
  target_sources(${target} PRIVATE ${unit})
endfunction()
