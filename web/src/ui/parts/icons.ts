// The icons: strokes on a grid of 20, drawn for this client.

export const ICONS = {
  alert: 'M10 3.2 17.4 16.2H2.6zM10 8v3.8M10 13.9v.1',
  archive: 'M3 4.5h14v3.2H3zM4.4 7.7v7.8h11.2V7.7M8 11h4',
  arrowDown: 'M10 4v12M5 11l5 5 5-5',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  bookmark: 'M5.5 3.5h9v13L10 12.8l-4.5 3.7z',
  image: 'M3 4h14v12H3zM7.6 8a.9.9 0 1 1-1.8 0 .9.9 0 0 1 1.8 0zM3.4 14.6l4-4 2.6 2.6 3.4-3.4 3.2 3.2',
  check: 'M4 10.5l4 4 8-9',
  chevronDown: 'M5.5 8l4.5 4.5L14.5 8',
  chevronRight: 'M8 5.5l4.5 4.5L8 14.5',
  clock: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 6v4.2l2.6 1.6',
  close: 'M5 5l10 10M15 5 5 15',
  door: 'M8.5 3.5h-5v13h5M12 6.5l3.5 3.5-3.5 3.5M15.2 10H7.5',
  edit: 'M4 16l.8-3.6L13.2 4 16 6.8l-8.4 8.4zM11.4 5.8l2.8 2.8',
  feed: 'M3.5 4h13v4.6h-13zM3.5 11.4h13V16h-13z',
  hash: 'M7.8 3 6.2 17M13.8 3l-1.6 14M3.5 7.5h13.4M3 12.5h13.4',
  invite:
    'M11.4 7a3.2 3.2 0 1 1-6.4 0 3.2 3.2 0 0 1 6.4 0zM2.2 16.5c.5-3.2 2.8-4.8 6-4.8 1.8 0 3.3.5 4.4 1.5M15.5 11v5.6M12.7 13.8h5.6',
  keyboard: 'M2.5 5h15v10h-15zM5.5 8h.1M8.5 8h.1M11.5 8h.1M14.5 8h.1M6.5 12h7',
  link: 'M8.4 11.6a3.2 3.2 0 0 0 4.6 0l2.8-2.8a3.25 3.25 0 1 0-4.6-4.6l-1 1M11.6 8.4a3.2 3.2 0 0 0-4.6 0L4.2 11.2a3.25 3.25 0 1 0 4.6 4.6l1-1',
  lock: 'M4.5 9h11v7.5h-11zM7 9V6.5a3 3 0 0 1 6 0V9',
  megaphone: 'M3.5 8.2v3.4l2.8.2 7.7 4V4L6.3 8zM6.8 12l1 4.2h2l-.7-3M16.4 8.6a2 2 0 0 1 0 2.8',
  more: 'M4.8 10h.1M10 10h.1M15.1 10h.1',
  people:
    'M10.4 7a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM1.9 16c.4-2.9 2.5-4.4 5.5-4.4s5.1 1.5 5.5 4.4M12.6 4.2a3 3 0 0 1 0 5.6M14.6 12.2c2 .5 3.2 1.8 3.5 3.8',
  person: 'M13.4 6.6a3.4 3.4 0 1 1-6.8 0 3.4 3.4 0 0 1 6.8 0zM3.8 16.8c.5-3.3 2.8-5 6.2-5s5.7 1.7 6.2 5',
  plus: 'M10 4v12M4 10h12',
  reply: 'M8 5 3.5 9.5 8 14M4 9.5h6.5c3.6 0 5.8 2 6 6',
  retry: 'M16.2 9A6.3 6.3 0 1 0 15 13.8M16.6 4.4V9H12',
  search: 'M14 9a5 5 0 1 1-10 0 5 5 0 0 1 10 0zM12.7 12.7l4 4',
  settings:
    'M3 6h6.6M14.4 6H17M3 14h2.6M10.4 14H17M14.2 6a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0zM10.2 14a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0z',
  side: 'M3 4h14v12H3zM8 4v12',
  thread: 'M3.5 4h13v9.5H9L5.5 16.5v-3h-2zM6.8 7.4h6.4M6.8 10.2h4',
} as const;

export type IconName = keyof typeof ICONS;
/** An icon: its name, or its path where few need it. */
export type Drawing = IconName | `M${string}`;
