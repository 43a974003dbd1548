# What is part of the program: texts and the description of the API.
get_filename_component(root ${CMAKE_SOURCE_DIR}/.. ABSOLUTE)
file(GLOB locale_files CONFIGURE_DEPENDS ${root}/locales/*/*.json)
auricle_embed(platform locales ${root}/locales ${locale_files})

find_program(NODE node PATHS ${root}/.tools/node_modules/.bin NO_DEFAULT_PATH)
find_program(NODE node REQUIRED)
file(GLOB api_files CONFIGURE_DEPENDS ${root}/api/*.yaml)
add_custom_command(
  OUTPUT ${root}/build/api/openapi.json
  COMMAND ${NODE} ${root}/tools/bundle-api.mjs
  DEPENDS ${api_files} ${root}/tools/bundle-api.mjs
  COMMENT "Bundling the description of the API" VERBATIM)
file(GLOB page_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/platform/http/docs/*)
auricle_embed(platform api ${root}/build/api ${root}/build/api/openapi.json)
auricle_embed(platform api_docs ${CMAKE_SOURCE_DIR}/platform/http/docs ${page_files})
file(GLOB migration_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.sql ${CMAKE_SOURCE_DIR}/migrations/*.registry.tsv)
auricle_embed(platform migrations ${CMAKE_SOURCE_DIR}/migrations ${migration_files})
