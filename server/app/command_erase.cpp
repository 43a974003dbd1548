// auricle erase patient ID --reason …
#include <fmt/format.h>

#include "app/cli.h"
#include "app/services.h"

namespace auricle::app {
namespace {

struct Given {
  std::int64_t patient = 0;
  std::string reason;
};

void erase(Invocation& run, const Given& given) {
  Services services(run.installation());
  const auto now = services.clock.now();
  const auto done = services.database.write_now(
      [&](db::Tx& tx) {
        return services.privacy.erase(Viewer::system_viewer("data_protection"), tx, PersonId{given.patient},
                                      given.reason, now);
      },
      db::Lane::bulk);
  if (!done)
    throw std::runtime_error(done.error().kind == ErrorKind::not_found
                                 ? "there is no patient with this id"
                                 : "a reason of at most 500 characters is needed");
  services.privacy.note_in_list(*done);
  services.sequencer.catch_up();
  while (services.feeder.run_once()) {
  }
  if (services.privacy.purge(services.database, services.clock.now()))
    fmt::print("Erased. No file of the installation holds the patient any more; the figures are as before.\n");
  else
    fmt::print("Erased. The search index is being written by the running server and follows within seconds.\n");
}

void add(CLI::App& app, Invocation& run) {
  auto given = std::make_shared<Given>();
  auto* command = app.add_subcommand("erase", "Erase a patient: rows, keys, search index; the figures stay");
  command->require_subcommand(1);
  auto* patient = command->add_subcommand("patient", "By id");
  patient->add_option("id", given->patient, "Id of the patient")->required();
  patient->add_option("--reason", given->reason, "Why (kept in the audit; no patient data)")->required();
  patient->callback([&run, given] { erase(run, *given); });
}

const Command registered{add};

}  // namespace
}  // namespace auricle::app
