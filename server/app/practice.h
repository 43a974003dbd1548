#pragma once
// Practice: a second, invented clinic below /practice, in a folder, database and key of its own, with no way out to
// anybody (docs/decisions). One is made when somebody first wants to practise; begun afresh or ended it is a new folder
// or none.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "app/installation.h"
#include "platform/http/mount.h"

namespace auricle::app {

class Practice {
 public:
  explicit Practice(Installation& clinic);  // outlives the server that mounts it
  ~Practice();
  void start();  // opens what an earlier run prepared
  http::Mount mount();
  void add_routes(http::Router& router);  // of the clinic: enter, begin afresh, end

  enum class State { none, preparing, ready, failed };

 private:
  struct Place;
  std::shared_ptr<Place> current() const;
  State state() const;
  void prepare();
  void end();
  void work();
  std::shared_ptr<Place> make();
  std::shared_ptr<Place> open(const std::string& folder);
  std::string invent();
  void keep_only(const std::string& folder) const;
  http::Handler enter_handler();

  Installation& clinic_;
  const std::string root_;  // DATA/practice; each clinic a folder in it
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Place> current_;
  std::vector<Place*> left_;  // by the last who used them
  State state_ = State::none;
  bool wanted_ = false, unwanted_ = false, stopping_ = false;
  std::thread thread_;
};
BOOST_DESCRIBE_ENUM(Practice::State, none, preparing, ready, failed)

}  // namespace auricle::app
