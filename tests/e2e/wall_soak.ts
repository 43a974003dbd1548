// The wallboard left alone while cases arrive: its heap (after a collection), sockets and elements have to stay flat.
import { type CDPSession, expect, type Page } from '@playwright/test';
import { send, started } from './desk';

interface Size {
  heap: number;
  nodes: number;
  listeners: number;
}

async function size_of(cdp: CDPSession): Promise<Size> {
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize: heap } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters');
  return { heap, nodes, listeners };
}

/** A patient writes, somebody comes or goes: something on the wall moves. */
async function something_happens(page: Page, i: number): Promise<void> {
  const title = `Soak ${i} of ${Date.now()}`;
  await send(page, 'POST', '/api/cases', { site_id: started().site, patient_id: started().patient, title });
  await send(page, 'PUT', '/api/account/presence', { presence: i % 2 ? 'busy' : 'available' });
}

/** Watches the wall for so long; `quiet` is what it may grow by meanwhile. */
export async function soak(
  wall: Page,
  writer: Page,
  seconds: number,
): Promise<{ before: Size; after: Size; asked: number }> {
  const cdp = await wall.context().newCDPSession(wall);
  await cdp.send('HeapProfiler.enable');
  let sockets = 0;
  let asked = 0;
  wall.on('websocket', (socket) => {
    sockets++;
    socket.on('close', () => sockets--);
  });
  wall.on('request', (request) => {
    if (request.url().includes('/api/wall')) asked++;
  });
  await writer.goto('/settings/account');
  await wall.goto('/wall');
  await wall.locator('[data-waiting]').waitFor();
  await expect.poll(() => sockets, { timeout: 30_000 }).toBe(1);
  const end = Date.now() + seconds * 1000;
  const warm = Date.now() + Math.min(60, seconds / 3) * 1000; // what is loaded and compiled once is no leak
  let before: Size | undefined;
  for (let i = 0; Date.now() < end; i++) {
    await something_happens(writer, i);
    if (!before && Date.now() > warm) before = await size_of(cdp);
  }
  expect(sockets).toBe(1);
  const after = await size_of(cdp);
  return { before: before ?? after, after, asked };
}
