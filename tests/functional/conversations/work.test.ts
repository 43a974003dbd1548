// Work on cases over HTTP: rearranging, many at once, saved views, what changed meanwhile.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server.ts';

onBothDatabases('work on cases', (database) => {
  let server: Server;
  let lucia: Client;
  let pau: Client;
  let site: number;
  let patient: any;
  beforeAll(async () => {
    server = await startServer({ database });
    const admin = await server.first_administrator();
    site = (await admin.get('/api/sites')).body.items[0].id;
    lucia = await server.sign_in(admin, 'lucia@clinic.example', ['agent']);
    pau = await server.sign_in(admin, 'pau@clinic.example', ['agent']);
    patient = (
      await lucia.post('/api/patients', {
        given_name: 'Camille',
        family_name: 'Lefèvre',
        contact_points: [{ system: 'email', value: 'camille@example.org' }],
      })
    ).body;
  });
  afterAll(() => server.stop());

  const open = async (title: string) =>
    (
      await lucia.post('/api/cases', {
        site_id: site,
        patient_id: patient.id,
        title,
        note: `Nota de ${title}`,
        start: { channel: 'email', contact_point_id: patient.contact_points[0].id, unverified_reason: 'Por teléfono' },
      })
    ).body;
  const undo = (client: Client, answer: any) =>
    client.send<any>(answer.undo.method.toUpperCase(), answer.undo.path, answer.undo.body ?? undefined);

  it('merges two cases of a patient and takes it back', async () => {
    const one = await open('Factura');
    const other = await open('La misma factura');
    const merged = await lucia.post(`/api/cases/${other.id}/merge`, { into_case_id: one.id });
    expect(merged.status).toBe(200);
    expect(merged.body.case).toMatchObject({ id: one.id, state: 'open' });
    expect(merged.body.case.conversations).toHaveLength(2);
    expect(merged.body.case.links).toMatchObject([{ case_id: other.id, kind: 'merged', state: 'resolved' }]);
    const texts = async (id: number) =>
      (await lucia.get(`/api/cases/${id}/messages`)).body.items
        .filter((item: any) => item.kind === 'note')
        .map((item: any) => item.text)
        .sort();
    expect(await texts(one.id)).toEqual(['Nota de Factura', 'Nota de La misma factura']);
    const back = await undo(lucia, merged.body);
    expect(back.body.case).toMatchObject({ id: other.id, state: 'open', merged_into_case_id: null });
    expect(await texts(other.id)).toEqual(['Nota de La misma factura']);
  });

  it('moves a conversation and links cases', async () => {
    const one = await open('Uno');
    const other = await open('Otro');
    const moved = await lucia.post(`/api/conversations/${one.conversations[0].id}/move`, { case_id: other.id });
    expect(moved.body.case.conversations).toHaveLength(2);
    expect((await undo(lucia, moved.body)).body.case.conversations).toHaveLength(1);
    const linked = await lucia.post(`/api/cases/${one.id}/links`, { case_id: other.id });
    expect(linked.status).toBe(200);
    expect((await lucia.delete(`/api/cases/${one.id}/links/${other.id}`)).body.case.links).toEqual([]);
  });

  it('refuses a change decided on an older version and shows the case as it is', async () => {
    const shown = await open('Colisión');
    const version = { 'If-Match': `"${shown.version}"` };
    const first = await lucia.send<any>('POST', `/api/cases/${shown.id}/priority`, { priority: 'high' }, version);
    expect(first.status).toBe(200);
    const second = await pau.send<any>('POST', `/api/cases/${shown.id}/priority`, { priority: 'low' }, version);
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({
      key: 'error.conversations.changed_meanwhile',
      case: { id: shown.id, priority: 'high' },
    });
  });

  it('changes many at once, each with its outcome, and takes all back by one request', async () => {
    const cases = [await open('A'), await open('B'), await open('C')];
    const me = (await lucia.get('/api/account')).body.id;
    const changes = [
      ...cases.map((one) => ({ case_id: one.id, action: 'assign', assignee_id: me })),
      { case_id: 999999, action: 'assign', assignee_id: me },
      { case_id: cases[0].id, action: 'snooze', until: '2001-01-01T00:00:00Z' },
    ];
    const done = await lucia.post('/api/cases/bulk', { changes });
    expect(done.status).toBe(200);
    expect(done.body.items.map((item: any) => item.error)).toEqual([
      null,
      null,
      null,
      'error.not_found',
      'error.conversations.time_in_past',
    ]);
    const mine = async () => (await lucia.get('/api/cases?assignee=me&limit=100')).body.items.map((one: any) => one.id);
    expect(await mine()).toEqual(expect.arrayContaining(cases.map((one) => one.id)));
    expect((await undo(lucia, done.body)).body.items.every((item: any) => item.changed)).toBe(true);
    expect(await mine()).toEqual([]);
  });

  it('keeps filters, for oneself and shared', async () => {
    const shown = await open('Urgente');
    await lucia.post(`/api/cases/${shown.id}/priority`, { priority: 'urgent' });
    const saved = await lucia.post('/api/case-views', {
      name: 'Urgentes',
      shared: true,
      filter: { priority: 'urgent', assignee: 'none' },
    });
    expect(saved.status).toBe(201);
    expect(saved.body.count).toBe(1);
    const seen = (await pau.get('/api/case-views')).body.items;
    expect(seen).toMatchObject([{ id: saved.body.id, name: 'Urgentes', mine: false }]);
    const rows = (await pau.get(`/api/cases?saved_view_id=${saved.body.id}`)).body.items;
    expect(rows.map((row: any) => row.id)).toEqual([shown.id]);
    expect((await pau.delete(`/api/case-views/${saved.body.id}`)).status).toBe(403);
    expect((await lucia.delete(`/api/case-views/${saved.body.id}`)).status).toBe(204);
    expect((await lucia.get('/api/cases?priority=enormous')).status).toBe(422);
  });

  it('sends later, and at once when one changes one’s mind', async () => {
    const shown = await open('Mañana');
    const sent = await lucia.post(`/api/cases/${shown.id}/replies`, {
      idempotency_key: `later-${database}`,
      conversation_id: shown.conversations[0].id,
      text: 'Hasta mañana',
      expected_last_message_id: shown.last_message_id,
      send_at: { local: '2099-01-02T09:00', zone: 'Europe/Madrid' },
    });
    expect(sent.status).toBe(201);
    expect(sent.body.delivery).toMatchObject({ state: 'queued', leaves_at: '2099-01-02T08:00:00Z' });
    expect((await lucia.get(`/api/cases/${shown.id}`)).body).toMatchObject({ scheduled: true, sending: false });
    const now = await lucia.post(`/api/messages/${sent.body.id}/send-now`);
    expect(now.body.delivery).toMatchObject({ state: 'queued', scheduled_local: null });
    expect((await lucia.post(`/api/messages/${sent.body.id}/cancel`)).body.delivery.state).toBe('cancelled');
  });
});
