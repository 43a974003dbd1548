import { download } from './csv';

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

/** Colours as every program reads them: mixed ones come from the browser as `color(srgb …)`. */
function colour_of(text: string): string {
  const parts = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.e-]+))?\)$/.exec(text);
  if (!parts) return text;
  const [r, g, b] = parts.slice(1, 4).map((one) => Math.round(Number(one) * 255));
  return parts[4] ? `rgba(${r}, ${g}, ${b}, ${parts[4]})` : `rgb(${r}, ${g}, ${b})`;
}
const see_through = (colour: string) => colour === 'transparent' || /^rgba\(.*, 0\)$/.test(colour);

const drawn = ['fill', 'stroke', 'stroke-width', 'font-family', 'font-size', 'font-weight', 'opacity', 'fill-opacity'];

/** A drawing with its colours in it, at its place. */
function drawing(of: SVGSVGElement, x: number, y: number): string {
  const copy = of.cloneNode(true) as SVGSVGElement;
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  [of, ...of.querySelectorAll<SVGElement>('*')].forEach((element, i) => {
    const style = getComputedStyle(element);
    const own = copies[i];
    own?.removeAttribute('class');
    for (const name of drawn) {
      const value = style.getPropertyValue(name);
      if (value) own?.style.setProperty(name, name === 'fill' || name === 'stroke' ? colour_of(value) : value);
    }
  });
  for (const name of ['position', 'left', 'top']) copy.style.removeProperty(name);
  const { width, height } = of.getBoundingClientRect();
  for (const [name, value] of Object.entries({ x, y, width, height })) copy.setAttribute(name, String(value));
  return new XMLSerializer().serializeToString(copy);
}

/** Each word where the browser put it, so that lines break as they do on the screen. */
function words_of(node: Text, left: number, top: number): string[] {
  const style = getComputedStyle(node.parentElement as Element);
  const range = document.createRange();
  return [...node.data.matchAll(/\S+/g)].flatMap((word) => {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const at = range.getBoundingClientRect();
    if (at.width === 0) return [];
    const place = `x="${at.left - left}" y="${at.top - top + at.height * 0.8}" textLength="${at.width}"`;
    const look = `fill="${colour_of(style.color)}" font-size="${style.fontSize}" font-weight="${style.fontWeight}"`;
    return [`<text ${place} ${look} lengthAdjust="spacingAndGlyphs">${escaped(word[0])}</text>`];
  });
}

/** A card as one SVG: its title, its chart and its legend as they stand on the screen; what is only for the hand is left out. */
function svg_of(card: HTMLElement): { text: string; width: number; height: number } {
  const { left, top, width, height } = card.getBoundingClientRect();
  const parts: string[] = [];
  const visit = (node: Node) => {
    if (node instanceof Text) parts.push(...words_of(node, left, top));
    if (!(node instanceof HTMLElement) && !(node instanceof SVGSVGElement)) return;
    const style = getComputedStyle(node);
    if (node.dataset.noPicture !== undefined || style.display === 'none' || style.visibility === 'hidden') return;
    if (node.classList.contains('visually-hidden')) return;
    const at = node.getBoundingClientRect();
    if (node instanceof SVGSVGElement) {
      parts.push(drawing(node, at.left - left, at.top - top));
      return;
    }
    const background = colour_of(style.backgroundColor);
    if (!see_through(background) && at.width > 0)
      parts.push(
        `<rect x="${at.left - left}" y="${at.top - top}" width="${at.width}" height="${at.height}" rx="${Number.parseFloat(style.borderRadius) || 0}" fill="${background}"/>`,
      );
    node.childNodes.forEach(visit);
  };
  visit(card);
  const family = escaped(getComputedStyle(card).fontFamily.replaceAll('"', "'"));
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${family}">`;
  return { text: `${head}${parts.join('')}</svg>`, width, height };
}

export function download_svg(card: HTMLElement, name: string): void {
  download(`${name}.svg`, new Blob([svg_of(card).text], { type: 'image/svg+xml' }));
}

/** Twice the size of the screen, for slides and print. */
export async function download_png(card: HTMLElement, name: string): Promise<void> {
  const { text, width, height } = svg_of(card);
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: width * 2, height: height * 2 });
    const pen = canvas.getContext('2d');
    pen?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const content = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (content) download(`${name}.png`, content);
  } finally {
    URL.revokeObjectURL(url);
  }
}
