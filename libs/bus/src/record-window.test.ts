import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { ReceivedRecord } from './bus.js';
import { RecordWindow } from './record-window.js';

const limits = { maxRecords: 100, maxBytes: 1 << 20 };

function record(offset: number): ReceivedRecord {
  return { offset, key: '', value: new Uint8Array([offset]), headers: {} };
}

function filled(count: number): RecordWindow {
  const window = new RecordWindow(0);
  for (let offset = 0; offset < count; offset++) window.push(record(offset));
  return window;
}

describe('record window', () => {
  it('reads on from any offset after records were dropped', () => {
    const window = filled(5_000);
    for (let start = 0; start < 5_000; start += 7) {
      window.dropBefore(start);
      expect(window.read(start, limits)[0]?.offset).toBe(start);
      expect(window.startOffset).toBe(start);
      expect(window.endOffset).toBe(5_000);
    }
  });

  it('counts the bytes of what it holds', () => {
    const window = filled(10);
    const each = window.bytes / 10;
    window.dropBefore(4);
    expect(window.bytes).toBe(each * 6);
    window.dropDownTo(each * 2);
    expect(window.read(0, limits).map(({ offset }) => offset)).toEqual([8, 9]);
  });

  it('lets go of a dropped record at once, long before the queue is compacted', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const window = filled(10);
    const [kept, released] = [8, 3].map((offset) => new WeakRef(window.read(offset, limits)[0] ?? {}));
    window.dropBefore(5);
    // A reference that was read stays alive until the turn ends.
    await nextTurn();
    collect();
    expect(kept?.deref()).toBeDefined();
    expect(released?.deref()).toBeUndefined();
    expect(window.endOffset).toBe(10);
  });
});
