import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer } from '../../harness/server.ts';

onBothDatabases('patients', (database) => {
  let server: Server;
  let agent: Client;
  let clinician: Client;
  beforeAll(async () => {
    server = await startServer({ database });
    const admin = await server.first_administrator();
    agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    clinician = await server.sign_in(admin, 'officer@clinic.example', ['data_protection_officer']);
  });
  afterAll(() => server.stop());

  const search = async (query: string) => (await agent.post('/api/patients/search', { query })).body.items;

  it('creates a patient and finds them by everything one may type', async () => {
    const made = await agent.post('/api/patients', {
      given_name: 'Núria',
      family_name: 'Casals i Güell',
      birth_date: '1987-02-01',
      contact_points: [
        { system: 'phone', value: '612 34 56 78', preferred: true },
        { system: 'email', value: 'Nuria@Example.org' },
      ],
      identifiers: [{ system: 'record', value: 'HC-00 123' }],
    });
    expect(made.status).toBe(201);
    expect(made.body.display_name).toBe('Núria Casals i Güell');
    for (const [query, reason] of [
      ['nuria', 'name'],
      ['GUELL nur', 'name'],
      ['612 34', 'phone'],
      ['0034612345678', 'phone'],
      ['nuria@ex', 'email'],
      ['hc00123', 'identifier'],
      ['1/2/1987', 'birth_date'],
    ]) {
      const items = await search(query as string);
      expect(
        items.map((hit: any) => [hit.id, hit.reason]),
        query,
      ).toEqual([[made.body.id, reason]]);
    }
    expect(await search('nuria ferrer')).toEqual([]);
  });

  it('asks before making a second record of the same person', async () => {
    const again = { given_name: 'nuria', family_name: 'casals i guell' };
    const refused = await agent.post('/api/patients', again);
    expect(refused.status).toBe(409);
    expect(refused.body.key).toBe('error.patients.similar');
    expect((await agent.post('/api/patients/similar', again)).body.items).toHaveLength(1);
    expect((await agent.post('/api/patients', { ...again, confirmed: true })).status).toBe(201);
  });

  it('names every wrong field', async () => {
    const answer = await agent.post('/api/patients', {
      given_name: ' ',
      birth_date: '2023-02-30',
      contact_points: [],
    });
    expect(answer.status).toBe(422);
    expect(answer.body.fields.map((field: any) => field.field)).toEqual(['given_name', 'birth_date']);
    const phone = await agent.post('/api/patients', {
      given_name: 'X',
      contact_points: [{ system: 'phone', value: '12' }],
    });
    expect(phone.body.fields[0]).toMatchObject({
      field: 'contact_points.0.value',
      key: 'error.patients.phone_not_valid',
    });
  });

  it('lets the second of two who change at once know', async () => {
    const made = (await agent.post('/api/patients', { given_name: '王小明' })).body;
    const first = await agent.patch(`/api/patients/${made.id}`, { version: made.version, language: 'zh' });
    expect(first.body.language).toBe('zh');
    const second = await agent.patch(`/api/patients/${made.id}`, { version: made.version, language: 'en' });
    expect(second.status).toBe(409);
    const cleared = await agent.patch(`/api/patients/${made.id}`, { version: first.body.version, language: '' });
    expect(cleared.body.language).toBeNull();
  });

  it('keeps contact points, verification, relationships, needs and notes', async () => {
    const mother = (await agent.post('/api/patients', { given_name: 'Marta', family_name: 'Puig' })).body;
    const child = (await agent.post('/api/patients', { given_name: 'Pau', family_name: 'Puig' })).body;
    const mail = { system: 'email', value: 'familia@example.org' };
    await agent.post(`/api/patients/${mother.id}/contact-points`, mail);
    const shared = (await agent.post(`/api/patients/${child.id}/contact-points`, mail)).body;
    expect(shared.contact_points[0].shared_with[0].id).toBe(mother.id);
    const path = `/api/patients/${child.id}/contact-points/${shared.contact_points[0].id}`;
    const verified = await agent.put(`${path}/verification`, { verified: true, method: 'in_person' });
    expect(verified.body.contact_points[0].verified).toBe(true);
    const related = await agent.post(`/api/patients/${child.id}/relationships`, {
      person_id: mother.id,
      relation: 'parent',
      authority: 'full',
    });
    expect(related.body.relationships[0]).toMatchObject({ active: true, relation: 'parent' });
    await agent.put(`/api/patients/${child.id}/needs`, { items: [{ kind: 'hearing', detail: 'Escriure, no trucar' }] });
    const note = await agent.post(`/api/patients/${child.id}/notes`, { text: 'Prefereix els matins' });
    expect(note.status).toBe(201);
    const now = (await agent.get(`/api/patients/${child.id}`)).body;
    expect(now.needs[0].detail).toBe('Escriure, no trucar');
    expect(now.note_count).toBe(1);
    expect((await agent.get(`/api/patients/${child.id}/notes`)).body.items[0].text).toBe('Prefereix els matins');
    expect((await agent.delete(path)).body.contact_points).toEqual([]);
    expect((await agent.delete(`/api/patients/${child.id}/notes/${note.body.id}`)).status).toBe(204);
  });

  it('keeps who may not write from writing', async () => {
    expect((await clinician.post('/api/patients', { given_name: 'X' })).status).toBe(403);
    expect((await server.client().post('/api/patients/search', { query: 'a' })).status).toBe(401);
  });

  it('keeps names out of the log', async () => {
    await search('Kanarienvogel');
    await agent.post('/api/patients', { given_name: 'Kanarienvogel' });
    expect(server.errors + server.output).not.toMatch(/kanarienvogel/i);
  });

  it('says why a record may be of the same person', async () => {
    const known = await agent.post('/api/patients', {
      given_name: 'Francisco',
      family_name: 'García Pérez',
      birth_date: '1971-03-04',
      contact_points: [{ system: 'phone', value: '698 76 54 32' }],
      confirmed: true,
    });
    const typed = {
      given_name: 'Paco',
      family_name: 'Garcia',
      birth_date: '1971-04-03',
      contact_points: [{ system: 'phone', value: '+34698765432' }],
    };
    const found = (await agent.post('/api/patients/similar', typed)).body.items;
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ id: known.body.id, verdict: 'same', birth_date: '1971-03-04' });
    expect(found[0].score).toBeGreaterThan(0.99);
    const why = Object.fromEntries(found[0].evidence.map((one: any) => [one.field, one.agreement]));
    expect(why).toEqual({ given_name: 'variant', family_name: 'part', birth_date: 'swapped', phone: 'same' });
    expect((await agent.post('/api/patients', typed)).body.key).toBe('error.patients.similar');
  });

  it('makes one record of two, and two again; cases follow both ways', async () => {
    const make = (given_name: string) =>
      agent.post('/api/patients', { given_name, family_name: 'Soler', confirmed: true });
    const [kept, gone] = [(await make('Berta')).body, (await make('Bertha')).body];
    const site_id = (await agent.get('/api/sites')).body.items[0].id;
    const open = await agent.post('/api/cases', { site_id, patient_id: gone.id, title: 'Knee' });
    expect(open.status).toBe(201);
    const pairs = async () => {
      for (;;) {
        const { body } = await agent.get('/api/patient-suspects');
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (!body.searching)
          return body.items.filter((one: any) => one.first_id === kept.id && one.second_id === gone.id);
      }
    };
    expect(await pairs()).toHaveLength(1);
    const merged = await agent.post(`/api/patients/${kept.id}/merge`, {
      other_id: gone.id,
      version: kept.version,
      other_version: gone.version,
      take: ['given_name'],
    });
    expect(merged.body).toMatchObject({ id: kept.id, display_name: 'Bertha Soler' });
    expect((await agent.get(`/api/patients/${gone.id}`)).body.id).toBe(kept.id);
    expect((await agent.get(`/api/cases/${open.body.id}`)).body.patient.id).toBe(kept.id);
    expect((await agent.get(`/api/patients/${gone.id}/timeline`)).body.items).toHaveLength(1);
    expect(await pairs()).toHaveLength(0);
    const [merge] = (await agent.get(`/api/patients/${kept.id}/merges`)).body.items;
    expect(merge).toMatchObject({ gone_id: gone.id, gone_name: 'Bertha Soler', undoable: true });
    expect((await clinician.post(`/api/patients/${kept.id}/merges/${merge.id}/undo`)).status).toBe(403);
    const undone = await agent.post(`/api/patients/${kept.id}/merges/${merge.id}/undo`);
    expect(undone.body.display_name).toBe('Berta Soler');
    expect((await agent.get(`/api/patients/${gone.id}`)).body).toMatchObject({ id: gone.id, given_name: 'Bertha' });
    const back = (await agent.get(`/api/cases/${open.body.id}`)).body;
    expect([back.patient.id, back.title]).toEqual([gone.id, 'Knee']);
    const [pair] = await pairs();
    expect((await agent.put(`/api/patient-suspects/${pair.id}`, { state: 'different' })).status).toBe(200);
    expect(await pairs()).toHaveLength(0);
  });
});
