import { expect, test } from 'vitest';
import { filesInWords } from './words';

const dusk = { kind: 'image', name: 'dusk.jpg', alt: '' } as const;
const plan = { kind: 'document', name: 'plan.txt', alt: '' } as const;

test('one file goes by what it shows, or by its name', () => {
  expect(filesInWords([dusk])).toBe('dusk.jpg');
  expect(filesInWords([{ ...dusk, alt: 'The sun over the hills' }])).toBe('The sun over the hills');
  expect(filesInWords([{ kind: 'voice', name: 'voice.webm', alt: '' }])).toBe('Voice message');
});

test('several files are counted, by what they are if they are alike', () => {
  expect(filesInWords([dusk, dusk])).toBe('2 images');
  expect(filesInWords([dusk, dusk, plan])).toBe('3 files');
  expect(filesInWords([])).toBe('');
});
