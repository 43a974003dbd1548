// An in-memory stand-in for the server, for working on the pages without one: node web/dev-fixtures/server.mjs [port].
// Invented people only. Never shipped: nothing under apps/ imports it.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { seed } from './seed.mjs';

const port = Number(process.argv[2] ?? 8090);
const web = join(dirname(fileURLToPath(import.meta.url)), '../../build/web');
const db = seed();
let seq = 1;
const sockets = new Set();
const say = (message) => {
  for (const socket of sockets) socket.send(JSON.stringify(message));
};
const changed = (one) => {
  one.version++;
  say({ type: 'change', seq: ++seq, kind: 'case', id: one.id, version: one.version });
};
const now = () => new Date().toISOString();
const row_of = ({
  intervals,
  conversations,
  follow_up,
  last_message_id,
  linked_case_id,
  opened_by,
  outcome,
  undo_resolve_until,
  sender_relation,
  ...row
}) => row;
const views = {
  mine: (c) => c.state === 'open' && c.assignee_id === 1,
  unassigned: (c) => c.state === 'open' && c.assignee_id === null,
  longest_waiting: (c) => c.state === 'open' && c.waiting_on === 'clinic',
  follow_ups: (c) => c.follow_up_at !== null && c.state !== 'resolved',
  all: (c) => c.state === 'open',
  snoozed: (c) => c.state === 'snoozed',
  resolved: (c) => c.state === 'resolved',
  failed: (c) => c.failed,
};
const order = (a, b) =>
  (a.waiting_on === 'clinic' ? 0 : 1) - (b.waiting_on === 'clinic' ? 0 : 1) ||
  String(a.waiting_since).localeCompare(String(b.waiting_since));
const owner = (one, next) => {
  const open = one.intervals.find((i) => i.to === null);
  if (open) open.to = now();
  if (next) one.intervals.push({ owner: next, from: now(), to: null });
  one.waiting_on = next;
  one.waiting_since = next ? now() : null;
  one.due_at = null;
};
const event = (one, type, value = null) =>
  db.messages.push({
    ...db.blank(one.id),
    kind: 'event',
    author_kind: 'staff',
    author_id: 1,
    event: { type, value, previous: null },
  });
const act = (one, change, type, value, undo) => {
  change(one);
  event(one, type, value);
  changed(one);
  return { case: one, undo };
};
const post = (id, verb, body) => ({ method: 'post', path: `/api/cases/${id}/${verb}`, body });
const problem = (status, key, extra = {}) => ({
  status,
  problem: { type: 'about:blank', title: key, status, key, fields: [], request_id: 'x', ...extra },
});

