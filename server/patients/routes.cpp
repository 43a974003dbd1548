#include "patients/routes.h"

#include "platform/http/steps.h"

namespace auricle::patients {
namespace {

using namespace http;

PersonId person(const Context& ctx) { return {ctx.id()}; }
ContactPointId point(const Context& ctx) { return {ctx.id("contact_point_id")}; }
const auto kRead = Access::needs(Permission::patients_read);
const auto kWrite = Access::needs(Permission::patients_write);

Result<Timeline> timeline(const Patients& patients, const MaySee& may_see, Context& ctx, db::Session& session) {
  auto page = patients.timeline(ctx.viewer, session, person(ctx), query_of(ctx, "cursor"), limit_of(ctx, 30, 100));
  if (page) std::erase_if(page->items, [&](const TimelineEntry& one) { return !may_see(ctx.viewer, session, one); });
  return page;
}

void add_record_routes(Router& router, const Patients& patients, const MaySee& may_see) {
  router.add(Method::post, "/api/patients/search", "search_patients", kRead, [&](Context& ctx) {
    return read_body_only<PatientSearch>(
        ctx,
        [&](db::Session& s, const PatientSearch& body) {
          return patients.search(ctx.viewer, s, body.query, std::clamp(body.limit, 1, 50));
        },
        audit::Action::search, Pace::slow);
  });
  router.add(Method::post, "/api/patients/similar", "similar_patients", kRead, [&](Context& ctx) {
    return read_body_only<NewPatient>(
        ctx, [&](db::Session& s, const NewPatient& body) { return patients.similar(ctx.viewer, s, body); },
        audit::Action::search, Pace::slow);
  });
  router.add(Method::post, "/api/patients", "create_patient", kWrite, [&](Context& ctx) {
    return write_body<NewPatient>(
        ctx, [&](db::Tx& tx, const NewPatient& body) { return patients.create(ctx.viewer, tx, body); }, 201);
  });
  router.add(Method::get, "/api/patients/{id}", "get_patient", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return patients.get(ctx.viewer, s, person(ctx)); });
  });
  router.add(Method::patch, "/api/patients/{id}", "change_patient", kWrite, [&](Context& ctx) {
    return write_body<PatientChange>(
        ctx, [&](db::Tx& tx, const PatientChange& body) { return patients.change(ctx.viewer, tx, person(ctx), body); });
  });
  router.add(Method::get, "/api/patients/{id}/timeline", "patient_timeline", kRead, [&patients, may_see](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return timeline(patients, may_see, ctx, s); });
  });
}

void add_contact_routes(Router& router, const Patients& patients) {
  router.add(Method::post, "/api/patients/{id}/contact-points", "add_contact_point", kWrite, [&](Context& ctx) {
    return write_body<NewContactPoint>(
        ctx,
        [&](db::Tx& tx, const NewContactPoint& body) {
          return patients.add_contact_point(ctx.viewer, tx, person(ctx), body);
        },
        201);
  });
  router.add(Method::put, "/api/patients/{id}/contact-points/{contact_point_id}", "change_contact_point", kWrite,
             [&](Context& ctx) {
               return write_body<NewContactPoint>(ctx, [&](db::Tx& tx, const NewContactPoint& body) {
                 return patients.change_contact_point(ctx.viewer, tx, person(ctx), point(ctx), body);
               });
             });
  router.add(Method::delete_, "/api/patients/{id}/contact-points/{contact_point_id}", "remove_contact_point", kWrite,
             [&](Context& ctx) {
               return write_only(ctx, [&](db::Tx& tx) {
                 return patients.remove_contact_point(ctx.viewer, tx, person(ctx), point(ctx));
               });
             });
  router.add(Method::put, "/api/patients/{id}/contact-points/{contact_point_id}/verification", "verify_contact_point",
             kWrite, [&](Context& ctx) {
               return write_body<Verification>(ctx, [&](db::Tx& tx, const Verification& body) {
                 return patients.verify_contact_point(ctx.viewer, tx, person(ctx), point(ctx), body);
               });
             });
}

