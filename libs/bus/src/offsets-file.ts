import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { busError, fileError } from './errors.js';
import type { OffsetStorage, OffsetTable } from './group-offsets.js';
import { syncDirectory } from './sync-directory.js';

const version = 1;

/** Committed offsets in one small file, replaced as a whole: a crash leaves the old one or the new one. */
export async function openOffsetsFile(directory: string): Promise<OffsetStorage> {
  const path = join(directory, 'offsets.json');
  return {
    initial: await readTable(path),
    async save(groups) {
      try {
        const file = await open(`${path}.new`, 'w');
        try {
          await file.writeFile(JSON.stringify({ version, groups }));
          await file.datasync();
        } finally {
          await file.close();
        }
        await rename(`${path}.new`, path);
        await syncDirectory(directory);
      } catch (cause) {
        throw fileError(`write ${path}`, cause);
      }
    },
  };
}

async function readTable(path: string): Promise<OffsetTable> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw fileError(`read ${path}`, cause);
  }
  const content = parse(text);
  if (isObject(content) && content['version'] === version && isTable(content['groups']))
    return content['groups'];
  throw busError({
    code: 'CULPRIT_BUS_CORRUPT',
    message: `${path} does not hold committed offsets of version ${version}`,
    hint: 'Delete the file: every group then reads what is kept from the beginning, repeats are recognised.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is OffsetTable {
  return hasValues(value, (topics) => hasValues(topics, (partitions) => hasValues(partitions, isOffset)));
}

function hasValues(value: unknown, isValid: (item: unknown) => boolean): boolean {
  return isObject(value) && Object.values(value).every(isValid);
}

function isOffset(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
