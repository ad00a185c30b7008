import { toEpochNanos } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { about, anomaliesOf, at, batchesOf, every, kinds, shifted, silencesIn } from './lines.test-data.js';
import { Scorer } from './scorer.js';

describe('absences', () => {
  const quietLife = every(5, 120, { logType: 'shop', template: 'request served' });

  it('tells the silence of a periodic line while others of the log type go on', () => {
    const heartbeat = every(30, 60, { logType: 'shop', template: 'heartbeat' });
    const [silence] = about(anomaliesOf([...quietLife, ...heartbeat]), 'heartbeat').filter((one) =>
      kinds(one).includes('silence'),
    );
    expect(silence?.evidence[0]?.sentence).toMatch(/^stopped: comes every 30 s, absent for \d+ s$/);
    expect(silence?.count).toBe(0);
    expect(silence?.surprise).toBeGreaterThan(4);
  });

  it('tells the silence of a whole log type once, while the environment goes on', () => {
    const stopped = every(5, 60, { logType: 'till', template: 'sold' });
    const others = ['a', 'b', 'c'].flatMap((logType) => every(5, 120, { logType, template: 'alive' }));
    const silences = anomaliesOf([...others, ...stopped]).filter((one) => kinds(one).includes('silence'));
    expect(silences.map(({ event }) => event.source.logType)).toEqual(['till']);
    expect(silences[0]?.evidence[0]?.sentence).toContain('the whole log type stopped');
  });

  it('does not take a stalled collector for a silence', () => {
    const logTypes = ['a', 'b', 'c', 'd'];
    const before = logTypes.flatMap((logType) => every(5, 60, { logType, template: 'alive', host: 'n1' }));
    const after = logTypes.flatMap((logType) =>
      every(5, 10, { logType, template: 'alive', host: 'n1' }).map((line) => ({
        ...line,
        time: line.time + 75 * 60_000,
      })),
    );
    expect(anomaliesOf([...before, ...after]).filter((one) => kinds(one).includes('silence'))).toEqual([]);
  });

  it('does not take the end of the input for a silence, of one lane or of three', () => {
    const logTypes = ['a', 'b', 'c'];
    const lines = logTypes.flatMap((logType) => every(5, 120, { logType, template: 'alive', host: 'n1' }));
    const slow = every(20, 120, { logType: 'a', template: 'tick', host: 'n1' });
    expect(silencesIn([...lines, ...slow, ...quietLife])).toEqual([]);
    const scorer = new Scorer({ laneCount: 3 });
    const lanes = logTypes.map((logType, lane) =>
      batchesOf(
        [...lines, ...slow].filter((line) => line.logType === logType).toSorted((a, b) => a.time - b.time),
        200,
        lane,
      ),
    );
    const found = lanes.flat().flatMap((batch) => scorer.push(batch).anomalies);
    // The lanes end one after the other, with time between them.
    const ends = logTypes.flatMap((_, lane) => scorer.flush(lane).anomalies);
    expect([...found, ...ends].filter((one) => kinds(one).includes('silence'))).toEqual([]);
  });

  it('does not take a host that stops for silences of its log types', () => {
    const lines = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((logType, i) =>
      every(5, i < 3 ? 60 : 120, { logType, template: 'alive', host: i < 3 ? 'n1' : 'n2' }),
    );
    expect(silencesIn(lines)).toEqual([]);
  });

  for (const minutes of [2, 10, 90]) {
    it(`does not take a pause of everything for ${minutes} min for a silence, nor the coming back`, () => {
      const logTypes = ['a', 'b', 'c', 'd'];
      const lines = logTypes.flatMap((logType, i) => {
        const before = every(5, 60, { logType, template: 'alive' });
        const ticks = every(20, 60, { logType, template: 'tick' });
        // They come back one after the other.
        const back = 60 + minutes + i * 0.4;
        return [...before, ...ticks, ...shifted(back, every(5, 30, { logType, template: 'alive' }))].concat(
          shifted(back + 0.5, every(20, 30, { logType, template: 'tick' })),
        );
      });
      // They end together: whoever ended a minute before the others would indeed have fallen silent.
      const end = at(60 + minutes + 30);
      expect(silencesIn(lines.filter(({ time }) => time < end))).toEqual([]);
    });
  }

  it('goes on missing a line that stopped on the morning after a night without any log', () => {
    const life = every(2, 90, { logType: 'shop', template: 'served' });
    const beats = every(20, 90, { logType: 'shop', template: 'heartbeat' });
    const morning = shifted(14 * 60, [...life, ...beats.slice(0, 90)]);
    const [silence] = about(anomaliesOf([...life, ...beats, ...morning]), 'heartbeat').filter((one) =>
      kinds(one).includes('silence'),
    );
    expect(silence?.evidence[0]?.sentence).toMatch(/^stopped: comes every 20 s, absent for \d+ s$/);
  });

  for (const [pause, minutes] of [
    ['10 min', 10],
    ['1 h', 60],
    ['11 h', 660],
    ['3 d', 4_320],
  ] as const) {
    it(`finds nothing unusual when everything comes back as it was after a pause of ${pause}`, () => {
      const day = ['a', 'b', 'c', 'd'].flatMap((logType) => [
        ...every(5, 120, { logType, template: 'served' }),
        ...every(30, 120, { logType, template: 'tick' }),
        ...every(25 * 60, 120, { logType, template: 'cleaned up' }),
        ...every(40 * 60, 120, { logType, template: 'retry failed', severity: 17 }),
      ]);
      const strong = anomaliesOf([...day, ...shifted(120 + minutes, day)])
        .filter(({ event, surprise }) => surprise >= 5 && event.time >= toEpochNanos(at(119)))
        .map(({ event, evidence }) => `${event.source.logType} ${event.body}: ${evidence[0]?.sentence}`);
      expect(strong).toEqual([]);
    });
  }

  it('misses nobody whose records come with times of long ago', () => {
    const life = every(2, 60, { logType: 'shop', template: 'served' });
    const slow = every(20, 60, { logType: 'shop', template: 'tick' });
    const arrivals = [...life, ...slow.filter(({ time }) => time < at(20))].concat(
      // From now on its clock says what it said ten hours ago.
      slow.filter(({ time }) => time >= at(20)),
    );
    const inOrder = arrivals
      .toSorted((a, b) => a.time - b.time)
      .map((line) =>
        line.template === 'tick' && line.time >= at(20) ? { ...line, time: line.time - 36_000_000 } : line,
      );
    const scorer = new Scorer();
    const found = batchesOf(inOrder, 20).flatMap((batch) => scorer.push(batch).anomalies);
    expect([...found, ...scorer.flush().anomalies].flatMap(kinds)).not.toContain('silence');
  });

  it('says how often a record came of a log type that stopped, and for how long none', () => {
    const stopped = every(2, 60, { logType: 'till', template: 'sold' });
    const others = ['a', 'b', 'c'].flatMap((logType) => every(5, 120, { logType, template: 'alive' }));
    expect(silencesIn([...others, ...stopped])).toEqual([
      expect.stringMatching(/^till the whole log type stopped: usually a record every 2 s, none for 60 s$/),
    ]);
  });
});
