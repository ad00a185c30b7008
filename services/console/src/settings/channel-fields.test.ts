import { expect, it } from 'vitest';
import { bodyOf, channelKinds, fieldsOf } from './channel-fields.js';

const filled = new Map([
  ['name', ' team '],
  ['host', 'mail.example'],
  ['port', '25'],
  ['user', ''],
  ['from', 'a@b.example'],
  ['to', 'c@d.example, e@f.example'],
  ['url', 'https://not.asked.example'],
]);

it('takes from a form what its kind asks for, trimmed, in the types of the API', () => {
  expect(bodyOf('email', filled)).toEqual({
    kind: 'email',
    name: 'team',
    host: 'mail.example',
    port: 25,
    from: 'a@b.example',
    to: ['c@d.example', 'e@f.example'],
  });
});

it('asks every kind for a name and for something to reach it by', () => {
  for (const [kind] of channelKinds) {
    const needed = fieldsOf(kind).filter(({ isNeeded }) => isNeeded);
    expect(needed[0]?.name).toBe('name');
    expect(needed.length).toBeGreaterThan(1);
  }
});
