import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Logger } from '@culprit/kernel';
import { storeError } from './errors.js';

/** Whose state a snapshot is: one stage's, for one lane of its input. */
export interface SnapshotKey {
  /** Lower-case letters, digits and hyphens. */
  readonly stage: string;
  /** 0..65,535. */
  readonly lane: number;
}

/** State of a stage after it has applied its input up to `sequence`. */
export interface Snapshot {
  /** Rises from one snapshot of a key to the next. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** Keeps the state of stages over restarts. */
export interface SnapshotStore {
  /** Resolves when the snapshot would survive a loss of power. The newest three of a key are kept. */
  save(key: SnapshotKey, snapshot: Snapshot): Promise<void>;
  /** The newest snapshot that is intact; damaged ones are reported and passed over. */
  loadLatest(key: SnapshotKey): Promise<Snapshot | undefined>;
}

export interface FileSnapshotStoreOptions {
  readonly directory: string;
  readonly logger: Logger;
}

const keptSnapshots = 3;

/** magic (8) · payload length (4) · CRC-32 of everything after it (4) · sequence (8) · payload; little-endian. */
const magic = Buffer.from('CULPSNP1');
const headerBytes = 24;
const maxPayloadBytes = 0xffff_ffff;

const STAGE_PATTERN = /^[a-z][a-z0-9-]{0,63}$/;

/** Snapshots as files: written beside, synced, then renamed into place, so that a file is whole or not there. */
export function createFileSnapshotStore(options: FileSnapshotStoreOptions): SnapshotStore {
  return new FileSnapshotStore(options);
}

class FileSnapshotStore implements SnapshotStore {
  readonly #directory: string;
  readonly #logger: Logger;
  readonly #lastSaveByName = new Map<string, Promise<void>>();

  constructor({ directory, logger }: FileSnapshotStoreOptions) {
    this.#directory = resolve(directory);
    this.#logger = logger;
  }

  async save(key: SnapshotKey, snapshot: Snapshot): Promise<void> {
    const name = assertSnapshot(key, snapshot);
    const previous = this.#lastSaveByName.get(name) ?? Promise.resolve();
    const save = previous.then(() => this.#save(name, snapshot));
    this.#lastSaveByName.set(
      name,
      save.catch(() => undefined),
    );
    await save;
  }

  async loadLatest(key: SnapshotKey): Promise<Snapshot | undefined> {
    for (const file of (await this.#listFiles(nameOf(key))).toReversed()) {
      const snapshot = parseSnapshot(await readFile(join(this.#directory, file)));
      if (snapshot !== undefined) return snapshot;
      this.#logger.warn({ file }, 'snapshot is damaged, using the one before it');
    }
    return undefined;
  }

  async #save(name: string, { sequence, payload }: Snapshot): Promise<void> {
    const target = join(this.#directory, `${name}.${sequence.toString(16).padStart(14, '0')}.snapshot`);
    try {
      await mkdir(this.#directory, { recursive: true });
      await writeSynced(`${target}.tmp`, [formatHeader(sequence, payload), payload]);
      await rename(`${target}.tmp`, target);
      await syncDirectory(this.#directory);
      await this.#removeOld(name);
    } catch (error) {
      throw storeError('CULPRIT_STORE_SNAPSHOT_FAILED', {
        message: `cannot write a snapshot of ${name} to ${this.#directory}`,
        isRetryable: true,
        hint: 'Check the free space and the permissions of the data directory.',
        cause: error,
      });
    }
  }

  async #removeOld(name: string): Promise<void> {
    const files = await this.#listFiles(name);
    for (const file of files.slice(0, -keptSnapshots)) await rm(join(this.#directory, file), { force: true });
  }

  /** Oldest first: the sequence in the name has a fixed width. */
  async #listFiles(name: string): Promise<readonly string[]> {
    let files: readonly string[];
    try {
      files = await readdir(this.#directory);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    return files.filter((file) => file.startsWith(`${name}.`) && file.endsWith('.snapshot')).toSorted();
  }
}

/** The name of a key. @throws AppError CULPRIT_STORE_BAD_REQUEST where the key or the snapshot cannot be kept */
export function assertSnapshot(key: SnapshotKey, { sequence, payload }: Snapshot): string {
  const name = nameOf(key);
  if (Number.isSafeInteger(sequence) && sequence >= 0 && payload.length <= maxPayloadBytes) return name;
  throw storeError('CULPRIT_STORE_BAD_REQUEST', {
    message: `snapshot of ${name}: expected a whole sequence and at most 4 GiB, got ${sequence} and ${payload.length} bytes`,
  });
}

function nameOf({ stage, lane }: SnapshotKey): string {
  if (STAGE_PATTERN.test(stage) && Number.isInteger(lane) && lane >= 0 && lane <= 0xffff)
    return `${stage}.${lane}`;
  throw storeError('CULPRIT_STORE_BAD_REQUEST', {
    message: `snapshot key: expected a stage name and a lane 0..65535, got ${JSON.stringify(stage)} and ${lane}`,
  });
}

function formatHeader(sequence: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(payload.length, 8);
  header.writeBigUInt64LE(BigInt(sequence), 16);
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(16))), 12);
  return header;
}

function parseSnapshot(bytes: Buffer): Snapshot | undefined {
  if (bytes.length < headerBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  if (bytes.readUInt32LE(8) !== bytes.length - headerBytes) return undefined;
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16))) return undefined;
  return { sequence: Number(bytes.readBigUInt64LE(16)), payload: bytes.subarray(headerBytes) };
}

async function writeSynced(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The rename itself must reach the disk. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
