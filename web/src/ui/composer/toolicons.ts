// The icons of the composer, drawn as the others; apart from them, because nobody formats before the first paint.

export const TOOL_ICONS = {
  bold: 'M6 4h5a3 3 0 0 1 0 6H6zM6 10h5.8a3 3 0 0 1 0 6H6z',
  code: 'M7 6 3 10l4 4M13 6l4 4-4 4',
  codeBlock: 'M3 4h14v12H3zM8.2 8 6 10l2.2 2M11.8 8l2.2 2-2.2 2',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM12 10a2 2 0 1 1-4 0 2 2 0 0 1 4 0z',
  italic: 'M8.5 4H14M6 16h5.5M11.4 4 8.6 16',
  list: 'M4 5.5h.1M4 10h.1M4 14.5h.1M7.5 5.5H17M7.5 10H17M7.5 14.5H17',
  numbers: 'M3 4l1.4-.8V8M2.8 12.2c.4-1.4 2.6-1.2 2.4.2-.1.8-1.4 1.8-2.4 3h2.5M8.5 5.5H17M8.5 14H17',
  poll: 'M4.5 16V9.5M10 16V4M15.5 16v-4',
  quote: 'M4 5v10M8 6h9M8 10h9M8 14h6',
  strike:
    'M3.5 10h13M13.8 6.2C13.3 4.8 12 4 10 4 7.6 4 6.2 5.2 6.2 6.9c0 1.2.6 2.2 2.2 2.8M6 13.6c.5 1.6 2 2.4 4 2.4 2.6 0 4-1.2 4-3 0-.6-.1-1.1-.4-1.5',
  text: 'M3 15.5 7 5l4 10.5M4.4 12h5.2M16.8 10.5v5M16.8 13a2.3 2.3 0 1 1-4.6 0 2.3 2.3 0 0 1 4.6 0z',
} as const;
