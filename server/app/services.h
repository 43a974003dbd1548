#pragma once
// Everything the program is made of, built in this order (a member may use those above it) and ended in the reverse
// one.
#include <memory>

#include "analytics/analytics.h"
#include "app/channels.h"
#include "app/installation.h"
#include "conversations/conversations.h"
#include "conversations/delivery.h"
#include "conversations/search.h"
#include "patients/intake.h"
#include "patients/patients.h"
#include "platform/audit/seal.h"
#include "platform/blobs/blobs.h"
#include "platform/events/bus.h"
#include "platform/events/sequencer.h"
#include "platform/jobs/jobs.h"
#include "platform/search/feeder.h"
#include "platform/search/index.h"
#include "privacy/privacy.h"
#include "team/routes.h"
#include "team/team.h"

namespace auricle::app {

struct Services {
  explicit Services(Installation& installation, World world = World::clinic);

  db::Database& database;
  const std::string public_url;  // without a slash at the end; "" when not configured
  crypto::MasterKeyring& keyring;
  const Clock& clock;
  events::Bus bus;
  events::Sequencer sequencer;
  jobs::Runner runner;
  audit::Sealer sealer;
  blobs::Blobs blobs;
  team::Team team;
  std::shared_ptr<team::SessionCache> sessions;
  patients::Patients patients;
  patients::Intaking intaking;
  conversations::Channels channels;
  conversations::Conversations conversations;
  std::unique_ptr<search::Index> index;
  search::Feeder feeder;
  conversations::Search search;
  PatientChannels patient_channels;
  conversations::DeliveryWorker delivery;
  privacy::Privacy privacy;
  analytics::Rollups rollups;
};

void add_listeners(Services& services);  // listeners.cpp: who hears what

}  // namespace auricle::app
