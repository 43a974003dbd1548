import { type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { toast } from '@/ui';

export type Patient = Schemas['Patient'];
export type Hit = Schemas['PatientHit'];

export const patient_query = (id: number) =>
  queryOptions({
    queryKey: ['patient', id],
    queryFn: () => call(api.GET('/api/patients/{id}', { params: { path: { id } } })),
    meta: { live: 'patient' },
  });
export const notes_query = (id: number) =>
  queryOptions({
    queryKey: ['patient', id, 'notes'],
    queryFn: () => call(api.GET('/api/patients/{id}/notes', { params: { path: { id } } })).then((list) => list.items),
    meta: { live: 'patient' },
  });

/** Every change of a part of the record answers the whole record as it is now. */
export function keep(client: QueryClient, patient: Patient): void {
  client.setQueryData(patient_query(patient.id).queryKey, patient);
}

/** Runs a change whose answer is the record; says what went wrong. `undo` takes it back. */
export function useRecordChange() {
  const { t } = useText();
  const client = useQueryClient();
  const run = async (
    change: () => Promise<Patient>,
    done?: string,
    undo?: () => Promise<Patient>,
  ): Promise<boolean> => {
    try {
      keep(client, await change());
      if (done) toast(done, undo ? { undo: () => void run(undo) } : {});
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(error.problem.status === 0 ? t('patients:offline') : problem_text(error.problem), { tone: 'failed' });
      return false;
    }
  };
  return run;
}

/** People found as one types. The text travels in the body, never in the address. */
export async function search(query: string, signal?: AbortSignal, limit = 20): Promise<Hit[]> {
  const found = await call(api.POST('/api/patients/search', { body: { query, limit }, signal }));
  return found.items;
}
