import type { Page } from '@playwright/test';

export const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/** Every page of the desk, with what shows that its content has come. `[id]` is filled with a record of the demo clinic. */
export const signed_in_pages: { path: string; ready: string }[] = [
  { path: '/inbox/all', ready: 'main, [role=main], #content' },
  { path: '/inbox/at_risk', ready: 'main, [role=main], #content' },
  { path: '/patients', ready: 'search input' },
  { path: '/patients/new', ready: 'input[name=given_name]' },
  { path: '/patients/[patient]', ready: 'h1 >> nth=0' },
  { path: '/patients/duplicates', ready: '#content h1' },
  { path: '/patients/import', ready: '#content h1' },
  { path: '/figures', ready: '[data-kpi=contacts] a' },
  { path: '/figures/channels', ready: '[data-kpi=contacts] a' },
  { path: '/figures/calls', ready: '[data-kpi=service_level] a' },
  { path: '/figures/team', ready: '[data-kpi=occupancy] a' },
  { path: '/figures/topics', ready: '[data-kpi=cases_opened] a' },
  { path: '/figures/satisfaction', ready: '[data-kpi=csat] a' },
  { path: '/figures/appointments', ready: '[data-kpi=no_show_rate] a' },
  { path: '/figures/automation', ready: '#content h1' },
  { path: '/figures/all', ready: '[data-kpi=cases_opened]' },
  { path: '/wall', ready: '[data-wall]' },
  { path: '/figures/yourself', ready: '[data-kpi=first_response_time]' },
  { path: '/bottlenecks', ready: '#content table' },
  { path: '/staffing', ready: '#content h2' },
  { path: '/system', ready: 'dl' },
  { path: '/welcome', ready: '#content h2' },
  { path: '/settings/account', ready: 'input[name=name]' },
  { path: '/settings/people', ready: 'ul button' },
  { path: '/settings/sites', ready: 'a[href^="/settings/sites/"]' },
  { path: '/settings/sites/[site]', ready: 'input[name=name]' },
  { path: '/settings/topics', ready: '#content h1' },
  { path: '/settings/standards', ready: '[data-target]' },
  { path: '/settings/keys', ready: '#content h1' },
  { path: '/settings/mailboxes', ready: '#content h1' },
  { path: '/settings/mailboxes/new', ready: 'input[name=address]' },
  { path: '/settings/quarantine', ready: '#content h1' },
  { path: '/settings/organisation', ready: 'input[name=name]' },
  { path: '/settings/practice', ready: '#content h2' },
  { path: '/settings/audit', ready: 'table' },
];

export async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.locator('[role=status]:has([class*=skeleton])').first().waitFor({ state: 'detached' });
}
