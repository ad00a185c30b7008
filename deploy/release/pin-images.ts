import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

const byDigest = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

/**
 * Values of the chart in which every image is named by its digest.
 *
 * @param values text of `values.yaml`
 * @param images whole names of images with digest, by short name (`culprit-ingest`)
 * @throws Error when there is no image, or one is named without a digest
 */
export function pinImages(values: string, images: ReadonlyMap<string, string>): string {
  if (images.size === 0) throw new Error('there are no images');
  const document = parseDocument(values);
  for (const [name, image] of images) {
    if (!byDigest.test(image)) throw new Error(`${name} is "${image}", not an image with its digest`);
    document.setIn(['image', 'overrides', name], image);
  }
  return document.toString({ lineWidth: 0 });
}

/** Reads a folder that holds a file for each image, called by its short name. */
function readImages(folder: string): ReadonlyMap<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8').trim()]));
}

if (import.meta.main) {
  const [folder = '', file = ''] = process.argv.slice(2);
  writeFileSync(file, pinImages(readFileSync(file, 'utf8'), readImages(folder)));
}
