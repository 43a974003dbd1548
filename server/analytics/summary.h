#pragma once
// Inside this module: what samples and roll-ups of one figure add up to, by group.
#include "analytics/rollup_block.h"

namespace auricle::analytics {

class Summary {
 public:
  Summary(const Definition& definition, const Query& query);
  void add(const Sample& sample);                        // that passed the filters
  void add(const Block& block, clinic::LocalDay day);    // of a day of the period
  void add(const Totals& totals, clinic::LocalDay day);  // only of questions that ask for no more than site and day
  std::vector<Figure> figures();                         // one per group that occurs; without `by` exactly one

 private:
  struct Group {
    std::vector<GroupValue> values;
    Sums sums;
    std::int64_t provisional = 0;
    std::vector<std::int64_t> ms;
    Sketch sketch;
    void add(const Amount& amount, bool provisional_now);
  };
  class Rows;
  class Groups;
  Group& group(std::vector<GroupValue> values);
  static GroupValue of_day(Dimension dimension, clinic::LocalDay day);
  static void fill_percentiles(Figure& figure, Group& group);
  Figure figure_of(Group& group);

  const Definition& definition_;
  const Query& query_;
  std::map<std::vector<std::string>, Group> groups_;
};

}  // namespace auricle::analytics
