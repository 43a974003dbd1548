// The daily sweep and the keys of other programs, on the real program.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';

onBothDatabases('the daily sweep', (database) => {
  let server: Server;
  let admin: Client;
  beforeAll(async () => {
    server = await startServer({ database });
    admin = await server.first_administrator();
  });
  afterAll(() => server.stop());

  it('removes what the registry keeps for a time only, and says so', async () => {
    await until('the first sweep', async () => (await admin.get('/api/operations')).body.last_sweep !== null);
    const agent = await server.sign_in(admin, 'eva@clinic.example', ['agent']);
    const site = (await admin.get('/api/sites')).body.items[0].id;
    const opened = (await agent.post('/api/cases', { site_id: site, title: 'Con anexo' })).body;
    const upload = await fetch(`${server.url}/api/cases/${opened.id}/attachments`, {
      method: 'POST',
      headers: {
        Cookie: agent.cookie,
        'X-CSRF-Token': agent.csrf,
        'Content-Type': 'application/octet-stream',
        'X-File-Name': 'informe.txt',
      },
      body: 'never sent',
    });
    expect(upload.status).toBe(201);
    const { id } = (await upload.json()) as { id: number };
    expect((await agent.get(`/api/attachments/${id}`)).status).toBe(200);
    await server.move_clock(new Date(Date.now() + 100 * 86_400_000));
    const again = await server.sign_in_again(admin);
    await until('the next sweep', async () => {
      const { last_sweep } = (await again.get('/api/operations')).body;
      return last_sweep.removed.links > 0 && last_sweep.removed.blobs > 0;
    });
  });
});
