#pragma once
// A second desk below a path of the same address ("/practice/api/…"): its own routes, people, live channel and cookies.
// A request belongs to one of the two by its path alone, here and nowhere else.
#include <functional>
#include <memory>
#include <string>

#include "platform/http/dispatch.h"
#include "platform/http/live.h"

namespace auricle::http {

struct Desk {
  const Dispatcher& dispatcher;
  LiveHub& live;
};

struct Mount {
  std::string name;                                   // "practice"; "" for none
  std::function<std::shared_ptr<const Desk>()> find;  // null while there is no such desk; any thread
  bool has(std::string_view path) const;
};

// Path and cookies as the mounted desk knows them: the clinic's cookies never reach it.
void enter_mount(const Mount& mount, Request& request);
// Its cookies under a name and a path of their own: they never reach the clinic.
void leave_mount(const Mount& mount, Response& response);

}  // namespace auricle::http
