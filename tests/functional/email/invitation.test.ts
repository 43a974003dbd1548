// Invitations as mail programs write them, read for the reader's own zone.
import { expect, test } from 'vitest';
import { read_invitation } from '../../../web/features/conversations/icalendar.ts';

const event = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'METHOD:REQUEST', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');

test('what, when, where and who', () => {
  const found = read_invitation(
    event(
      'SUMMARY:Revisión\\, segunda',
      'LOCATION:Consulta 3',
      'DTSTART;TZID=Europe/Madrid:20260712T093000',
      'DTEND;TZID=Europe/Madrid:20260712T100000',
      'ORGANIZER;CN="Dra. Gil":mailto:gil@clinic.example',
      'ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Ana',
      ' Puig:mailto:ana@example.com',
      'ATTENDEE:mailto:luc@example.com',
    ),
  );
  expect(found).toMatchObject({
    method: 'request',
    title: 'Revisión, segunda',
    place: 'Consulta 3',
    organizer: 'Dra. Gil',
    guests: ['AnaPuig', 'luc@example.com'],
    unknown_zone: null,
  });
  expect(found?.start?.toISOString()).toBe('2026-07-12T07:30:00.000Z');
  expect(found?.end?.toISOString()).toBe('2026-07-12T08:00:00.000Z');
});

test('zones by other names, universal time, duration, whole days, cancellation', () => {
  expect(
    read_invitation(event('DTSTART;TZID="Romance Standard Time":20260112T093000', 'DURATION:PT1H30M')),
  ).toMatchObject({
    start: new Date('2026-01-12T08:30:00Z'),
    end: new Date('2026-01-12T10:00:00Z'),
  });
  expect(read_invitation(event('DTSTART:20261116T080000Z'))?.start?.toISOString()).toBe('2026-11-16T08:00:00.000Z');
  expect(read_invitation(event('DTSTART;VALUE=DATE:20261116', 'DTEND;VALUE=DATE:20261118'))?.days).toEqual([
    '2026-11-16',
    '2026-11-17',
  ]);
  expect(read_invitation(event('STATUS:CANCELLED', 'DTSTART:20261116T080000Z'))?.method).toBe('cancel');
  expect(read_invitation(event('DTSTART;TZID=Nowhere:20261116T080000'))?.unknown_zone).toBe('Nowhere');
  expect(read_invitation(event('DTSTART;TZID=Europe/Madrid:20260329T023000'))?.start).toBeInstanceOf(Date);
});

test('what is no invitation is none', () => {
  for (const text of ['', 'BEGIN:VCALENDAR', 'hello', `BEGIN:VEVENT\n${'X'.repeat(600_000)}`])
    expect(() => read_invitation(text)).not.toThrow();
  expect(read_invitation('BEGIN:VCALENDAR\nEND:VCALENDAR')).toBeNull();
});
