import { IconAlertTriangle, IconWifiOff } from '@tabler/icons-react';
import type { FormErrors } from './form';
import { Banner } from './state';

/** What went wrong with the form as a whole, said where one acts. */
export function FormError({ errors, offline }: { errors: FormErrors; offline: string }) {
  if (!errors.form && !errors.offline) return null;
  const Icon = errors.offline ? IconWifiOff : IconAlertTriangle;
  return (
    <div role="alert">
      <Banner tone={errors.offline ? 'soon' : 'late'} icon={<Icon size={18} stroke={1.5} aria-hidden />}>
        {errors.offline ? offline : errors.form}
      </Banner>
    </div>
  );
}
