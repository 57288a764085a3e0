import { describe, expect, test } from 'vitest';
import { fitOf, fitting } from './match';

const ROOMS = ['lobby', 'Design review', 'Development', 'Café Müller', 'random', 'Old designs'];
const find = (query: string) => fitting(query, ROOMS, (name) => [name]);

describe('finding a room or a person by a few letters', () => {
  test('an empty query keeps the order it was given', () => {
    expect(find('')).toEqual(ROOMS);
    expect(find('   ')).toEqual(ROOMS);
  });

  test('the beginning of a name comes before the beginning of a later word', () => {
    expect(find('des')).toEqual(['Design review', 'Old designs']);
  });

  test('letter case and accents do not count', () => {
    expect(find('cafe mul')).toEqual(['Café Müller']);
    expect(find('MÜLLER')).toEqual(['Café Müller']);
  });

  test('words may come in any order', () => {
    expect(find('review design')).toEqual(['Design review']);
  });

  test('initials and letters with gaps find it too', () => {
    expect(find('dr')[0]).toBe('Design review');
    expect(find('dvlp')).toEqual(['Development']);
  });

  test('one slip of the finger is forgiven in longer words', () => {
    expect(find('lobbu')).toEqual(['lobby']);
    expect(find('radnom')).toEqual(['random']);
    expect(find('ranndom')).toEqual(['random']);
    expect(find('randm')).toEqual(['random']);
  });

  test('what is not there is not found', () => {
    expect(find('xyz')).toEqual([]);
    expect(find('zzzz')).toEqual([]);
    expect(fitOf('ab', 'cab')).not.toBeNull();
    expect(fitOf('ac', 'cab')).toBeNull();
  });

  test('the best of several names counts', () => {
    const people = [{ name: 'Benedikt Ana' }, { name: 'Ana' }];
    expect(fitting('ana', people, ({ name }) => [name, 'x'])).toEqual([people[1], people[0]]);
  });
});