void add_relationship_routes(Router& router, const Patients& patients) {
  router.add(Method::post, "/api/patients/{id}/relationships", "add_relationship", kWrite, [&](Context& ctx) {
    return write_body<NewRelationship>(
        ctx,
        [&](db::Tx& tx, const NewRelationship& body) {
          return patients.add_relationship(ctx.viewer, tx, person(ctx), body);
        },
        201);
  });
  router.add(Method::put, "/api/patients/{id}/relationships/{relationship_id}", "change_relationship", kWrite,
             [&](Context& ctx) {
               return write_body<NewRelationship>(ctx, [&](db::Tx& tx, const NewRelationship& body) {
                 return patients.change_relationship(ctx.viewer, tx, person(ctx), {ctx.id("relationship_id")}, body);
               });
             });
  router.add(Method::delete_, "/api/patients/{id}/relationships/{relationship_id}", "remove_relationship", kWrite,
             [&](Context& ctx) {
               return write_only(ctx, [&](db::Tx& tx) {
                 return patients.remove_relationship(ctx.viewer, tx, person(ctx), {ctx.id("relationship_id")});
               });
             });
  router.add(Method::post, "/api/patients/{id}/identifiers", "add_identifier", kWrite, [&](Context& ctx) {
    return write_body<NewIdentifier>(
        ctx,
        [&](db::Tx& tx, const NewIdentifier& body) {
          return patients.add_identifier(ctx.viewer, tx, person(ctx), body);
        },
        201);
  });
  router.add(Method::delete_, "/api/patients/{id}/identifiers/{identifier_id}", "remove_identifier", kWrite,
             [&](Context& ctx) {
               return write_only(ctx, [&](db::Tx& tx) {
                 return patients.remove_identifier(ctx.viewer, tx, person(ctx), {ctx.id("identifier_id")});
               });
             });
  router.add(Method::put, "/api/patients/{id}/needs", "set_needs", kWrite, [&](Context& ctx) {
    return write_body<Needs>(
        ctx, [&](db::Tx& tx, const Needs& body) { return patients.set_needs(ctx.viewer, tx, person(ctx), body); });
  });
}

void add_duplicate_routes(Router& router, const Patients& patients) {
  router.add(Method::get, "/api/patients/{id}/similar", "similar_to_patient", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return patients.similar(ctx.viewer, s, person(ctx)); });
  });
  router.add(Method::get, "/api/patient-suspects", "list_patient_suspects", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) {
      return patients.suspects(ctx.viewer, s, query_of(ctx, "cursor"), limit_of(ctx, 30, 100));
    });
  });
  router.add(Method::put, "/api/patient-suspects/{suspect_id}", "decide_patient_suspect", kWrite, [&](Context& ctx) {
    return write_body<SuspectDecision>(ctx, [&](db::Tx& tx, const SuspectDecision& body) {
      return patients.decide(ctx.viewer, tx, ctx.id("suspect_id"), body.state);
    });
  });
  router.add(Method::post, "/api/patients/{id}/merge", "merge_patient", kWrite, [&](Context& ctx) {
    return write_body<NewMerge>(
        ctx, [&](db::Tx& tx, const NewMerge& body) { return patients.merge(ctx.viewer, tx, person(ctx), body); });
  });
  router.add(Method::get, "/api/patients/{id}/merges", "list_patient_merges", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return patients.merges(ctx.viewer, s, person(ctx)); });
  });
  router.add(
      Method::post, "/api/patients/{id}/merges/{merge_id}/undo", "undo_patient_merge", kWrite, [&](Context& ctx) {
        return write_only(
            ctx, [&](db::Tx& tx) { return patients.undo_merge(ctx.viewer, tx, person(ctx), ctx.id("merge_id")); });
      });
}

void add_note_routes(Router& router, const Patients& patients) {
  router.add(Method::get, "/api/patients/{id}/notes", "list_patient_notes", kRead, [&](Context& ctx) {
    return read_only(ctx, [&](db::Session& s) { return patients.notes(ctx.viewer, s, person(ctx)); });
  });
  router.add(Method::post, "/api/patients/{id}/notes", "add_patient_note", kWrite, [&](Context& ctx) {
    return write_body<NewPatientNote>(
        ctx,
        [&](db::Tx& tx, const NewPatientNote& body) {
          return patients.add_note(ctx.viewer, tx, person(ctx), body.text);
        },
        201);
  });
  router.add(Method::put, "/api/patients/{id}/notes/{note_id}", "change_patient_note", kWrite, [&](Context& ctx) {
    return write_body<NewPatientNote>(ctx, [&](db::Tx& tx, const NewPatientNote& body) {
      return patients.change_note(ctx.viewer, tx, person(ctx), {ctx.id("note_id")}, body.text);
    });
  });
  router.add(Method::delete_, "/api/patients/{id}/notes/{note_id}", "remove_patient_note", kWrite, [&](Context& ctx) {
    return write_only(
        ctx, [&](db::Tx& tx) { return patients.remove_note(ctx.viewer, tx, person(ctx), {ctx.id("note_id")}); });
  });
}

}  // namespace

void add_routes(Router& router, const Patients& patients, const MaySee& may_see) {
  add_record_routes(router, patients, may_see);
  add_contact_routes(router, patients);
  add_relationship_routes(router, patients);
  add_duplicate_routes(router, patients);
  add_note_routes(router, patients);
}

}  // namespace auricle::patients
