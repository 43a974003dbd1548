import { useQueryClient } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { toast } from '@/ui';
import { type Standard, type StandardInput, standards_query } from './targets';

/** Sets targets; each can be taken back by the toast while nothing fell due by it. */
export function useSetTargets() {
  const client = useQueryClient();
  const { t } = useText();
  const again = () => client.invalidateQueries({ queryKey: standards_query.queryKey });
  const take_back = async (made: Standard[]) => {
    try {
      for (const { id } of made) await call(api.DELETE('/api/standards/{id}', { params: { path: { id } } }));
      toast(t('standards:taken_back'));
    } catch (error) {
      toast(form_errors(error).form ?? t('settings:failed'), { tone: 'failed' });
    } finally {
      void again();
    }
  };
  return async (inputs: StandardInput[], said: string) => {
    const made: Standard[] = [];
    try {
      for (const body of inputs) made.push(await call(api.POST('/api/standards', { body })));
      toast(said, { undo: () => void take_back(made) });
    } finally {
      void again();
    }
  };
}
