import { describe, expect, it } from 'vitest';
import { parameterNameOf } from './parameter-name.js';

function nameIn(line: string, value: string): string | undefined {
  return parameterNameOf(new TextEncoder().encode(line), line.indexOf(value));
}

describe('name of a parameter', () => {
  it.each([
    ['request done took=31ms', '31ms', 'took'],
    ['{"status": 200,"path":"/a"}', '200', 'status'],
    ['{"status": 200,"path":"/a"}', '/a', 'path'],
    ["user.id: '17' logged in", '17', 'user.id'],
    ['retry-count = 3', '3', 'retry-count'],
    ['@timestamp=1', '1', '@timestamp'],
    ['session opened for user bob', 'bob', 'user'],
    ['host "10.0.0.1" is down', '10.0.0.1', 'host'],
    ['user name=bob', 'bob', 'name'],
  ])('%s', (line, value, name) => {
    expect(nameIn(line, value)).toBe(name);
  });

  it.each([
    ['connected to 10.0.0.1', '10.0.0.1'],
    ['at 12:30 it ended', '30'],
    ['=5', '5'],
    ['17 items', '17'],
    ['took 17', '17'],
    ['super-user 17', '17'],
    [`${'n'.repeat(100)}=9`, '9'],
  ])('%s has none', (line, value) => {
    expect(nameIn(line, value)).toBeUndefined();
  });
});
