/** Puts text on the clipboard; also where the browser offers it only to secure pages (a desk on the clinic's network without TLS). */
export async function copy_text(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  const within = document.querySelector('dialog[open], [role=dialog]') ?? document.body; // a dialog keeps the focus to itself
  within.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
