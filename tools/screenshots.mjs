// Pictures for README and docs, from a demo clinic: invented people only.
// usage: node tools/screenshots.mjs   (after ./dev build; writes docs/images)
import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { browser_options, start_desk } from '../tests/e2e/start.ts'

const folder = new URL('../docs/images/', import.meta.url).pathname
mkdirSync(folder, { recursive: true })
const { started, stop } = await start_desk({ patients: 900, days: 45 })
const browser = await chromium.launch(browser_options)
try {
  const shoot = async (name, path, { theme = 'light', ready, height = 900, before } = {}) => {
    const context = await browser.newContext({
      baseURL: started.url, storageState: started.state, viewport: { width: 1440, height }, colorScheme: theme, locale: 'en-GB',
      timezoneId: 'Europe/Madrid', reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    await page.goto('/settings/account')
    await page.evaluate(async (wanted) => {
      const { csrf_token } = await (await fetch('/api/session')).json()
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf_token }
      await fetch('/api/account', { method: 'PATCH', headers, body: JSON.stringify({ language: 'en', theme: wanted }) })
    }, theme)
    await page.goto(path)
    await page.locator(ready).first().waitFor()
    await before?.(page)
    await page.evaluate(() => document.fonts.ready)
    await page.waitForLoadState('networkidle').catch(() => {})
    await page.screenshot({ path: `${folder}${name}.png` })
    await context.close()
    console.log(`docs/images/${name}.png`)
  }
  const open_first = async (page) => {
    await page.locator('a[data-case]').nth(2).click()
    await page.locator('textarea').first().waitFor()
  }
  await shoot('inbox-light', '/inbox/all', { ready: 'a[data-case]', before: open_first })
  await shoot('inbox-dark', '/inbox/all', { theme: 'dark', ready: 'a[data-case]', before: open_first })
  await shoot('figures', '/figures', { ready: '[data-kpi=contacts] a', height: 1080 })
  await shoot('bottlenecks', '/bottlenecks', { ready: '#content table', height: 960 })
  await shoot('wall', '/wall', { theme: 'dark', ready: '[data-waiting]' })
  await shoot('patient', `/patients/${started.patient}`, { ready: 'h1', height: 960 })
} finally {
  await browser.close()
  await stop()
}
