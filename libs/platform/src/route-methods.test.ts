import { describe, expect, it } from 'vitest';
import { RouteMethods } from './route-methods.js';

describe('methods of an address', () => {
  const methods = new RouteMethods();
  methods.add('/a', ['GET']);
  methods.add('/a', ['POST']);
  methods.add('/a/:id', ['DELETE']);
  methods.add('/b/*', ['PUT']);

  it.each([
    ['/a', ['GET', 'POST']],
    ['/a/7', ['DELETE']],
    ['/a/7/8', []],
    ['/b/7/8', ['PUT']],
    ['/b', []],
    ['/', []],
    ['', []],
  ])('of %s are %j', (path, expected) => {
    expect(methods.of(path)).toEqual(expected);
  });
});
