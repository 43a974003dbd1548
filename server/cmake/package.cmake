# cmake --install build/release [--prefix DIR] · ./dev package: a Debian package by CPack.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # what is packed has been built; tests and benchmarks need not be
set(packaging ${CMAKE_SOURCE_DIR}/../packaging)
set(documents ${CMAKE_SOURCE_DIR}/../docs)

install(TARGETS auricle DESTINATION lib/auricle)
install(DIRECTORY ${CMAKE_BINARY_DIR}/web DESTINATION lib/auricle)  # the program looks beside itself
install(CODE [[
  set(bin "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/bin")
  file(MAKE_DIRECTORY ${bin})
  file(CREATE_LINK ../lib/auricle/auricle ${bin}/auricle SYMBOLIC)
]])
foreach(unit auricle.service auricle-backup.service auricle-backup.timer)
  install(FILES ${packaging}/${unit} DESTINATION lib/systemd/system)
endforeach()
foreach(unit auricle.service auricle-backup.service)
  install(FILES ${packaging}/hardening.conf DESTINATION lib/systemd/system/${unit}.d)
endforeach()
install(FILES ${documents}/operations.md ${documents}/how-to/reverse-proxy.md ${CMAKE_SOURCE_DIR}/../LICENSE DESTINATION share/doc/auricle)
install(FILES ${packaging}/auricle.conf DESTINATION /etc/auricle)

file(STRINGS ${CMAKE_SOURCE_DIR}/app/version.h version REGEX "kVersion")
string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" CPACK_PACKAGE_VERSION ${version})
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME auricle)
set(CPACK_PACKAGE_CONTACT "Auricle")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "self-hosted patient service desk of a clinic")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, tzdata, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, nginx-light")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${packaging}/debian/postinst ${packaging}/debian/prerm ${packaging}/debian/postrm ${packaging}/debian/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
