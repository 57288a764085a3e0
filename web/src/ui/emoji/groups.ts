/** The groups of Unicode's emoji in their usual order, by the number under which the data keeps them. */
export const EMOJI_GROUPS = [
  { id: 0, name: 'Smileys and emotion' },
  { id: 1, name: 'People and body' },
  { id: 3, name: 'Animals and nature' },
  { id: 4, name: 'Food and drink' },
  { id: 5, name: 'Travel and places' },
  { id: 6, name: 'Activities' },
  { id: 7, name: 'Objects' },
  { id: 8, name: 'Symbols' },
  { id: 9, name: 'Flags' },
] as const;
