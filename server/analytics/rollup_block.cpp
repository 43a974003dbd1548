// Columns of samples as bytes. Everything is sorted: the same samples give the same bytes.
#include "analytics/rollup_block.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace auricle::analytics {
namespace {

constexpr std::size_t kNumbers = 7;  // counted, timed, settles, ms, score, weight, part
using Row = std::array<std::int64_t, kColumns.size() + kNumbers>;

void put_number(std::string& out, std::int64_t value) {
  auto bits = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  for (; bits > 127; bits >>= 7) out += static_cast<char>(bits | 128);
  out += static_cast<char>(bits);
}

class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}
  std::int64_t number() {
    std::uint64_t bits = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      bits |= static_cast<std::uint64_t>(byte & 127) << shift;
      if (byte < 128) break;
    }
    return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
  }
  std::size_t count() { return static_cast<std::size_t>(number()); }
  std::string_view take(std::size_t n) {
    if (n > rest_.size()) throw std::runtime_error("a roll-up is cut short: auricle rebuild rollups");
    const auto taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }
  Numbers numbers(std::size_t n) {
    const auto width = count();
    const auto base = number();
    return {base, static_cast<int>(width), take(width * n).data()};
  }

 private:
  std::string_view rest_;
};

template <class T>
void put_fixed(std::string& out, std::uint64_t value) {
  const auto narrow = static_cast<T>(value);
  out.append(reinterpret_cast<const char*>(&narrow), sizeof narrow);
}

// `of` gives the i-th of n numbers.
template <class Of>
void put_numbers(std::string& out, std::size_t n, const Of& of) {
  std::int64_t least = n ? of(0) : 0, most = least;
  for (std::size_t i = 0; i < n; ++i) {
    least = std::min(least, of(i));
    most = std::max(most, of(i));
  }
  const auto range = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
  const int width = range == 0 ? 0 : range < 0x100 ? 1 : range < 0x10000 ? 2 : range < 0x100000000 ? 4 : 8;
  put_number(out, width);
  put_number(out, width == 8 ? 0 : least);
  for (std::size_t i = 0; i < n && width; ++i) {
    const auto above = static_cast<std::uint64_t>(of(i)) - static_cast<std::uint64_t>(least);
    if (width == 1) put_fixed<std::uint8_t>(out, above);
    if (width == 2) put_fixed<std::uint16_t>(out, above);
    if (width == 4) put_fixed<std::uint32_t>(out, above);
    if (width == 8) put_fixed<std::uint64_t>(out, static_cast<std::uint64_t>(of(i)));
  }
}

void put_value(std::string& out, const GroupValue& value) {
  put_number(out, static_cast<std::int64_t>(value.index()));
  if (const auto* id = std::get_if<std::int64_t>(&value)) put_number(out, *id);
  if (const auto* text = std::get_if<std::string>(&value)) {
    put_number(out, static_cast<std::int64_t>(text->size()));
    out += *text;
  }
}

GroupValue take_value(Bytes& in) {
  const auto kind = in.number();
  if (kind == 1) return in.number();
  if (kind == 2) return std::string(in.take(in.count()));
  return nullptr;
}

struct Before {  // unknown first
  bool operator()(const GroupValue& a, const GroupValue& b) const {
    if (a.index() != b.index()) return a.index() < b.index();
    if (const auto* id = std::get_if<std::int64_t>(&a)) return *id < std::get<std::int64_t>(b);
    const auto* text = std::get_if<std::string>(&a);
    return text && *text < std::get<std::string>(b);
  }
};
using Dictionary = std::map<GroupValue, std::int64_t, Before>;

std::array<Dictionary, kColumns.size()> dictionaries(const std::vector<Sample>& samples) {
  std::array<Dictionary, kColumns.size()> all;
  for (std::size_t c = 0; c < kColumns.size(); ++c) {
    for (const auto& sample : samples) all[c].try_emplace(value_of(sample, kColumns[c]), 0);
    std::int64_t next = 0;
    for (auto& [value, index] : all[c]) index = next++;
  }
  return all;
}

