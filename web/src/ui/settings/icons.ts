/** Shapes that only the settings and the ways there need: they come with them. */
export const SETTINGS_ICONS = {
  bot: 'M4 8.2h12v8H4zM10 8V4.6M7.5 12v.6M12.5 12v.6M2 11v2.4M18 11v2.4M10 3.6v.1',
  devices: 'M2.5 4.5h11v8h-11zM6 15.5h3M12.5 8.5h5v8h-5z',
  key: 'M11 8.2a3.7 3.7 0 1 1-7.4 0 3.7 3.7 0 0 1 7.4 0zM10 10.8l5.8 5.8M13.2 14l1.8-1.8',
  palette:
    'M10 3a7 7 0 1 0 0 14c1.3 0 1.7-.8 1.4-1.8-.4-1.3.3-2.2 1.6-2.2h1.8c1.4 0 2.2-1 2.2-2.6C17 6 14 3 10 3zM6.6 9.2v.1M9 6.4v.1M12.6 6.9v.1',
} as const;
