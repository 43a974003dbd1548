import AxeBuilder from '@axe-core/playwright';
import { en, expect, letters, send, test } from './desk';

interface Person {
  id: number;
  version: number;
}
const family = `Quintana ${letters()}`;
const person = (given_name: string, more: object = {}) => ({
  given_name,
  family_name: family,
  birth_date: '1968-03-04',
  confirmed: true,
  ...more,
});

test('quick register shows who is known already, adds the phone to them, or creates all the same', async ({ desk }) => {
  const [phone, other] = [`6${String(Date.now()).slice(-8)}`, `7${String(Date.now()).slice(-8)}`];
  const unknown = `Wilhelmina ${letters()}`;
  await desk.goto('/patients');
  await send<Person>(desk, 'POST', '/api/patients', {
    ...person('Francesc'),
    contact_points: [{ system: 'phone', value: phone }],
  });
  await desk.goto('/patients');
  const quick = desk.getByRole('region', { name: en('duplicates:quick.title') });
  await quick.getByLabel(en('duplicates:quick.name')).fill(`Paco ${family}`);
  await quick.getByLabel(en('duplicates:quick.phone')).fill(phone);
  await expect(quick.getByText(en('duplicates:evidence.phone.same')).first()).toBeVisible();
  await expect(quick.getByRole('link', { name: `Francesc ${family}` })).toBeVisible();
  await quick
    .getByRole('button', { name: en('duplicates:this_is_them') })
    .first()
    .click();
  await desk.waitForURL(/\/patients\/\d+$/);
  await expect(desk.getByRole('heading', { name: `Francesc ${family}` })).toBeVisible();

  await desk.goto('/patients');
  await quick.getByLabel(en('duplicates:quick.name')).fill(unknown);
  await quick.getByLabel(en('duplicates:quick.phone')).fill(other);
  await desk.keyboard.press('Enter');
  await desk.waitForURL(/\/patients\/\d+$/);
  await expect(desk.getByRole('heading', { name: unknown })).toBeVisible();
});

test('possible duplicates are worked through by keyboard; a join is taken back', async ({ desk }) => {
  await desk.goto('/patients');
  const older = await send<Person>(desk, 'POST', '/api/patients', person('Josep', { city: 'Girona' }));
  const newer = await send<Person>(desk, 'POST', '/api/patients', person('Pepe', { birth_date: '1968-04-03' }));
  await desk.goto('/patients/duplicates');
  const pair = desk
    .getByRole('row')
    .filter({ hasText: `Josep ${family}` })
    .filter({ hasText: `Pepe ${family}` });
  // The records are compared in the background; then one looks through the pairs.
  await expect(async () => {
    if (!(await pair.first().isVisible())) await desk.keyboard.press('j');
    await expect(pair.first()).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(desk.getByText(en('duplicates:evidence.birth_date.swapped'))).toBeVisible();
  await desk.getByRole('radio', { name: /Pepe/ }).check();
  expect(
    (await new AxeBuilder({ page: desk }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()).violations,
  ).toEqual([]);
  await desk.keyboard.press('m');
  await expect(desk.getByText(en('duplicates:joined', { name: `Pepe ${family}` }))).toBeVisible();
  await desk.goto(`/patients/${newer.id}`);
  await desk.waitForURL(`**/patients/${older.id}`);
  await desk.getByRole('button', { name: en('duplicates:undo_label', { name: `Pepe ${family}` }) }).click();
  await expect(desk.getByText(en('duplicates:undone'))).toBeVisible();
  await expect(desk.getByRole('heading', { name: `Josep ${family}` })).toBeVisible();
  await desk.goto(`/patients/${newer.id}`);
  await expect(desk.getByRole('heading', { name: `Pepe ${family}` })).toBeVisible();
  await desk.setViewportSize({ width: 320, height: 700 });
  expect(await desk.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('a spreadsheet is looked at, mapped, taken in, its refused rows shown, and taken back', async ({ desk }) => {
  await desk.goto('/patients/import');
  await desk.locator('input[type=file]').setInputFiles({
    name: 'antiguo.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'Nombre;Apellidos;Fecha de nacimiento;Teléfono\nEulària;Zubizarreta;03/04/1955;972 11 22 33\nIago;Outeiral;99/99/1999;\n',
    ),
  });
  await expect(desk.getByLabel(en('patient_import:holds_label', { heading: 'Apellidos' })).first()).toHaveValue(
    en('patient_import:field.family_name'),
  );
  expect(
    (await new AxeBuilder({ page: desk }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()).violations,
  ).toEqual([]);
  await desk.getByRole('button', { name: en('patient_import:start', { n: 2 }) }).click();
  await expect(desk.getByText(en('patient_import:added', { n: 1 }))).toBeVisible();
  await expect(desk.getByRole('link', { name: en('patient_import:download') })).toBeVisible();
  await desk.getByRole('button', { name: en('patient_import:undo') }).click();
  await desk.getByRole('button', { name: en('patient_import:undo_yes') }).click();
  await expect(desk.getByText(en('patient_import:state.undone'))).toBeVisible();
});
