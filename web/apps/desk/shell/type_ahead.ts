/** What is typed while the palette is still coming: it belongs to its field, and never to the keys of the page. */
let text = '';
let timer: ReturnType<typeof setTimeout> | undefined;

function keep(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === 'Escape') return void end_type_ahead();
  if (event.key === 'Backspace') text = text.slice(0, -1);
  else if (event.key.length === 1) text += event.key;
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function begin_type_ahead(): void {
  end_type_ahead();
  timer = setTimeout(end_type_ahead, 5_000); // a palette that never comes takes no keys away
  window.addEventListener('keydown', keep, true);
}

/** What was typed until now; from here on the field hears it by itself. */
export function end_type_ahead(): string {
  clearTimeout(timer);
  window.removeEventListener('keydown', keep, true);
  const typed = text;
  text = '';
  return typed;
}
