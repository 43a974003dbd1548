import { en, expect, send, test } from './desk';

// What the desk types, reads and looks for stands in no address the browser asks for, and in nothing it keeps.
const words = ['Zyxwella', 'Quimperlant', 'blastomycosisfenwick', '612987345'];

test('no address and no storage of the browser holds a name or a diagnosis', async ({ desk }) => {
  const asked: string[] = [];
  desk.on('request', (request) => asked.push(request.url()));
  desk.on('framenavigated', (frame) => asked.push(frame.url()));
  await desk.goto('/patients/new');
  await desk.getByLabel(en('patients:identity.given_name')).fill('Zyxwella');
  await desk.getByLabel(en('patients:identity.family_name')).fill('Quimperlant');
  await desk.getByLabel(en('patients:create.phone')).fill('612987345');
  await desk
    .getByRole('button', { name: new RegExp(`^(${en('patients:create.submit')}|${en('patients:create.anyway')})$`) })
    .click();
  await desk.waitForURL(/\/patients\/\d+$/);
  const patient_id = Number(desk.url().split('/').pop());
  const sites = await send<{ items: { id: number }[] }>(desk, 'GET', '/api/sites');
  const made = await send<{ id: number }>(desk, 'POST', '/api/cases', {
    site_id: sites.items[0]?.id,
    patient_id,
    title: 'Quimperlant asks',
    note: 'about blastomycosisfenwick',
  });
  await desk.goto(`/inbox/all/${made.id}`);
  await expect(desk.getByText('about blastomycosisfenwick').first()).toBeVisible();
  for (const word of words) {
    await desk.goto('/patients');
    await desk.getByLabel(en('patients:search.label')).fill(word);
    if (word !== 'blastomycosisfenwick')
      await expect(desk.getByRole('link', { name: /Quimperlant/ }).first()).toBeVisible();
    await desk.keyboard.press('Control+k');
    const palette = desk.getByRole('combobox', { name: en('app:palette_placeholder') });
    await palette.fill(word);
    await expect(desk.getByRole('option').first()).toBeVisible();
    await desk.keyboard.press('Escape');
  }
  const kept = await desk.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]),
  );
  const all = [...asked.map((url) => decodeURIComponent(url)), kept, desk.url()].join('\n').toLowerCase();
  expect(asked.length).toBeGreaterThan(20);
  expect(words.filter((word) => all.includes(word.toLowerCase()))).toEqual([]);
});
