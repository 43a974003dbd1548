import { defineConfig } from '@playwright/test';
import { browser_options } from './start';

// Debian's Chromium; one worker, because all share one desk. A story that fails is told once more on the CI machine, and
// named in the summary when it passes then: a bug to find, not one that hides.
export default defineConfig({
  testDir: '.',
  outputDir: './test-results',
  workers: 1,
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  globalSetup: './start.ts',
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Madrid',
    trace: 'retain-on-failure',
    launchOptions: browser_options,
  },
});
