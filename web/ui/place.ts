export type Side = 'top-start' | 'top-end' | 'bottom-start' | 'bottom-end' | 'right-start' | 'right-end' | 'left-start';

/** Puts a box beside what it belongs to: on the wished side if there is room, else on the other, never off the screen. */
export function place_beside(box: HTMLElement, anchor: DOMRect, side: Side, gap = 6): void {
  const { width, height } = box.getBoundingClientRect();
  const edge = 8;
  const [where, align] = side.split('-') as [string, 'start' | 'end'];
  const room = { w: innerWidth - edge, h: innerHeight - edge };
  let x: number;
  let y: number;
  if (where === 'top' || where === 'bottom') {
    const below = anchor.bottom + gap;
    const above = anchor.top - gap - height;
    y = where === 'bottom' ? (below + height <= room.h || above < edge ? below : above) : above >= edge ? above : below;
    x = align === 'start' ? anchor.left : anchor.right - width;
  } else {
    const right = anchor.right + gap;
    const left = anchor.left - gap - width;
    x = where === 'right' ? (right + width <= room.w || left < edge ? right : left) : left >= edge ? left : right;
    y = align === 'start' ? anchor.top : anchor.bottom - height;
  }
  box.style.left = `${Math.max(edge, Math.min(x, room.w - width))}px`;
  box.style.top = `${Math.max(edge, Math.min(y, room.h - height))}px`;
}
