import createClient, { type Middleware } from 'openapi-fetch';
import { base } from './base';
import { type Problem, problem_of } from './problem';
import type { components, paths } from './schema.gen';

export type Schemas = components['schemas'];

let csrf_token: string | null = null;
export function set_csrf_token(token: string | null): void {
  csrf_token = token;
}

type SessionLost = 'signed_out' | 'locked';
let on_session_lost: (why: SessionLost) => void = () => {};
/** Called when an answer says that nobody is signed in any more, or that the session is locked. */
export function when_session_lost(action: (why: SessionLost) => void): void {
  on_session_lost = action;
}

let background = 0;
/** Requests made inside were not caused by the user: they do not keep the session awake. */
export async function in_background<T>(work: () => Promise<T>): Promise<T> {
  background++;
  try {
    return await work();
  } finally {
    background--;
  }
}

const edge: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrf_token) request.headers.set('X-CSRF-Token', csrf_token);
    if (background > 0 || document.hidden) request.headers.set('X-Background', '1');
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: base, credentials: 'same-origin' });
api.use(edge);

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.key);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Data or an ApiError, with one place for lost sessions. `const rows = await call(api.GET('/api/cases', …))`. */
export async function call<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(problem_of(0, undefined));
  }
  if (answer.response.ok) return answer.data as T;
  const problem = problem_of(answer.response.status, answer.error, answer.response.headers.get('Retry-After'));
  if (problem.status === 401)
    on_session_lost(
      problem.key === 'error.session_locked' || problem.key === 'error.team.locked' ? 'locked' : 'signed_out',
    );
  throw new ApiError(problem);
}

/** Uploads a file with progress from 0 to 1 (fetch cannot tell). */
export function upload<T>(
  path: string,
  file: File,
  on_progress: (share: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', base + path);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
    if (csrf_token) request.setRequestHeader('X-CSRF-Token', csrf_token);
    request.upload.onprogress = (event) => on_progress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(new ApiError(problem_of(request.status, request.response)));
    };
    request.onerror = () => reject(new ApiError(problem_of(0, undefined)));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** Runs the request that takes a change back, as the server described it. */
export async function take_back(undo: Schemas['CaseUndo']): Promise<unknown> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (csrf_token) headers['X-CSRF-Token'] = csrf_token;
  const body = undo.body ? JSON.stringify(undo.body) : undefined;
  return call(
    fetch(base + undo.path, { method: undo.method.toUpperCase(), headers, body, credentials: 'same-origin' }).then(
      async (response) => {
        const json: unknown = await response.json().catch(() => undefined);
        return response.ok ? { data: json, response } : { error: json, response };
      },
    ),
  );
}
