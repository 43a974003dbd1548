/** Says something politely to screen readers, in the one live region of the page. */
export function announce(text: string): void {
  const region = document.getElementById('announcements');
  if (!region) return;
  region.textContent = '';
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}
