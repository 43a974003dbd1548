#pragma once
// A file that holds some room on the disk. When the disk is full it is given up, so that audit rows of reads can still
// be written, and no other write is tried until it could be taken back.
#include <cstdint>
#include <string>

namespace auricle::db {

class DiskReserve {
 public:
  explicit DiskReserve(std::string path);            // takes at most a twentieth of what is free
  bool held() const { return size_ == 0 || held_; }  // always true where nothing could be reserved at the start
  bool take_back();                                  // true if there is room again
  bool give_up();                                    // false if it was given up before

 private:
  bool allocate();
  std::string path_;
  std::int64_t size_ = 0;
  bool held_ = false;
};

}  // namespace auricle::db
