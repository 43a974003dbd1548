import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, call } from '@/api/client';
import { useMay } from '@/api/session';
import { useText } from '@/i18n';
import { Button, Card, Page, toast } from '@/ui';
import { enter_practice } from './enter';

const practice_query = {
  queryKey: ['practice'],
  queryFn: () => call(api.GET('/api/practice')),
  refetchInterval: ({ state }: { state: { data?: { state: string } } }) =>
    state.data?.state === 'preparing' ? 1_000 : false,
};

/** Practice from the clinic's side: enter, begin afresh, end. */
export function PracticePage() {
  const { t } = useText();
  const client = useQueryClient();
  const manages = useMay('staff_manage');
  const state = useQuery(practice_query).data?.state;
  const look = () => void client.invalidateQueries({ queryKey: practice_query.queryKey });
  const enter = useMutation({
    mutationFn: () => enter_practice(look),
    onError: () => toast(t('app:practice.failed'), { tone: 'failed' }),
  });
  const afresh = useMutation({
    mutationFn: () => call(api.POST('/api/practice/afresh')),
    onSuccess: () => toast(t('practice:afresh_done')),
    onSettled: look,
  });
  const end = useMutation({
    mutationFn: () => call(api.DELETE('/api/practice')),
    onSuccess: () => toast(t('practice:end_done')),
    onSettled: look,
  });
  return (
    <Page title={t('app:practice.title')} lead={t('practice:lead')}>
      <Card title={t('practice:what')}>
        <ul style={{ listStyle: 'disc', paddingLeft: 18, display: 'grid', gap: 6 }}>
          <li>{t('practice:point_patients')}</li>
          <li>{t('practice:point_apart')}</li>
          <li>{t('practice:point_together')}</li>
        </ul>
        <p aria-live="polite">{state && t(`practice:state.${state}`)}</p>
        <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
          <Button look="primary" busy={enter.isPending} onClick={() => enter.mutate()}>
            {t('app:practice.enter')}
          </Button>
          {manages && state === 'ready' && (
            <>
              <Button busy={afresh.isPending} onClick={() => afresh.mutate()}>
                {t('practice:afresh')}
              </Button>
              <Button look="danger" busy={end.isPending} onClick={() => end.mutate()}>
                {t('practice:end')}
              </Button>
            </>
          )}
        </div>
      </Card>
    </Page>
  );
}
