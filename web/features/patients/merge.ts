import { useQueryClient } from '@tanstack/react-query';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { problem_text, useText } from '@/i18n';
import { toast } from '@/ui';
import { type Patient, patient_query } from './queries';

export const fields = [
  'given_name',
  'family_name',
  'birth_date',
  'sex',
  'pronouns',
  'language',
  'preferred_channel',
  'address',
  'postal_code',
  'city',
] as const;
export type Field = (typeof fields)[number];
export const fetch_patient = (id: number) => call(api.GET('/api/patients/{id}', { params: { path: { id } } }));

export function useMerge() {
  const { t } = useText();
  const client = useQueryClient();
  const refused = (error: unknown): undefined => {
    if (!(error instanceof ApiError)) throw error;
    toast(error.problem.status === 0 ? t('patients:offline') : problem_text(error.problem), { tone: 'failed' });
    return undefined;
  };
  const refresh = async (...ids: number[]) => {
    await Promise.all([
      ...ids.map((id) => client.invalidateQueries({ queryKey: patient_query(id).queryKey })),
      client.invalidateQueries({ queryKey: ['patient-suspects'] }),
      client.invalidateQueries({ queryKey: ['patient-timeline'] }),
      client.invalidateQueries({ queryKey: ['case'] }),
    ]);
  };
  const undo = async (kept: number, gone: number, merge_id: number): Promise<Patient | undefined> => {
    try {
      const now = await call(
        api.POST('/api/patients/{id}/merges/{merge_id}/undo', { params: { path: { id: kept, merge_id } } }),
      );
      await refresh(kept, gone);
      toast(t('duplicates:undone'));
      return now;
    } catch (error) {
      return refused(error);
    }
  };
  /** One record from two; a toast offers to take it back. */
  const join = async (kept: Patient, other: Patient, take: Field[] = []): Promise<Patient | undefined> => {
    const body: Schemas['NewMerge'] = {
      other_id: other.id,
      version: kept.version,
      other_version: other.version,
      take,
    };
    const path = { params: { path: { id: kept.id } } };
    try {
      const now = await call(api.POST('/api/patients/{id}/merge', { ...path, body }));
      const made = await call(api.GET('/api/patients/{id}/merges', path));
      await refresh(kept.id, other.id);
      const merge = made.items.find((one) => one.gone_id === other.id);
      toast(
        t('duplicates:joined', { name: now.display_name }),
        merge ? { undo: () => void undo(kept.id, other.id, merge.id) } : {},
      );
      return now;
    } catch (error) {
      return refused(error);
    }
  };
  return { join, undo };
}