Row row_of(const Sample& sample, const std::array<Dictionary, kColumns.size()>& dictionaries) {
  Row row;
  for (std::size_t c = 0; c < kColumns.size(); ++c) row[c] = dictionaries[c].at(value_of(sample, kColumns[c]));
  const Amount amount = amount_of(sample);
  auto* numbers = row.data() + kColumns.size();
  numbers[0] = amount.counted;
  numbers[1] = amount.ms.has_value();
  numbers[2] = amount.settles.ms;
  numbers[3] = amount.ms.value_or(0);
  numbers[4] = amount.score;
  numbers[5] = std::bit_cast<std::int64_t>(amount.weight);
  numbers[6] = std::bit_cast<std::int64_t>(amount.part);
  return row;
}

// Buckets grow by (1 + α) / (1 − α) with α = 1 %.
constexpr double kAlpha = 0.01, kGrowth = (1 + kAlpha) / (1 - kAlpha);
}  // namespace

Amount amount_of(const Sample& s) {
  return {s.counted, s.ms, s.score.value_or(-1), s.weight, s.part.value_or(s.counted ? s.weight : 0), s.settles};
}

const Block::Column& Block::column(Dimension dimension) const {
  for (std::size_t c = 0; c < kColumns.size(); ++c)
    if (kColumns[c] == dimension) return columns[c];
  throw std::logic_error("no column of roll-ups: " + std::string(enum_name(dimension)));
}

Amount Block::amount(std::size_t row) const {
  Amount amount;
  amount.counted = counted[row] != 0;
  if (timed[row]) amount.ms = ms[row];
  amount.score = static_cast<int>(score[row]);
  amount.weight = std::bit_cast<double>(weight[row]);
  amount.part = std::bit_cast<double>(part[row]);
  amount.settles = {settles[row]};
  return amount;
}

std::string write_block(const std::vector<Sample>& samples) {
  const auto known = dictionaries(samples);
  std::vector<Row> rows;
  rows.reserve(samples.size());
  for (const auto& sample : samples) rows.push_back(row_of(sample, known));
  std::sort(rows.begin(), rows.end());
  std::string out;
  put_number(out, static_cast<std::int64_t>(rows.size()));
  for (const auto& dictionary : known) {
    put_number(out, static_cast<std::int64_t>(dictionary.size()));
    for (const auto& [value, index] : dictionary) put_value(out, value);
  }
  for (std::size_t c = 0; c < std::tuple_size_v<Row>; ++c)
    put_numbers(out, rows.size(), [&](std::size_t i) { return rows[i][c]; });
  return out;
}

Block read_block(std::string_view bytes) {
  Bytes in(bytes);
  Block block;
  block.rows = in.count();
  for (auto& column : block.columns)
    for (auto n = in.count(); n > 0; --n) column.values.push_back(take_value(in));
  for (auto& column : block.columns) column.index = in.numbers(block.rows);
  for (auto* numbers :
       {&block.counted, &block.timed, &block.settles, &block.ms, &block.score, &block.weight, &block.part})
    *numbers = in.numbers(block.rows);
  return block;
}

void Sketch::add(std::int64_t ms) {
  static const double scale = 1 / std::log(kGrowth);
  put(ms <= 0 ? 0 : 1 + static_cast<std::size_t>(std::ceil(std::log(static_cast<double>(ms)) * scale)), 1);
}

