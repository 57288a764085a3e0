/** An arrow that leads on. */
export const FORWARD = 'M12 5l4.5 4.5L12 14M16 9.5H9.5c-3.6 0-5.8 2-6 6';
