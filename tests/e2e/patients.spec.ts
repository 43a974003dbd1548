import { en, expect, letters, send, started, test } from './desk';

test('a patient is added, found again without accents, by phone and by birth date', async ({ desk }) => {
  const own = letters();
  const phone = `6${String(Date.now()).slice(-8)}`;
  await desk.goto('/patients/new');
  await desk.getByLabel(en('patients:identity.given_name')).fill('Zoë');
  await desk.getByLabel(en('patients:identity.family_name')).fill(`Güell Ñíguez ${own}`);
  await desk.getByLabel(en('patients:identity.birth_date')).fill('1979-02-28');
  await desk.getByLabel(en('patients:create.phone')).fill(phone);
  await desk.getByLabel(en('patients:create.email')).fill(`zoe.${own}@example.org`);
  await desk
    .getByRole('button', { name: new RegExp(`^(${en('patients:create.submit')}|${en('patients:create.anyway')})$`) })
    .click();
  await desk.waitForURL(/\/patients\/\d+$/);
  await expect(desk.getByRole('heading', { name: `Zoë Güell Ñíguez ${own}` })).toBeVisible();
  const record = desk.url();
  for (const query of ['28/02/1979', phone, `zoe.${own}@exa`, `zoe niguez ${own}`]) {
    await desk.goto('/patients');
    await desk.getByLabel(en('patients:search.label')).fill(query);
    await expect(desk.getByRole('link', { name: new RegExp(`Zoë Güell Ñíguez ${own}`) }).first(), query).toBeVisible();
    expect(desk.url(), 'no search text in the address').toMatch(/\/patients$/);
  }
  await desk.keyboard.press('Enter');
  await desk.waitForURL(record);
});

test('a likely duplicate is shown before it is made', async ({ desk }) => {
  await desk.goto('/patients/new');
  const there = await send<Record<'given_name' | 'family_name' | 'display_name', string>>(
    desk,
    'GET',
    `/api/patients/${started().patient}`,
  );
  await desk.getByLabel(en('patients:identity.given_name')).fill(there.given_name);
  await desk.getByLabel(en('patients:identity.family_name')).fill(there.family_name);
  await expect(desk.getByRole('link', { name: new RegExp(there.display_name) }).first()).toBeVisible();
  await expect(desk.getByRole('button', { name: en('patients:create.anyway') })).toBeVisible();
});

test('notes and contact points: added, verified, removed and taken back', async ({ desk }) => {
  await desk.goto(`/patients/${started().patient}`);
  const note = `Prefers to be called after five (${Date.now()}).`;
  await desk.getByRole('button', { name: en('patients:notes.add') }).click();
  await desk.getByLabel(en('patients:notes.text'), { exact: true }).fill(note);
  await desk.getByRole('button', { name: en('patients:save') }).click();
  await expect(desk.getByText(note)).toBeVisible();
  await desk.getByRole('button', { name: en('patients:contact.add') }).click();
  const [a, b, c] = (/(..)(..)(..)$/.exec(String(Date.now())) ?? []).slice(1);
  await desk.getByLabel(en('patients:contact.value')).fill(`933 ${a} ${b} ${c}`);
  await desk.getByRole('button', { name: en('patients:save') }).click();
  const row = desk.getByRole('listitem').filter({ hasText: `+34 933 ${a} ${b} ${c}` });
  await row.getByRole('button', { name: /^Verify/ }).click();
  await desk.getByRole('menuitem', { name: en('patients:method.call_back') }).click();
  await expect(row.getByText(/Verified .*by calling back/)).toBeVisible();
  await row.getByRole('button', { name: /^Remove/ }).click();
  await expect(row).toHaveCount(0);
  await desk
    .getByRole('button', { name: new RegExp(`^${en('app:undo')}`) })
    .last()
    .click();
  await expect(row).toHaveCount(1);
});

test('who looked at the record is shown on it', async ({ desk }) => {
  await desk.goto(`/patients/${started().patient}`);
  const card = desk.getByRole('region', { name: en('patients:accesses.title') });
  await expect(card.getByRole('listitem').first()).toBeVisible();
});