void Sketch::add(const Sketch& other) {
  if (buckets_.size() < other.buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  n_ += other.n_;
}

void Sketch::put(std::size_t bucket, std::int64_t n) {
  if (buckets_.size() <= bucket) buckets_.resize(bucket + 1);
  buckets_[bucket] += n;
  n_ += n;
}

double Sketch::at(std::int64_t rank) const {
  for (std::size_t i = 0; i < buckets_.size(); ++i)
    if ((rank -= buckets_[i]) < 0)
      return i == 0 ? 0 : 2 * std::pow(kGrowth, static_cast<double>(i - 1)) / (kGrowth + 1) / 1000;
  return 0;
}

double Sketch::seconds(double p) const {
  const double rank = static_cast<double>(n_ - 1) * p;
  const auto below = static_cast<std::int64_t>(std::floor(rank));
  const double low = at(below);
  return low + (rank - static_cast<double>(below)) * (at(std::min(below + 1, n_ - 1)) - low);
}

void Sums::add(const Amount& a) {
  ++n;
  counted += a.counted;
  whole += a.weight;
  part += a.part;
  if (a.score >= 9) promoters += a.weight;
  if (a.score >= 0 && a.score <= 6) detractors += a.weight;
  if (!a.ms) return;
  ++timed;
  ms += *a.ms;
  longest = std::max(longest, *a.ms);
  shortest = std::min(shortest, *a.ms);
}

void Sums::add(const Sums& other) {
  n += other.n;
  counted += other.counted;
  timed += other.timed;
  ms += other.ms;
  longest = std::max(longest, other.longest);
  shortest = std::min(shortest, other.shortest);
  whole += other.whole;
  part += other.part;
  promoters += other.promoters;
  detractors += other.detractors;
}

namespace {

void put_buckets(std::string& out, const std::vector<std::int64_t>& buckets) {
  put_number(out, std::count_if(buckets.begin(), buckets.end(), [](std::int64_t n) { return n > 0; }));
  std::size_t before = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (buckets[i] == 0) continue;
    put_number(out, static_cast<std::int64_t>(i - std::exchange(before, i)));
    put_number(out, buckets[i]);
  }
}

}  // namespace

std::string write_totals(const Block& block) {
  std::map<GroupValue, SiteTotals, Before> sites;
  Instant settles{0};
  const auto& column = block.column(Dimension::site);
  for (std::size_t row = 0; row < block.rows; ++row) {
    auto& site = sites[column.values[static_cast<std::size_t>(column.index[row])]];
    const auto amount = block.amount(row);
    settles = std::max(settles, amount.settles);
    site.sums.add(amount);
    if (amount.ms) site.sketch.add(*amount.ms);
  }
  std::string out;
  put_number(out, settles.ms);
  put_number(out, static_cast<std::int64_t>(sites.size()));
  for (const auto& [id, site] : sites) {
    put_value(out, id);
    const auto& s = site.sums;
    for (const auto whole : {s.n, s.counted, s.timed, s.ms, s.longest, s.shortest}) put_number(out, whole);
    for (const auto real : {s.whole, s.part, s.promoters, s.detractors})
      put_fixed<std::uint64_t>(out, std::bit_cast<std::uint64_t>(real));
    put_buckets(out, site.sketch.buckets());
  }
  return out;
}

Totals read_totals(std::string_view bytes) {
  Bytes in(bytes);
  Totals totals;
  totals.settles = {in.number()};
  totals.sites.resize(in.count());
  for (auto& site : totals.sites) {
    const auto id = take_value(in);
    if (const auto* known = std::get_if<std::int64_t>(&id)) site.site_id = {*known};
    auto& s = site.sums;
    for (auto* whole : {&s.n, &s.counted, &s.timed, &s.ms, &s.longest, &s.shortest}) *whole = in.number();
    for (auto* real : {&s.whole, &s.part, &s.promoters, &s.detractors})
      std::memcpy(real, in.take(sizeof *real).data(), sizeof *real);
    std::size_t bucket = 0;
    for (auto n = in.count(); n > 0; --n) {
      bucket += in.count();
      site.sketch.put(bucket, in.number());
    }
  }
  return totals;
}

}  // namespace auricle::analytics