const routes = {
  'GET /api/session': () => db.session,
  'PATCH /api/account': ({ body }) => Object.assign(db.session.user, body),
  'PUT /api/account/presence': ({ body }) => Object.assign(db.session.user, body),
  'POST /api/session/lock': () => void (db.session.state = 'locked'),
  'POST /api/session/unlock': () => (
    (db.session.state = 'signed_in'), { outcome: 'signed_in', challenge: null, session: db.session }
  ),
  'GET /api/users': () => ({ items: db.users, next_cursor: null }),
  'GET /api/sites': () => ({ items: db.sites, next_cursor: null }),
  'GET /api/topics': () => ({ items: db.topics, next_cursor: null }),
  'GET /api/cases': ({ query }) => {
    const list = db.cases
      .filter((c) =>
        query.get('patient_id')
          ? c.patient?.id === Number(query.get('patient_id'))
          : views[query.get('view') ?? 'all'](c),
      )
      .sort(order);
    const from = Number(query.get('cursor') ?? 0);
    const items = list.slice(from, from + Number(query.get('limit') ?? 50)).map(row_of);
    return { items, next_cursor: from + items.length < list.length ? String(from + items.length) : null };
  },
  'GET /api/cases/counts': () => ({
    views: Object.fromEntries(Object.entries(views).map(([k, f]) => [k, db.cases.filter(f).length])),
    channels: { email: db.cases.filter(views.all).length },
  }),
  'GET /api/cases/:id': ({ one }) => one,
  'GET /api/cases/:id/messages': ({ one }) => ({
    items: db.messages.filter((m) => m.case_id === one.id && m.delivery?.state !== 'cancelled').reverse(),
    next_cursor: null,
  }),
  'POST /api/cases/:id/assign': ({ one, body }) => {
    const was = one.assignee_id;
    return act(
      one,
      (c) => (c.assignee_id = body.assignee_id),
      'assigned',
      body.assignee_id === null ? null : String(body.assignee_id),
      post(one.id, 'assign', { assignee_id: was }),
    );
  },
  'POST /api/cases/:id/topic': ({ one, body }) => {
    const was = one.topic;
    return act(one, (c) => (c.topic = body.topic), 'topic', body.topic, post(one.id, 'topic', { topic: was }));
  },
  'POST /api/cases/:id/priority': ({ one, body }) => {
    const was = one.priority;
    return act(
      one,
      (c) => (c.priority = body.priority),
      'priority',
      body.priority,
      post(one.id, 'priority', { priority: was }),
    );
  },
  'POST /api/cases/:id/language': ({ one, body }) => {
    const was = one.language;
    return act(
      one,
      (c) => (c.language = body.language),
      'language',
      body.language,
      post(one.id, 'language', { language: was }),
    );
  },
  'POST /api/cases/:id/title': ({ one, body }) => {
    const was = one.title;
    return act(one, (c) => (c.title = body.title), 'title', null, post(one.id, 'title', { title: was }));
  },
  'POST /api/cases/:id/wait': ({ one, body }) => {
    const was = one.waiting_on;
    return act(one, (c) => owner(c, body.on), 'waiting', body.on, post(one.id, 'wait', { on: was }));
  },
  'POST /api/cases/:id/snooze': ({ one, body }) =>
    act(
      one,
      (c) => {
        c.snoozed_until = body.until;
        c.state = body.until ? 'snoozed' : 'open';
      },
      body.until ? 'snoozed' : 'woken',
      body.until,
      post(one.id, 'snooze', { until: null }),
    ),
  'POST /api/cases/:id/follow-up': ({ one, body }) => {
    const instant = body.local && new Date(body.local).toISOString();
    return act(
      one,
      (c) => {
        c.follow_up_at = instant;
        c.follow_up = instant && { local: body.local, zone: 'Europe/Madrid', instant };
      },
      'follow_up',
      instant,
      post(one.id, 'follow-up', { local: null }),
    );
  },
  'POST /api/cases/:id/resolve': ({ one, body }) =>
    act(
      one,
      (c) => {
        c.state = 'resolved';
        c.resolved_at = now();
        c.outcome = body.outcome ?? null;
        owner(c, null);
      },
      'resolved',
      body.outcome ?? null,
      { method: 'delete', path: `/api/cases/${one.id}/resolve`, body: null },
    ),
  'DELETE /api/cases/:id/resolve': ({ one }) =>
    act(
      one,
      (c) => {
        c.state = 'open';
        c.resolved_at = null;
        owner(c, 'clinic');
      },
      'reopened',
      null,
      null,
    ),
  'POST /api/cases/:id/reopen': ({ one }) =>
    act(
      one,
      (c) => {
        c.state = 'open';
        c.resolved_at = null;
        owner(c, 'clinic');
      },
      'reopened',
      null,
      null,
    ),
  'GET /api/cases/:id/patient/candidates': () => ({
    items: db.patients.slice(1, 3).map((p, i) => ({
      person: { id: p.id, display_name: p.display_name, provisional: false },
      birth_date: p.birth_date,
      via: i ? 'acts_for' : 'address',
      relation: i ? 'parent' : null,
      authority: i ? 'full' : null,
      by_person: i ? { id: 12, display_name: 'Oliver Bennett', provisional: false } : null,
      sender: !i,
    })),
  }),
  'PUT /api/cases/:id/patient': ({ one, body }) => {
    const p = db.patients.find((x) => x.id === body.patient_id);
    return act(
      one,
      (c) => {
        c.patient = { id: p.id, display_name: p.display_name, provisional: false };
        c.needs_patient = false;
      },
      'patient',
      String(p.id),
      null,
    );
  },
  'PUT /api/cases/:id/read': ({ one }) => void ((one.unread = false), changed(one)),
  'DELETE /api/cases/:id/read': ({ one }) => void ((one.unread = true), changed(one)),
  'GET /api/cases/:id/draft': ({ one }) =>
    db.drafts.get(one.id) ?? {
      kind: 'reply',
      conversation_id: null,
      text: '',
      html: null,
      cc: [],
      attachments: [],
      saved_at: null,
    },
  'PUT /api/cases/:id/draft': ({ one, body }) => {
    const draft = {
      kind: body.kind,
      conversation_id: body.conversation_id ?? null,
      text: body.text,
      html: null,
      cc: body.cc ?? [],
      attachments: (body.attachment_ids ?? []).map((id) => db.files.get(id)),
      saved_at: now(),
    };
    db.drafts.set(one.id, draft);
    return draft;
  },
  'DELETE /api/cases/:id/draft': ({ one }) => void db.drafts.delete(one.id),
  'POST /api/cases/:id/attachments': ({ raw, headers }) => {
    const file = {
      id: db.id(),
      name: decodeURIComponent(headers['x-file-name']),
      size: raw.length,
      content_type: 'application/pdf',
      inline: false,
      content_id: null,
    };
    db.files.set(file.id, file);
    return file;
  },
  'DELETE /api/attachments/:id': () => undefined,
  'GET /api/messages/:id/html': ({ id }) => ({ html: db.html.get(id) ?? '<p>Hello</p>' }),
  'POST /api/cases/:id/notes': ({ one, body }) => {
    const m = {
      ...db.blank(one.id),
      kind: 'note',
      author_kind: 'staff',
      author_id: 1,
      text: body.text,
      attachments: (body.attachment_ids ?? []).map((id) => db.files.get(id)),
    };
    db.messages.push(m);
    db.drafts.delete(one.id);
    changed(one);
    return m;
  },
  'POST /api/cases/:id/replies': ({ one, body }) => {
    const newer = db.messages.filter(
      (m) =>
        m.case_id === one.id &&
        m.kind === 'message' &&
        m.id > (body.expected_last_message_id ?? 0) &&
        m.author_id !== 1,
    );
    if (!body.confirmed && body.expected_last_message_id && newer.length)
      return problem(409, 'error.conversations.newer_messages', { newer_messages: newer });
    const m = {
      ...db.blank(one.id),
      kind: 'message',
      direction: 'out',
      author_kind: 'staff',
      author_id: 1,
      channel: 'email',
      conversation_id: body.conversation_id,
      text: body.text,
      attachments: (body.attachment_ids ?? []).map((id) => db.files.get(id)),
      delivery: { state: 'queued', leaves_at: new Date(Date.now() + 10_000).toISOString(), reason: null, attempts: 0 },
    };
    db.messages.push(m);
    one.last_message_id = m.id;
    one.sending = true;
    one.unread = false;
    db.drafts.delete(one.id);
    if (body.resolve) {
      one.state = 'resolved';
      one.resolved_at = now();
      owner(one, null);
      event(one, 'resolved');
    }
    changed(one);
    m.timer = setTimeout(() => {
      m.delivery = { state: 'sent', leaves_at: null, reason: null, attempts: 1 };
      one.sending = false;
      if (!body.resolve) owner(one, body.wait_on ?? 'patient');
      changed(one);
    }, 10_000);
    return m;
  },
  'POST /api/messages/:id/cancel': ({ id }) => {
    const m = db.messages.find((x) => x.id === id);
    clearTimeout(m.timer);
    m.delivery.state = 'cancelled';
    const one = db.cases.find((c) => c.id === m.case_id);
    one.sending = false;
    if (one.state === 'resolved') {
      one.state = 'open';
      owner(one, 'clinic');
    }
    one.last_message_id =
      db.messages.findLast((x) => x.case_id === one.id && x.kind === 'message' && x.delivery?.state !== 'cancelled')
        ?.id ?? null;
    changed(one);
    return m;
  },
  'POST /api/messages/:id/retry': ({ id }) => {
    const m = db.messages.find((x) => x.id === id);
    m.delivery = { state: 'sent', leaves_at: null, reason: null, attempts: 3 };
    const one = db.cases.find((c) => c.id === m.case_id);
    one.failed = false;
    changed(one);
    return m;
  },
  'PUT /api/messages/:id/ack': ({ id }) =>
    Object.assign(
      db.messages.find((x) => x.id === id),
      { ack: true },
    ),
  'DELETE /api/messages/:id/ack': ({ id }) =>
    Object.assign(
      db.messages.find((x) => x.id === id),
      { ack: false },
    ),
  'POST /api/patients/search': ({ body }) => ({
    items: db.patients
      .filter((p) => p.display_name.toLowerCase().includes(body.query.toLowerCase()))
      .map((p) => ({
        id: p.id,
        display_name: p.display_name,
        provisional: p.provisional,
        is_patient: true,
        birth_date: p.birth_date,
        score: 1,
        reason: 'name',
        matched: p.display_name,
        contact: p.contact_points[0]?.display ?? null,
      })),
  }),
  'POST /api/patients/similar': () => ({ items: [] }),
  'GET /api/patients/:id': ({ id }) => db.patients.find((p) => p.id === id) ?? problem(404, 'error.not_found'),
  'GET /api/patients/:id/timeline': ({ id }) => ({ items: db.timeline(id), next_cursor: null }),
  'GET /api/patients/:id/accesses': () => ({ items: db.accesses, next_cursor: null }),
  'POST /api/search': ({ body }) => ({
    items: db.messages
      .filter((m) => m.text?.toLowerCase().includes(body.query.toLowerCase()))
      .slice(0, 8)
      .map((m) => {
        const c = db.cases.find((x) => x.id === m.case_id);
        const at = m.text.toLowerCase().indexOf(body.query.toLowerCase());
        return {
          kind: m.kind,
          id: m.id,
          case_id: c.id,
          case_number: c.number,
          patient: c.patient,
          title: c.title,
          snippet: [
            { text: m.text.slice(Math.max(0, at - 30), at), hit: false },
            { text: m.text.slice(at, at + body.query.length), hit: true },
            { text: m.text.slice(at + body.query.length, at + 60), hit: false },
          ],
          happened_at: m.happened_at,
          channel: m.channel,
          state: c.state,
        };
      }),
    next_cursor: null,
  }),
  // For trying things out: a patient or a colleague writes, a colleague looks.
  'POST /dev/inbound': ({ body }) => {
    const one = db.cases.find((c) => c.id === body.case_id);
    const m = {
      ...db.blank(one.id),
      kind: 'message',
      direction: 'in',
      author_kind: 'person',
      person: one.sender,
      channel: 'email',
      conversation_id: one.conversations[0].id,
      text: body.text,
    };
    db.messages.push(m);
    one.last_message_id = m.id;
    one.last_message_at = now();
    one.unread = true;
    one.preview = body.text;
    owner(one, 'clinic');
    changed(one);
    return m;
  },
  'POST /dev/colleague': ({ body }) => {
    const one = db.cases.find((c) => c.id === body.case_id);
    const m = {
      ...db.blank(one.id),
      kind: 'message',
      direction: 'out',
      author_kind: 'staff',
      author_id: 2,
      channel: 'email',
      conversation_id: one.conversations[0].id,
      text: body.text,
      delivery: { state: 'sent', leaves_at: null, reason: null, attempts: 1 },
    };
    db.messages.push(m);
    one.last_message_id = m.id;
    changed(one);
    return m;
  },
  'POST /dev/viewers': ({ body }) => say({ type: 'viewers', ...body }),
};

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const match = (method, path) => {
  for (const [key, handler] of Object.entries(routes)) {
    const [verb, pattern] = key.split(' ');
    const found = verb === method && new RegExp(`^${pattern.replace(':id', '(\\d+)')}$`).exec(path);
    if (found) return { handler, id: Number(found[1] ?? 0) };
  }
  return undefined;
};
const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  if (!url.pathname.startsWith('/api/') && !url.pathname.startsWith('/dev/')) {
    let file = join(web, url.pathname);
    if (url.pathname === '/' || !existsSync(file) || !extname(file)) file = join(web, 'index.html');
    response.writeHead(200, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy':
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; font-src 'self' data:; frame-src 'self' blob: data:; connect-src 'self' ws:",
    });
    response.end(readFileSync(file));
    return;
  }
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const found = match(request.method, url.pathname);
    const raw = Buffer.concat(parts);
    const one = found && url.pathname.startsWith('/api/cases/') ? db.cases.find((c) => c.id === found.id) : undefined;
    let answer = found ? undefined : problem(404, 'error.not_found');
    if (found && url.pathname.startsWith('/api/cases/') && found.id && !one) answer = problem(404, 'error.not_found');
    const json =
      request.headers['content-type']?.startsWith('application/json') && raw.length
        ? JSON.parse(raw.toString())
        : undefined;
    answer ??= found.handler({ query: url.searchParams, body: json, raw, headers: request.headers, one, id: found.id });
    const status = answer?.problem ? answer.status : answer === undefined ? 204 : 200;
    if (answer?.html) return response.writeHead(200, { 'Content-Type': 'text/html' }).end(answer.html);
    const body = answer?.problem ?? answer;
    response.writeHead(status, { 'Content-Type': answer?.problem ? 'application/problem+json' : 'application/json' });
    response.end(
      body === undefined ? undefined : JSON.stringify(body, (key, value) => (key === 'timer' ? undefined : value)),
    );
    return undefined;
  });
});
new WebSocketServer({ server, path: '/api/live' }).on('connection', (socket) => {
  sockets.add(socket);
  socket.send(JSON.stringify({ type: 'hello', seq }));
  socket.on('close', () => sockets.delete(socket));
});
server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
