import AxeBuilder from '@axe-core/playwright';
import { en, expect, open_as, send, started, test } from './desk';
import { settled, signed_in_pages, wcag } from './pages';

const path_of = (path: string) =>
  path.replace('[patient]', String(started().patient)).replace('[site]', String(started().site));
const brief = (violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[]) =>
  violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary ?? ''}`).join(' | ')}`,
  );

for (const theme of ['light', 'dark'] as const) {
  test.describe(`accessible, ${theme}`, () => {
    for (const { path, ready } of signed_in_pages) {
      test(path, async ({ desk }) => {
        await desk.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await open_as(desk, path_of(path), { language: 'en', theme });
        await desk.locator(ready).first().waitFor();
        await settled(desk);
        const axe = new AxeBuilder({ page: desk });
        // In the dark only the colours are others.
        const { violations } = await (theme === 'light'
          ? axe.withTags(wcag)
          : axe.withRules('color-contrast')
        ).analyze();
        expect(brief(violations)).toEqual([]);
      });
    }
    test('/sign-in', async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.goto('/sign-in');
      await page.getByRole('button', { name: en('sign_in:submit') }).click();
      await expect(page.getByText(en('sign_in:email_missing'))).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
      expect(brief(violations)).toEqual([]);
    });
  });
}

// Words are longest in French and Catalan; a page must fit 320 px (400 % zoom) in each language and have every text.
for (const language of ['en', 'es', 'fr', 'ca'] as const) {
  test(`every page fits 320 px and has its words in ${language}`, async ({ desk }) => {
    test.setTimeout(signed_in_pages.length * 10_000); // two seconds a page when nothing else runs
    await desk.setViewportSize({ width: 320, height: 640 });
    const wide: string[] = [];
    for (const { path, ready } of signed_in_pages) {
      await open_as(desk, path_of(path), { language, theme: 'light' });
      await desk.locator(ready).first().waitFor();
      await settled(desk);
      await expect(desk.locator('html')).toHaveAttribute('lang', language);
      const excess = await desk.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (excess > 0) wide.push(`${path} is ${excess} px too wide`);
    }
    expect(wide).toEqual([]);
  });
}

test('the sign-in page fits 320 px in every language', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto('/sign-in');
  for (const name of ['English', 'Español', 'Français', 'Català']) {
    await page.getByRole('button', { name }).click();
    await expect(page.getByRole('button', { name })).toHaveAttribute('aria-pressed', 'true');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), name).toBe(true);
  }
});

test.afterAll(async ({ browser }) => {
  const context = await browser.newContext({ baseURL: started().url, storageState: started().state });
  const page = await context.newPage();
  await page.goto('/settings/account');
  await send(page, 'PATCH', '/api/account', { language: 'en', theme: 'light' });
  await context.close();
});
