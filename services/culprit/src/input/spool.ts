import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { outputError } from '../cli-error.js';
import type { LogFile } from './log-files.js';

/** A folder for what has to be read more than once. Made when it is first needed; {@link remove} leaves nothing. */
export class Spool {
  #folder: string | undefined;
  #files = 0;

  /** A new file to write to. */
  async create(): Promise<WriteStream> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'culprit-'));
    this.#files++;
    return createWriteStream(join(this.#folder, `input-${this.#files}`));
  }

  /** Standard input as a file that can be read again; other files as they are. */
  async keep(file: LogFile): Promise<LogFile> {
    if (file.path !== '-') return file;
    const target = await this.create();
    const path = String(target.path);
    try {
      await pipeline(process.stdin, target);
      return { ...file, path, sizeBytes: (await stat(path)).size };
    } catch (error) {
      throw outputError(path, error);
    }
  }

  async remove(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}
