#pragma once
// Everything the program is made of, built in this order (a member may use those above it) and ended in the reverse
// one.
#include "analytics/analytics.h"
#include "app/channels.h"
#include "app/installation.h"
#include "conversations/channel.h"
#include "conversations/conversations.h"
#include "conversations/delivery.h"
#include "patients/patients.h"
#include "platform/blobs/blobs.h"
#include "platform/events/bus.h"
#include "platform/events/sequencer.h"

namespace auricle::app {

struct Services {
  explicit Services(Installation& installation);

  db::Database& database;
  crypto::MasterKeyring& keyring;
  const Clock& clock;
  events::Bus bus;
  events::Sequencer sequencer;
  blobs::Blobs blobs;
  patients::Patients patients;
  conversations::Channels channels;
  conversations::Conversations conversations;
  PatientChannels patient_channels;
  conversations::DeliveryWorker delivery;
};

void add_listeners(Services& services);  // listeners.cpp: who hears what

}  // namespace auricle::app
