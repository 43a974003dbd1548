import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';

onBothDatabases('cases', (database) => {
  let server: Server;
  let lucia: Client;
  let pau: Client;
  let elsewhere: Client;
  let site: number;
  let patient: any;
  let key = 0;
  beforeAll(async () => {
    server = await startServer({ database });
    const admin = await server.first_administrator();
    site = (await admin.get('/api/sites')).body.items[0].id;
    const other_site = (await admin.post('/api/sites', { name: 'Altre', time_zone: 'Europe/Madrid' })).body.id;
    lucia = await server.sign_in(admin, 'lucia@clinic.example', ['agent']);
    pau = await server.sign_in(admin, 'pau@clinic.example', ['agent']);
    elsewhere = await server.sign_in(admin, 'eva@clinic.example', ['agent'], other_site);
    patient = (
      await lucia.post('/api/patients', {
        given_name: 'Camille',
        family_name: 'Lefèvre',
        contact_points: [{ system: 'email', value: 'camille@example.org' }],
      })
    ).body;
  });
  afterAll(() => server.stop());

  const open = async (title = 'Factura més alta') =>
    (
      await lucia.post('/api/cases', {
        site_id: site,
        patient_id: patient.id,
        title,
        start: {
          channel: 'email',
          contact_point_id: patient.contact_points[0].id,
          unverified_reason: 'Ho ha confirmat per telèfon',
        },
      })
    ).body;
  const reply = (shown: any, text: string, more = {}) => ({
    idempotency_key: `functional-${++key}`,
    conversation_id: shown.conversations[0].id,
    text,
    expected_last_message_id: shown.last_message_id,
    ...more,
  });
  const view = async (client: Client, name: string) =>
    (await client.get(`/api/cases?view=${name}&limit=100`)).body.items.map((row: any) => row.id);

  it('opens, assigns, and takes back with the request it is given', async () => {
    const shown = await open();
    expect(shown).toMatchObject({ state: 'open', waiting_on: 'clinic', title: 'Factura més alta', opened_by: 'staff' });
    expect(await view(lucia, 'unassigned')).toContain(shown.id);
    const me = (await lucia.get('/api/account')).body.id;
    const changed = (await lucia.post(`/api/cases/${shown.id}/assign`, { assignee_id: me })).body;
    expect(changed.case.assignee_id).toBe(me);
    expect(await view(lucia, 'mine')).toContain(shown.id);
    const undone = await lucia.send<any>(
      changed.undo.method.toUpperCase(),
      changed.undo.path,
      changed.undo.body ?? undefined,
    );
    expect(undone.body.case.assignee_id).toBeNull();
    expect(await view(lucia, 'mine')).not.toContain(shown.id);
  });

  it('shows the first reply to the second before they send', async () => {
    const shown = await open();
    const first = await lucia.post(`/api/cases/${shown.id}/replies`, reply(shown, 'De Lucía'));
    expect(first.status).toBe(201);
    expect(first.body.delivery.state).toBe('queued');
    const late = reply(shown, 'De Pau');
    const refused = await pau.post(`/api/cases/${shown.id}/replies`, late);
    expect(refused.status).toBe(409);
    expect(refused.body.key).toBe('error.conversations.newer_messages');
    expect(refused.body.newer_messages.map((message: any) => message.text)).toEqual(['De Lucía']);
    expect((await pau.post(`/api/cases/${shown.id}/replies`, { ...late, confirmed: true })).status).toBe(201);
  });

  it('sends the same reply once, and takes it back', async () => {
    const shown = await open();
    const body = reply(shown, 'Oops');
    const sent = await lucia.post(`/api/cases/${shown.id}/replies`, body);
    expect((await lucia.post(`/api/cases/${shown.id}/replies`, body)).body.id).toBe(sent.body.id);
    expect((await lucia.post(`/api/messages/${sent.body.id}/cancel`)).body.delivery.state).toBe('cancelled');
    expect((await lucia.post(`/api/messages/${sent.body.id}/cancel`)).status).toBe(409);
    expect((await lucia.get(`/api/cases/${shown.id}`)).body.sending).toBe(false);
  });

  it('counts a resolve only when it can no longer be undone', async () => {
    const shown = await open();
    const resolved = await lucia.post(`/api/cases/${shown.id}/resolve`, { outcome: 'solved' });
    expect(resolved.body.case.state).toBe('resolved');
    expect(resolved.body.undo).toEqual({ method: 'delete', path: `/api/cases/${shown.id}/resolve`, body: null });
    expect((await lucia.delete(`/api/cases/${shown.id}/resolve`)).body.case.state).toBe('open');
    await lucia.post(`/api/cases/${shown.id}/resolve`, {});
    await server.move_clock(new Date(Date.now() + 11_000));
    await until('the resolve to count', async () => {
      const now = (await lucia.get(`/api/cases/${shown.id}`)).body;
      return now.state === 'resolved' && now.undo_resolve_until === null;
    });
    expect((await lucia.delete(`/api/cases/${shown.id}/resolve`)).status).toBe(409);
    expect((await lucia.post(`/api/cases/${shown.id}/reopen`, {})).body.case.state).toBe('open');
  });

  it('keeps drafts on the server, one per colleague', async () => {
    const shown = await open();
    const path = `/api/cases/${shown.id}/draft`;
    await lucia.put(path, { kind: 'reply', text: 'A mig escriure', conversation_id: shown.conversations[0].id });
    expect((await lucia.get(path)).body.text).toBe('A mig escriure');
    expect((await pau.get(path)).body.text).toBe('');
    expect((await lucia.delete(path)).status).toBe(204);
    expect((await lucia.get(path)).body.saved_at).toBeNull();
  });

  it('takes files and gives them back as downloads only', async () => {
    const shown = await open();
    const bytes = new TextEncoder().encode('<script>alert(1)</script>');
    const file = await lucia.send<any>('POST', `/api/cases/${shown.id}/attachments`, bytes, {
      'Content-Type': 'application/octet-stream',
      'X-File-Name': encodeURIComponent('Informe núm. 1.html'),
    });
    expect(file.status).toBe(201);
    expect(file.body).toMatchObject({ name: 'Informe núm. 1.html', content_type: 'text/plain', size: bytes.length });
    const refused = await lucia.post(
      `/api/cases/${shown.id}/replies`,
      reply(shown, 'Aquí', { attachment_ids: [file.body.id] }),
    );
    expect(refused.body.fields[0].key).toBe('error.conversations.unverified_attachment');
    const note = await lucia.post(`/api/cases/${shown.id}/notes`, { text: 'Adjunt', attachment_ids: [file.body.id] });
    expect(note.body.attachments).toHaveLength(1);
    const answer = await fetch(`${server.url}/api/attachments/${file.body.id}`, { headers: { Cookie: lucia.cookie } });
    expect(await answer.text()).toBe('<script>alert(1)</script>');
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Informe%20n%C3%BAm.%201.html");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect((await elsewhere.get(`/api/cases/${shown.id}`)).status).toBe(404);
    const foreign = await fetch(`${server.url}/api/attachments/${file.body.id}`, {
      headers: { Cookie: elsewhere.cookie },
    });
    expect(foreign.status).toBe(404);
  });

  it('follows up in local time, snoozes, waits for others', async () => {
    const shown = await open();
    const later = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const followed = await lucia.post(`/api/cases/${shown.id}/follow-up`, {
      local: `${later}T09:00`,
      zone: 'Europe/Madrid',
    });
    expect(followed.body.case.follow_up).toMatchObject({ local: `${later}T09:00`, zone: 'Europe/Madrid' });
    const waiting = await lucia.post(`/api/cases/${shown.id}/wait`, { on: 'third_party' });
    expect(waiting.body.case.intervals.map((one: any) => one.owner)).toEqual(['clinic', 'third_party']);
    await lucia.post(`/api/cases/${shown.id}/snooze`, { until: new Date(Date.now() + 86_400_000).toISOString() });
    expect(await view(lucia, 'snoozed')).toContain(shown.id);
    expect(await view(lucia, 'all')).not.toContain(shown.id);
    const kinds = (await lucia.get(`/api/cases/${shown.id}/messages`)).body.items.map((item: any) => item.event?.type);
    expect(kinds).toEqual(['snoozed', 'waiting', 'follow_up', 'opened']);
    const counts = (await lucia.get('/api/cases/counts')).body;
    expect(counts.views.snoozed).toBeGreaterThan(0);
  });

  it('finds everything said, without accents, and nothing of another site', async () => {
    const shown = await open('Genoll esquerre');
    await lucia.post(`/api/cases/${shown.id}/notes`, { text: 'Té el ménisc operat' });
    const search = async (client: Client, query: string, more = {}) =>
      (await client.post('/api/search', { query, ...more })).body;
    const found = await until('the note in the index', async () => {
      const { items } = await search(lucia, 'menisc ope');
      return items.length > 0 && items;
    });
    expect(found[0]).toMatchObject({ kind: 'note', case_id: shown.id, title: 'Genoll esquerre' });
    expect(found[0].snippet.filter((part: any) => part.hit).map((part: any) => part.text)).toEqual([
      'ménisc',
      'operat',
    ]);
    expect((await search(lucia, 'genoll esq')).items[0].kind).toBe('case');
    expect((await search(lucia, 'lefevre', { kinds: ['patient'] })).items[0].patient.id).toBe(patient.id);
    expect((await search(elsewhere, 'menisc')).items).toEqual([]);
  });

  it('stands on the patient timeline', async () => {
    const shown = await open('Certificat');
    const { items } = (await lucia.get(`/api/patients/${patient.id}/timeline`)).body;
    expect(items[0]).toMatchObject({ kind: 'case', record_id: shown.id, title: 'Certificat', state: 'open' });
    // The patient is of all sites; what was said at one of them is not.
    expect((await elsewhere.get(`/api/patients/${patient.id}/timeline`)).body.items).toEqual([]);
  });

  describe('who may not', () => {
    it('sees nothing of another site and changes nothing', async () => {
      const shown = await open();
      expect(await view(elsewhere, 'all')).toEqual([]);
      expect((await elsewhere.post(`/api/cases/${shown.id}/resolve`, {})).status).toBe(404);
      expect((await elsewhere.post(`/api/cases/${shown.id}/replies`, reply(shown, 'x'))).status).toBe(404);
      expect((await elsewhere.post('/api/cases', { site_id: site })).status).toBe(422);
    });
  });
});
