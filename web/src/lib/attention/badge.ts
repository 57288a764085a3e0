const SIZE = 64;
const ICON = '/icon.svg';

/** What the title and the icons tell. */
export interface Badge {
  /** What is open: a room's name, or nothing. */
  readonly place: string;
  readonly workspace: string;
  readonly unread: number;
  readonly mentions: number;
}

/** The page's title: a count for mentions, a dot for other unread messages. */
export function titleOf({ place, workspace, unread, mentions }: Badge): string {
  const mark = mentions > 0 ? `(${mentions}) ` : unread > 0 ? '• ' : '';
  const names = [place, workspace || 'Parlor'].filter((name) => name !== '');
  return mark + names.join(' · ');
}

/** Keeps the title, the tab's icon and the installed app's badge equal to what is unread. */
export class BadgePainter {
  #shown = '';
  #icon: HTMLImageElement | undefined;
  #marked: boolean | undefined;

  show(badge: Badge): void {
    const title = titleOf(badge);
    if (title !== this.#shown) document.title = this.#shown = title;
    void this.#setAppBadge(badge);
    const marked = badge.mentions > 0 || badge.unread > 0;
    if (marked === this.#marked) return;
    this.#marked = marked;
    void this.#paint(marked);
  }

  async #setAppBadge({ mentions }: Badge): Promise<void> {
    if (!('setAppBadge' in navigator)) return;
    await (mentions > 0 ? navigator.setAppBadge(mentions) : navigator.clearAppBadge()).catch(() => undefined);
  }

  /** Draws the icon with a dot in its corner. A browser that can't keeps the plain icon. */
  async #paint(marked: boolean): Promise<void> {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (!link) return;
    const href = marked ? await this.#dotted().catch(() => ICON) : ICON;
    if (marked === this.#marked) link.href = href;
  }

  async #dotted(): Promise<string> {
    this.#icon ??= await load(ICON);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = SIZE;
    const pen = canvas.getContext('2d');
    if (!pen) return ICON;
    pen.drawImage(this.#icon, 0, 0, SIZE, SIZE);
    const radius = SIZE / 5;
    pen.globalCompositeOperation = 'destination-out';
    disc(pen, radius * 1.3);
    pen.globalCompositeOperation = 'source-over';
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim() || 'CanvasText';
    disc(pen, radius);
    return canvas.toDataURL('image/png');
  }
}

function disc(pen: CanvasRenderingContext2D, radius: number): void {
  pen.beginPath();
  pen.arc(SIZE * 0.78, SIZE * 0.78, radius, 0, 2 * Math.PI);
  pen.fill();
}

async function load(path: string): Promise<HTMLImageElement> {
  const image = new Image(SIZE, SIZE);
  image.src = path;
  await image.decode();
  return image;
}
