#pragma once
// Inside this module: the samples of one figure on one local day, in columns; and their sums.
#include <array>

#include "analytics/measures.h"

namespace auricle::analytics {

// Which samples of a figure: by the clock, and whether it is shared out by person.
int variant_of(const Definition& definition, const Query& query);
std::vector<int> variants_of(const Definition& definition);
inline constexpr int kBusiness = 1, kByPerson = 2;  // bits

// What a sample can be told apart by, but for its day.
inline constexpr std::array kColumns = {Dimension::site,     Dimension::channel,  Dimension::agent, Dimension::topic,
                                        Dimension::language, Dimension::priority, Dimension::queue, Dimension::service,
                                        Dimension::standard, Dimension::hour};
GroupValue value_of(const Sample& sample, Dimension dimension);

// Whole numbers of 0, 1, 2, 4 or 8 bytes over a base, read where they lie.
class Numbers {
 public:
  Numbers() = default;
  Numbers(std::int64_t base, int width, const char* data) : base_(base), width_(width), data_(data) {}
  bool constant() const { return width_ == 0; }
  std::int64_t operator[](std::size_t i) const {
    switch (width_) {
      case 0:
        return base_;
      case 1:
        return base_ + static_cast<unsigned char>(data_[i]);
      case 2:
        return base_ + load<std::uint16_t>(i);
      case 4:
        return base_ + load<std::uint32_t>(i);
      default:
        return load<std::int64_t>(i);
    }
  }

 private:
  template <class T>
  T load(std::size_t i) const {
    T value;
    std::memcpy(&value, data_ + i * sizeof(T), sizeof(T));
    return value;
  }
  std::int64_t base_ = 0;
  int width_ = 0;
  const char* data_ = nullptr;
};

// What a sample adds to a figure.
struct Amount {
  bool counted = true;
  std::optional<std::int64_t> ms;
  int score = -1;  // none
  double weight = 1, part = 0;
  Instant settles;
};
Amount amount_of(const Sample& sample);

struct Block {  // looks into the bytes it was read from
  struct Column {
    std::vector<GroupValue> values;
    Numbers index;
  };
  std::size_t rows = 0;
  std::array<Column, kColumns.size()> columns;
  Numbers counted, timed, settles, ms, score, weight, part;  // weight and part are bits of doubles
  const Column& column(Dimension dimension) const;
  Amount amount(std::size_t row) const;
};
std::string write_block(const std::vector<Sample>& samples);  // the same bytes whatever the order
Block read_block(std::string_view bytes);

// Counts of values in buckets that grow by 2 %: any percentile is within 1 % of the exact one (DDSketch, 2019).
class Sketch {
 public:
  void add(std::int64_t ms);
  void add(const Sketch& other);
  void put(std::size_t bucket, std::int64_t n);
  double seconds(double p) const;  // R's type 7 over the middles of buckets
  std::int64_t n() const { return n_; }
  const std::vector<std::int64_t>& buckets() const { return buckets_; }

 private:
  double at(std::int64_t rank) const;
  std::vector<std::int64_t> buckets_;  // the first: no time at all
  std::int64_t n_ = 0;
};

// What figures need of many samples. Sums of milliseconds are whole: the order does not matter.
struct Sums {
  std::int64_t n = 0, counted = 0, timed = 0, ms = 0, longest = INT64_MIN, shortest = INT64_MAX;
  double whole = 0, part = 0, promoters = 0, detractors = 0;
  void add(const Amount& amount);
  void add(const Sums& other);
};
struct SiteTotals {
  SiteId site_id;
  Sums sums;
  Sketch sketch;
};
struct Totals {
  Instant settles;  // of the last sample that does
  std::vector<SiteTotals> sites;
};
std::string write_totals(const Block& block);
Totals read_totals(std::string_view bytes);

}  // namespace auricle::analytics
