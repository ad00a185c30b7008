import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Directory with the public corpora, or undefined when it is not there. */
export function findCorpora(): string | undefined {
  const directory = resolve(repositoryRoot, process.env['CULPRIT_SHARED_DIR'] ?? '../shared', 'data');
  return existsSync(join(directory, 'loghub_2k')) ? directory : undefined;
}

/** Contents of the lines of one labelled system and their true templates. */
export function readLabelled(directory: string, system: string): { contents: string[]; templates: string[] } {
  const file = join(directory, 'loghub_2k', `${system}_2k.log_structured_corrected.csv.gz`);
  const [header = [], ...rows] = parseCsv(gunzipSync(readFileSync(file)).toString('utf8'));
  const content = header.indexOf('Content');
  const template = header.indexOf('EventTemplate');
  if (content < 0 || template < 0) throw new Error(`${file}: expected the columns Content and EventTemplate`);
  return {
    contents: rows.map((row) => row[content] ?? ''),
    templates: rows.map((row) => row[template] ?? ''),
  };
}

/** Lines of every unlabelled corpus, by name. */
export function readUnlabelled(directory: string): Map<string, string[]> {
  const folder = join(directory, 'loki_drain');
  const linesByName = new Map<string, string[]>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.txt.gz'))
    .toSorted()) {
    const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
    linesByName.set(
      file.slice(0, -'.txt.gz'.length),
      text.split('\n').filter((line) => line !== ''),
    );
  }
  return linesByName;
}

/** RFC 4180: quoted fields may hold commas, doubled quotes and line ends. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (isQuoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') field += text[i++];
      else isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === ',') {
      row.push(field);
      field = '';
    } else if (char === '\n') {
      rows.push([...row, field]);
      row = [];
      field = '';
    } else if (char !== '\r') field += char;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}
