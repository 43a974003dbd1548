// The mail of the time before the connection becomes history, in silence; the figures see it; an undo takes it back.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect_mailbox } from '../../harness/mailbox.ts';
import { type Client, onBothDatabases, type Server, startServer, until } from '../../harness/server.ts';
import { type MailServer, start_mail_server } from '../../mail/server.mjs';

const day = 24 * 3600_000;
const address = 'citas@clinic.example';

onBothDatabases('the mail of the last months', (database) => {
  let mail: MailServer;
  let server: Server;
  let admin: Client;
  let agent: Client;
  let director: Client;
  let box = 0;
  const start = Date.now();

  const put = (id: string, ago: number, headers: Record<string, string>, text: string, folder = 'INBOX') => {
    const date = new Date(start - ago);
    const all = {
      'Message-ID': `<${id}>`,
      Date: date.toUTCString(),
      'Content-Type': 'text/plain; charset=utf-8',
      ...headers,
    };
    mail.put_mail(
      address,
      `${Object.entries(all)
        .map(([name, value]) => `${name}: ${value}\n`)
        .join('')}\n${text}\n`,
      { folder, date },
    );
  };
  const history = async () => (await admin.get(`/api/mailboxes/${box}/history`)).body;
  const settled = () =>
    until('the history to be settled', async () => {
      const now = await history();
      return ['done', 'none', 'failed'].includes(now.state) && now;
    });
  const cases = async (view: string) => (await agent.get(`/api/cases?view=${view}&limit=100`)).body.items;
  const every_case = async () => [...(await cases('all')), ...(await cases('resolved'))];
  const day_of = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const figure = async (key: string) =>
    (await director.get(`/api/figures?keys=${key}&from=${day_of(start - 100 * day)}&to=${day_of(start + 2 * day)}`))
      .body.items[0];

  beforeAll(async () => {
    mail = await start_mail_server({ accounts: [address] });
    put(
      'a1@x',
      20 * day,
      { From: 'Ana Puig <ana@example.com>', To: address, Subject: 'Cambiar mi cita' },
      'Buenos días, ¿puedo cambiar mi cita del lunes?',
    );
    put(
      'a2@c',
      20 * day - 2 * 3600_000,
      {
        From: address,
        To: 'ana@example.com',
        Subject: 'Re: Cambiar mi cita',
        'In-Reply-To': '<a1@x>',
        References: '<a1@x>',
      },
      'Claro, el martes a las 10.',
      'Sent',
    );
    put(
      'a3@x',
      20 * day - 3 * 3600_000,
      {
        From: 'ana@example.com',
        To: address,
        Subject: 'Re: Cambiar mi cita',
        'In-Reply-To': '<a2@c>',
        References: '<a1@x> <a2@c>',
      },
      'Muchas gracias',
    );
    put(
      'b1@x',
      5 * day,
      { From: 'Luc <luc@example.com>', To: address, Subject: 'Facture' },
      'Bonjour, je n’ai pas reçu la facture de ma visite.',
    );
    put(
      'b1@x',
      5 * day,
      { From: 'Luc <luc@example.com>', To: address, Subject: 'Facture' },
      'Bonjour, je n’ai pas reçu la facture de ma visite.',
    ); // delivered twice
    put(
      'n1@x',
      3 * day,
      { From: 'news@example.com', To: address, Subject: 'News', 'List-Id': '<news.example.com>' },
      'Buy now',
    );
    put('o1@x', 200 * day, { From: 'old@example.com', To: address, Subject: 'Too old' }, 'Old');
    server = await startServer({ database });
    admin = await server.first_administrator();
    const site = (await admin.get('/api/sites')).body.items[0].id;
    agent = await server.sign_in(admin, 'agent@clinic.example', ['agent']);
    director = await server.sign_in(admin, 'director@clinic.example', ['director'], site);
    box = await connect_mailbox(admin, mail, address);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await mail?.stop();
  });

  test('nothing of it is there before somebody asks', async () => {
    expect((await history()).state).toBe('none');
    expect(await cases('all')).toEqual([]);
    expect((await agent.post(`/api/mailboxes/${box}/history`, { days: 90 })).status).toBe(403);
    expect((await admin.post(`/api/mailboxes/${box}/history`, { days: 0 })).status).toBe(422);
  });

  test('it becomes cases without a wait in the inbox, and the figures show how it was', async () => {
    expect((await admin.post(`/api/mailboxes/${box}/history`, { days: 90 })).status).toBe(202);
    expect(await settled()).toMatchObject({
      state: 'done',
      cases: 2,
      messages: 3,
      replies: 1,
      skipped: 1,
      found: 6,
      read: 6,
      error_key: null,
    });
    const all = await every_case();
    expect(all.map((c: any) => [c.title, c.state, c.topic]).sort()).toEqual([
      ['Cambiar mi cita', 'resolved', 'appointment'],
      ['Facture', 'resolved', 'billing'],
    ]);
    expect(await cases('unassigned')).toEqual([]);
    expect(await figure('first_response_time')).toMatchObject({ n: 1, value: 2 * 3600 });
    expect(await figure('cases_opened')).toMatchObject({ value: 2 });
    const ana = all.find((c: any) => c.title === 'Cambiar mi cita');
    const messages = (await agent.get(`/api/cases/${ana.id}/messages`)).body.items;
    expect(messages.map((m: any) => [m.direction, m.text]).reverse()).toEqual([
      ['in', 'Buenos días, ¿puedo cambiar mi cita del lunes?'],
      ['out', 'Claro, el martes a las 10.'],
      ['in', 'Muchas gracias'],
    ]);
  });

  test('it is found by its words', async () => {
    const found = await until('the index to follow', async () => {
      const { items } = (await agent.post('/api/search', { query: 'facture visite' })).body;
      return items.length > 0 && items;
    });
    expect(found[0]).toMatchObject({ kind: 'message', title: 'Facture' });
  });

  test('again it adds nothing', async () => {
    expect((await admin.post(`/api/mailboxes/${box}/history`, { days: 90 })).status).toBe(202);
    expect(await settled()).toMatchObject({ state: 'done', cases: 2, messages: 3, replies: 1 });
    expect(await every_case()).toHaveLength(2);
  });

  test('what a patient answers now joins; an undo takes back everything else', async () => {
    await mail.deliver({
      from: 'luc@example.com',
      to: address,
      subject: 'Re: Facture',
      text: 'Toujours rien.',
      headers: { 'In-Reply-To': '<b1@x>' },
    });
    const luc = await until('Luc’s case to be open', async () =>
      (await cases('unassigned')).find((c: any) => c.title === 'Facture'),
    );
    expect(
      (await agent.get(`/api/cases/${luc.id}/messages`)).body.items.filter((m: any) => m.kind === 'message'),
    ).toHaveLength(2);
    expect((await admin.delete(`/api/mailboxes/${box}/history`)).status).toBe(200);
    expect(await settled()).toMatchObject({ state: 'none', cases: 0, kept: 1 });
    expect((await every_case()).map((c: any) => c.id)).toEqual([luc.id]);
    expect(await figure('cases_opened')).toMatchObject({ value: 1 });
    expect((await agent.post('/api/patients/search', { query: 'ana@example.com' })).body.items).toEqual([]);
    expect((await admin.post(`/api/mailboxes/${box}/history`, { days: 90, keep_open: true })).status).toBe(202);
    expect(await settled()).toMatchObject({ state: 'done', cases: 1 });
  });
});
