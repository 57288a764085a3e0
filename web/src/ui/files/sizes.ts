import type { File as SharedFile } from '../../lib';

/** Pixels that one picture in a message takes at most. */
const WIDEST = 400;
const HIGHEST = 320;

/** A number of bytes for people: 1.4 MB. */
export function bytes(count: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let unit = 0;
  let rest = count;
  while (rest >= 1_000 && unit < units.length - 1) {
    rest /= 1_000;
    unit += 1;
  }
  return `${rest < 10 && unit > 0 ? rest.toFixed(1) : Math.round(rest)} ${units[unit]}`;
}

/** A time for people: 1:05. */
export function minutes(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The box of a picture or a film before it is there. */
export function box({ width = 320, height = 180 }: Pick<SharedFile, 'width' | 'height'>): [number, number] {
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return [Math.max(48, Math.round(width * scale)), Math.max(48, Math.round(height * scale))];
}

export function address(file: SharedFile): string {
  return `/files/${file.id}/${encodeURIComponent(file.name === 'preview' ? 'file' : file.name)}`;
}

/** Moving pictures only where motion is welcome. */
export function shownAddress(file: SharedFile): string {
  const moves = file.mime === 'image/gif' && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  return moves ? address(file) : `/files/${file.id}/preview`;
}

/** Draws what an image looks like from afar, to be stretched softly. */
export function blurred(blur: string | undefined) {
  return (canvas: HTMLCanvasElement) => {
    const context = canvas.getContext('2d');
    if (!blur || !context) return;
    const rgb = Uint8Array.from(atob(blur), (char) => char.codePointAt(0) ?? 0);
    const pixels = context.createImageData(4, 3);
    for (let at = 0; at < 12; at += 1) {
      pixels.data.set([...rgb.slice(at * 3, at * 3 + 3), 255], at * 4);
    }
    context.putImageData(pixels, 0, 0);
  };
}
