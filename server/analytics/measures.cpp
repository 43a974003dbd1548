#include "analytics/measures.h"

#include <algorithm>
#include <stdexcept>

namespace auricle::analytics {

bool asks_for(const Query& query, Dimension dimension) {
  return std::find(query.by.begin(), query.by.end(), dimension) != query.by.end();
}

bool splits_by_person(const Query& query) { return query.agent || asks_for(query, Dimension::agent); }

bool passes(const Query& query, const Sample& sample) {
  if (query.site && *query.site != sample.site_id) return false;
  if (!query.all_sites && !query.sites.contains(sample.site_id)) return false;
  if (query.channel && *query.channel != sample.channel) return false;
  if (query.topic && *query.topic != sample.topic) return false;
  if (query.language && *query.language != sample.language) return false;
  if (query.priority && *query.priority != sample.priority) return false;
  if (query.queue && *query.queue != sample.queue_id) return false;
  if (query.service && *query.service != sample.service) return false;
  return !query.agent || *query.agent == sample.agent_id;
}

bool in_period(const Query& query, const Sample& sample) { return sample.day >= query.from && sample.day < query.to; }

Sample sample_at(const Query& query, const Places& places, SiteId own_site, Instant at) {
  Sample sample;
  sample.ended_at = at;
  sample.day = places.local_day(own_site, at);
  if (asks_for(query, Dimension::hour)) sample.hour = places.local_hour(own_site, at);
  return sample;
}

std::int64_t parameter_ms(const Definition& definition, const Query& query, std::string_view name) {
  for (const auto& parameter : definition.parameters) {
    if (parameter.name != name) continue;
    const auto asked = query.parameters.find(parameter.name);
    return 1000 * (asked == query.parameters.end() || !parameter.settable ? parameter.default_ : asked->second);
  }
  throw std::logic_error(definition.key + " has no parameter " + std::string(name));
}

}  // namespace auricle::analytics
