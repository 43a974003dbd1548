import { useQueryClient } from '@tanstack/react-query';
import { ApiError, api, call, type Schemas } from '@/api/client';
import { useText } from '@/i18n';
import { form_errors } from '@/i18n/form_errors';
import { Button, Dialog, toast } from '@/ui';
import { useForm } from '@/ui/form';
import { FormError } from '@/ui/form_error';
import { check_identity, identity_of, IdentityFields } from './identity_fields';
import styles from './patients.module.css';
import { keep, type Patient, patient_query } from './queries';

export function IdentityDialog({ patient, on_close }: { patient: Patient; on_close: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const patch = (body: Schemas['PatientChange']) =>
    call(api.PATCH('/api/patients/{id}', { params: { path: { id: patient.id } }, body }));
  const before = identity_of(patient);
  const form = useForm({
    initial: before,
    check: (values) => check_identity(values, t),
    submit: async (values) => {
      const change = {
        ...values,
        given_name: values.given_name.trim(),
        family_name: values.family_name.trim(),
      } as Omit<Schemas['PatientChange'], 'version'>;
      try {
        const saved = await patch({ ...change, version: patient.version });
        keep(client, saved);
        toast(t('patients:saved'), {
          undo: () =>
            void patch({ ...(before as typeof change), version: saved.version }).then((now) => keep(client, now)),
        });
        on_close();
        return undefined;
      } catch (error) {
        if (error instanceof ApiError && error.problem.status === 409) {
          await client.invalidateQueries({ queryKey: patient_query(patient.id).queryKey });
          return { form: t('patients:conflict') };
        }
        return form_errors(error);
      }
    },
  });
  return (
    <Dialog open on_close={on_close} close_label={t('patients:close')} title={t('patients:identity.title')} size="lg">
      <form {...form.form_props} className={styles.fields}>
        <FormError errors={form.errors} offline={t('patients:offline')} />
        <IdentityFields form={form} />
        <div className={styles.dialog_actions}>
          <Button onClick={on_close}>{t('patients:cancel')}</Button>
          <Button type="submit" look="primary" busy={form.busy}>
            {t('patients:save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
