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
      expect(items.map((hit: any) => [hit.id, hit.reason]), query).toEqual([[made.body.id, reason]]);
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
    expect(phone.body.fields[0]).toMatchObject({ field: 'contact_points.0.value', key: 'error.patients.phone_not_valid' });
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
});
