let opener: () => void = () => {};
export function when_palette_asked(open: () => void): void {
  opener = open;
}
export function open_palette(): void {
  opener();
}
