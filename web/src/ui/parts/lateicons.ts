// Icons that nothing of the first paint shows, drawn as the others and apart from them.

export const LATE_ICONS = {
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
  pin: 'M12.2 3.2l4.6 4.6-3 1.2-2.4 2.4-.4 3.6-5.9-5.9 3.6-.4L11 6.2zM8 12l-4.4 4.4',
  send: 'M3.4 16.8 17.2 10 3.4 3.2 5.2 10zM5.2 10h6.2',
  smile: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM7 12c.8 1.2 1.8 1.7 3 1.7s2.2-.5 3-1.7M7.6 8v.3M12.4 8v.3',
  trash: 'M3.8 5.5h12.4M8 5.5V3.6h4v1.9M5.2 5.5l.8 11h8l.8-11M8.4 8.6v5M11.6 8.6v5',
} as const;
