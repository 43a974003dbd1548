import { type ComponentProps, lazy, Suspense } from 'react';

const DialogWindow = lazy(() => import('./dialog_window'));

/** A dialog with a title, content and its verbs at the end; its code comes with the first one opened. */
export function Dialog(props: ComponentProps<typeof DialogWindow>) {
  return (
    <Suspense fallback={null}>
      <DialogWindow {...props} />
    </Suspense>
  );
}
