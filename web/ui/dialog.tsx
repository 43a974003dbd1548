import { type ComponentProps, lazy, Suspense } from 'react';

const DialogWindow = lazy(() => import('./dialog_window'));

/** While the code of a dialog comes, the keys belong to it already: what one types does nothing to the page behind. */
export function Opening() {
  return <span hidden data-keys="own" />;
}

/** A dialog with a title, content and its verbs at the end; its code comes with the first one opened. */
export function Dialog(props: ComponentProps<typeof DialogWindow>) {
  return (
    <Suspense fallback={<Opening />}>
      <DialogWindow {...props} />
    </Suspense>
  );
}
