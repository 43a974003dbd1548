import { expect, test } from './desk';
import { soak } from './wall_soak';

// By hand for as long as a clinic is open: AURICLE_SOAK_SECONDS=7200 npx playwright test … wall.spec.ts
const seconds = Number(process.env.AURICLE_SOAK_SECONDS ?? 24);

test('the wallboard stays as small as it was while cases arrive', async ({ desk, browser }) => {
  test.setTimeout((seconds + 120) * 1000);
  const wall = await desk.context().newPage();
  const { before, after, asked } = await soak(wall, desk, seconds);
  console.log(
    `${seconds} s: heap ${before.heap} → ${after.heap} bytes, nodes ${before.nodes} → ${after.nodes}, ` +
      `listeners ${before.listeners} → ${after.listeners}, ${asked} questions, ${browser.version()}`,
  );
  expect(after.heap).toBeLessThan(before.heap + 1_500_000);
  expect(after.nodes).toBeLessThan(before.nodes + 300);
  expect(after.listeners).toBeLessThan(before.listeners + 40);
  expect(asked).toBeLessThan(seconds * 1.2 + 10); // at most one a second, whatever happens
  expect(asked).toBeGreaterThan(3);
  await wall.close();
});
