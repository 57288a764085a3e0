/** Shapes that only files need: they come with them. */
export const FILE_ICONS = {
  download: 'M10 3.5v9M6.2 9l3.8 3.8L13.8 9M3.8 16.5h12.4',
  file: 'M5 2.8h6.5L15 6.3v10.9H5zM11.5 2.8v3.5H15',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6.5 4.2v11.6l9-5.8z',
  clip: 'M15.6 9.4 9.9 15a3.3 3.3 0 0 1-4.7-4.7l6.1-6a2.2 2.2 0 0 1 3.1 3.1l-6 6a1.1 1.1 0 0 1-1.6-1.5l5.4-5.4',
  mic: 'M12.4 5.4v4a2.4 2.4 0 0 1-4.8 0v-4a2.4 2.4 0 0 1 4.8 0zM5 9.6a5 5 0 0 0 10 0M10 14.6v2.6',
} as const;
