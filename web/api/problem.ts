export interface FieldProblem {
  field: string;
  key: string;
  message: string;
}
/** RFC 9457 problem as every route answers it; status 0: the server was not reached. */
export interface Problem {
  status: number;
  key: string;
  title: string;
  detail: string;
  fields: FieldProblem[];
  request_id: string;
  /** Seconds to wait before trying again, when the server says so. */
  retry_after: number | null;
  /** Members a particular problem adds, e.g. `newer_messages`. */
  extra: Record<string, unknown>;
}

export function problem_of(status: number, body: unknown, retry_after?: string | null): Problem {
  const from = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof from[name] === 'string' ? (from[name] as string) : '');
  const fallback = status === 0 ? 'error.unreachable' : status === 503 ? 'error.unavailable' : 'error.unexpected';
  return {
    status,
    key: text('key') || fallback,
    title: text('title'),
    detail: text('detail'),
    fields: Array.isArray(from.fields) ? (from.fields as FieldProblem[]) : [],
    request_id: text('request_id'),
    retry_after: retry_after && Number(retry_after) > 0 ? Number(retry_after) : null,
    extra: from,
  };
}
