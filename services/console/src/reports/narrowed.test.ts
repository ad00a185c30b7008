import { describe, expect, it } from 'vitest';
import { narrowed } from './narrowed.js';
import type { Narrowable } from './narrowed.js';

function reportOf(id: string, incidentType: string): Narrowable {
  return {
    id,
    incidentType,
    title: `title of ${id}`,
    summary: '',
    logTypes: ['shop/orders'],
    hosts: [],
    hallmarks: [],
  };
}

const reports = [reportOf('c', 'x'), reportOf('b', 'y'), reportOf('a', 'x')];

function idsOf(search: Parameters<typeof narrowed>[1]): readonly string[] {
  return narrowed(reports, search, (id) => (id === 'b' ? 'resolved' : 'open')).map(({ id }) => id);
}

describe('the list of reports', () => {
  it('is narrowed by text and by state', () => {
    expect(idsOf({})).toEqual(['c', 'b', 'a']);
    expect(idsOf({ q: 'TITLE OF A' })).toEqual(['a']);
    expect(idsOf({ q: 'orders' })).toEqual(['c', 'b', 'a']);
    expect(idsOf({ state: 'open' })).toEqual(['c', 'a']);
  });

  it('shows the latest of each kind when asked', () => {
    expect(idsOf({ list: 'kinds' })).toEqual(['c', 'b']);
    expect(idsOf({ list: 'kinds', q: 'of a' })).toEqual(['a']);
  });
});
