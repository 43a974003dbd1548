#pragma once
// Lines of a file, plain or gzip, read as a stream.
#include <memory>
#include <string>
#include <string_view>

namespace auricle::import {

class Lines {
 public:
  explicit Lines(const std::string& path);  // throws std::runtime_error if it cannot be read
  ~Lines();
  // The next line without its end; false at the end of the file. Valid until the next call.
  bool next(std::string_view& line);

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace auricle::import
