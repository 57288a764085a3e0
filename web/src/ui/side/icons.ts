// Icons that only the side bar and what leads there use: paths on the same grid as the others.

export const BELL = 'M5 14.5h10l-1.3-1.7V9a3.7 3.7 0 0 0-7.4 0v3.8zM8.6 17h2.8';
export const AT = 'M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM13 7v3.6a2 2 0 0 0 4 0V10a7 7 0 1 0-2.8 5.6';
export const STAR = 'M10 3l2.1 4.6 5 .6-3.7 3.4 1 4.9L10 14l-4.4 2.5 1-4.9-3.7-3.4 5-.6z';
export const FOLDER = 'M3 5h5l1.8 2H17v8.5H3z';
export const UP = 'M10 16V4M5 9l5-5 5 5';
