import { ApiError } from '@/api/client';
import type { FormErrors } from '@/ui/form';
import { problem_text } from '.';

/** What a refused request means for a form: words per field where the server named fields, else for the whole. */
export function form_errors(error: unknown, rename: Record<string, string> = {}): FormErrors {
  if (!(error instanceof ApiError)) throw error;
  const { problem } = error;
  if (problem.status === 0) return { offline: true };
  const fields: Record<string, string> = {};
  for (const one of problem.fields) {
    fields[rename[one.field] ?? one.field] = problem_text({ key: one.key, detail: one.message, title: one.message });
  }
  return { form: Object.keys(fields).length > 0 ? undefined : problem_text(problem), fields };
}
