import { api, call, type Schemas } from '@/api/client';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Into practice, once it is ready: a one-time link is accepted there, and the page is that of practice from then on. */
export async function enter_practice(on_preparing: () => void): Promise<void> {
  let practice = await call(api.POST('/api/practice/enter'));
  if (practice.state === 'preparing') on_preparing();
  while (practice.state === 'preparing') {
    await pause(700);
    practice = await call(api.POST('/api/practice/enter'));
  }
  if (!practice.token) throw new Error('practice could not be prepared');
  const accepted = await fetch('/practice/api/links/accept', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: practice.token } satisfies Schemas['LinkAccept']),
  });
  if (!accepted.ok) throw new Error('practice did not let us in');
  location.assign('/practice/inbox/unassigned');
}
