import { promisify } from 'node:util';
import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Clock, Logger } from '@culprit/kernel';
import { encodeRows } from '../encoding/row-json.js';
import { assertSnapshot, type Snapshot, type SnapshotKey, type SnapshotStore } from '../snapshot-store.js';
import type { SqlDriver } from '../sql-driver.js';
import { readQuery } from '../sql-files.js';
import { readNumber, readText } from './sql-row.js';

const listSnapshots = readQuery('list_state_snapshots');
const readPart = readQuery('read_state_snapshot_part');
const columns = ['stage', 'lane', 'slot', 'part', 'parts', 'sequence', 'checksum', 'saved_on', 'payload'];

/** Slots that take turns: as many snapshots of a lane are kept. */
const slots = 3;
/** Base64 of a part is 4 MiB. */
const partBytes = 3 << 20;
const millisPerDay = 86_400_000;
const pack = promisify(zstdCompress);
const unpack = promisify(zstdDecompress);
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Snapshots in the store, where every process of a stage finds them, whatever machine it runs on. A part has a token of
 * its own: a repeated insert stores nothing twice, and a snapshot counts once all of its parts are there.
 */
export class SqlSnapshotRepository implements SnapshotStore {
  readonly #driver: SqlDriver;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #nextSlot = new Map<string, number>();

  constructor(deps: { readonly driver: SqlDriver; readonly clock: Clock; readonly logger: Logger }) {
    this.#driver = deps.driver;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  async save(key: SnapshotKey, snapshot: Snapshot): Promise<void> {
    const name = assertSnapshot(key, snapshot);
    const { sequence, payload } = snapshot;
    const packed = await pack(payload, packing);
    const slot = this.#nextSlot.get(name) ?? 0;
    const checksum = crc32(packed);
    const parts = Math.max(1, Math.ceil(packed.length / partBytes));
    const today = new Date(this.#clock.now() - (this.#clock.now() % millisPerDay)).toISOString().slice(0, 10);
    for (let part = 0; part < parts; part++) {
      const text = packed.subarray(part * partBytes, (part + 1) * partBytes).toString('base64');
      await this.#driver.insert({
        table: 'state_snapshots',
        columns,
        rows: encodeRows([[key.stage, key.lane, slot, part, parts, sequence, checksum, today, text]]),
        deduplicationToken: `state_snapshots/${name}/${sequence}/${part}/${checksum}`,
      });
    }
    this.#nextSlot.set(name, (slot + 1) % slots);
  }

  async loadLatest(key: SnapshotKey): Promise<Snapshot | undefined> {
    const { stage, lane } = key;
    const rows = await this.#driver.query({
      name: 'list_state_snapshots',
      sql: listSnapshots,
      parameters: { stage, lane },
      afterWrites: true,
    });
    for (const row of rows) {
      const [sequence, checksum] = [readNumber(row, 'sequence'), readNumber(row, 'checksum')];
      const payload = await this.#read({ ...key, sequence, checksum, parts: readNumber(row, 'parts') });
      if (payload !== undefined) {
        this.#nextSlot.set(`${stage}.${lane}`, (readNumber(row, 'slot') + 1) % slots);
        return { sequence, payload };
      }
      this.#logger.warn({ stage, lane, sequence }, 'snapshot is damaged, using the one before it');
    }
    return undefined;
  }

  /** The state, or undefined where it is not what was saved. */
  async #read(place: {
    readonly stage: string;
    readonly lane: number;
    readonly sequence: number;
    readonly checksum: number;
    readonly parts: number;
  }): Promise<Uint8Array | undefined> {
    const { stage, lane, sequence, checksum, parts } = place;
    const pieces: Buffer[] = [];
    for (let part = 0; part < parts; part++) {
      const [row] = await this.#driver.query({
        name: 'read_state_snapshot_part',
        sql: readPart,
        parameters: { stage, lane, sequence, part },
      });
      if (row === undefined) return undefined;
      pieces.push(Buffer.from(readText(row, 'payload'), 'base64'));
    }
    const packed = Buffer.concat(pieces);
    return crc32(packed) === checksum ? await unpack(packed) : undefined;
  }
}
