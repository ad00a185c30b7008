import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation, toEnvelope } from './simulation.js';

const source = { tail: '}', lagMillis: 0 };

describe('the simulation', () => {
  it('runs tasks in order of time, equal times in order of scheduling', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 200 }), (times) => {
        const simulation = new Simulation(0, toEnvelope);
        const ran: [number, number][] = [];
        times.forEach((at, index) => {
          simulation.schedule(at, (now) => ran.push([now, index]));
        });
        drain(simulation, 10_000);
        const expected = times.map((at, index): [number, number] => [at, index]);
        expect(ran).toEqual(expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });

  it('delivers lines by event time plus lag and keeps lines of one millisecond apart', () => {
    const simulation = new Simulation(1000, toEnvelope);
    simulation.emit(1700, source, 'third');
    simulation.emit(1200, { tail: ',"slow":1}', lagMillis: 90 }, 'second');
    simulation.emit(1250, source, 'first');
    simulation.emit(1700, source, 'fourth');
    expect(drain(simulation, 3000)).toEqual([
      '{"date":1.250000,"log":"first"}',
      '{"date":1.200000,"log":"second","slow":1}',
      '{"date":1.700000,"log":"third"}',
      '{"date":1.700001,"log":"fourth"}',
    ]);
  });

  it('holds back what is delivered at the end or later', () => {
    const simulation = new Simulation(0, toEnvelope);
    simulation.emit(999, source, 'in');
    simulation.emit(1000, source, 'out');
    expect(drain(simulation, 1000)).toHaveLength(1);
  });

  it('repeats a task by its gap', () => {
    const simulation = new Simulation(0, toEnvelope);
    const times: number[] = [];
    simulation.repeat(
      10,
      () => 100,
      (now) => times.push(now),
    );
    drain(simulation, 311);
    expect(times).toEqual([10, 110, 210, 310]);
  });
});

function drain(simulation: Simulation, end: number): string[] {
  return Array.from(simulation.run(end), (line) => line.json);
}
