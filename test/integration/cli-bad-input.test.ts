import { createWriteStream, mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { createRng } from '@culprit/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import { culprit, complaintOf, temporaryFolder, type CliResult } from './support/cli-process.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

function write(name: string, content: string | Uint8Array): string {
  const path = folder.path(name);
  writeFileSync(path, content);
  return path;
}

/** Lines of a quiet service, one a second. */
function quietLines(count: number, startMillis = Date.UTC(2026, 2, 1, 10)): string[] {
  return Array.from({ length: count }, (_, i) => {
    const time = new Date(startMillis + i * 1000).toISOString();
    return `${time} INFO request ${i} served in ${(i * 7) % 90} ms`;
  });
}

interface AnalysisDocument {
  readonly input: { readonly lines: number; readonly start: string; readonly end: string };
}

function documentOf(result: CliResult): AnalysisDocument {
  expect(result.exitCode).toBe(0);
  return JSON.parse(result.stdout) as AnalysisDocument;
}

const analyze = (...paths: readonly string[]): Promise<CliResult> =>
  culprit(['analyze', ...paths, '--report', 'json']);

const scan = (path: string): Promise<CliResult> => culprit(['scan', path, '--at', '2026-03-01T10:00:00Z']);

describe('analyze says in one line what it cannot use', () => {
  it('an empty file', async () => {
    expect(complaintOf(await analyze(write('empty.log', '')), 3)).toMatch(
      /no log line in .*empty\.log: it is empty\./,
    );
  });

  it('a file that does not exist', async () => {
    expect(complaintOf(await analyze(folder.path('nothing.log')), 3)).toMatch(
      /nothing\.log: there is no such file/,
    );
  });

  it('an empty directory', async () => {
    mkdirSync(folder.path('hollow'));
    expect(complaintOf(await analyze(folder.path('hollow')), 3)).toMatch(/no files in .*hollow/);
  });

  it('a binary file', async () => {
    const rng = createRng(7);
    const bytes = Uint8Array.from({ length: 300_000 }, () => Math.floor(rng.next() * 256));
    expect(complaintOf(await analyze(write('program.bin', bytes)), 3)).toMatch(
      /no time in any of [\d,]+ lines? of/,
    );
  });

  it('a file without times, and how to get some', async () => {
    const path = write('timeless.log', 'starting\nconnected to database\nready\n');
    expect(complaintOf(await analyze(path), 3)).toMatch(
      /no time in any of 3 lines .* "kubectl logs --timestamps"/,
    );
  });

  it('gzip data that ends too early', async () => {
    const whole = gzipSync(quietLines(5_000).join('\n'));
    const path = write('cut.log.gz', whole.subarray(0, whole.length - 1_000));
    expect(complaintOf(await analyze(path), 3)).toMatch(/cut\.log\.gz: the gzip data ends too early/);
  });

  it('gzip data that is broken', async () => {
    const whole = gzipSync(quietLines(5_000).join('\n'));
    whole.fill(0xff, whole.length - 2_000, whole.length - 1_900);
    expect(complaintOf(await analyze(write('broken.log.gz', whole)), 3)).toMatch(
      /broken\.log\.gz: the gzip data is broken/,
    );
  });

  it('an output file that cannot be written', async () => {
    const path = write('fine.log', quietLines(100).join('\n'));
    const result = await culprit(['analyze', path, '--out', folder.path('no/such/report.txt')]);
    expect(result.stderr).toMatch(
      /\nculprit: cannot write .*report\.txt: there is no such directory[^\n]*\n$/,
    );
    expect(result.exitCode).toBe(1);
  });
});

describe('scan says in one line what it cannot use', () => {
  it('an empty file', async () => {
    expect(complaintOf(await scan(write('void.log', '')), 3)).toMatch(
      /no log line in .*void\.log: it is empty\./,
    );
  });

  it('a file without times', async () => {
    expect(complaintOf(await scan(write('undated.log', 'starting\nready\n')), 3)).toMatch(
      /no time in any of 2 lines/,
    );
  });
});

describe('parse says in one line what it cannot use', () => {
  it('an empty file', async () => {
    const result = await culprit(['parse', write('blank.log', '')]);
    expect(complaintOf(result, 3)).toMatch(/blank\.log: it is empty\./);
  });

  it('an output file that cannot be written', async () => {
    const path = write('fine.log', quietLines(100).join('\n'));
    const result = await culprit(['parse', path, '--out', folder.path('no/such/out.csv')]);
    expect(complaintOf(result, 1)).toMatch(/cannot write .*out\.csv: there is no such directory/);
  });
});

describe('analyze counts what it repairs', () => {
  it('one line of 200 MB is cut, in bounded memory', async () => {
    const path = write('long.log', `${quietLines(50).join('\n')}\n2026-03-01T10:01:00Z INFO dump `);
    truncateSync(path, 200_000_000);
    const result = await analyze(path);
    expect(documentOf(result).input.lines).toBe(51);
    expect(result.stderr).toContain('1 × lines cut at 64 KiB');
    expect(result.peakBytes).toBeLessThan(400e6);
  });

  it('mixed encodings are kept as far as they can be', async () => {
    const latin = Buffer.from('2026-03-01T10:00:30Z WARN caf\u00e9 closed\n', 'latin1');
    const path = write('mixed.log', Buffer.concat([Buffer.from(`${quietLines(20).join('\n')}\n`), latin]));
    const result = await analyze(path);
    expect(documentOf(result).input.lines).toBe(21);
    expect(result.stderr).toContain('1 × invalid-utf8');
  });

  it.each(['utf16le', 'utf16be'])('%s is decoded', async (encoding) => {
    const bytes = Buffer.from(`\ufeff${quietLines(300).join('\r\n')}\r\n`, 'utf16le');
    const path = write(`${encoding}.log`, encoding === 'utf16be' ? bytes.swap16() : bytes);
    const result = await analyze(path);
    expect(documentOf(result).input).toMatchObject({ lines: 300, start: '2026-03-01T10:00:00.000000000Z' });
    expect(result.stderr).toContain('1 × files decoded from UTF-16');
  });

  it('NUL bytes', async () => {
    const path = write('nul.log', `${quietLines(20).join('\n')}\n2026-03-01T10:00:30Z WARN a\0b\0c\n`);
    const result = await analyze(path);
    expect(documentOf(result).input.lines).toBe(21);
    expect(result.stderr).toContain('1 × nul-bytes');
  });

  it('a clock that jumps back a day', async () => {
    const lines = [...quietLines(600), ...quietLines(600, Date.UTC(2026, 1, 28, 10))];
    const result = await analyze(write('jump.log', lines.join('\n')));
    expect(documentOf(result).input).toMatchObject({
      lines: 1_200,
      start: '2026-02-28T10:00:00.000000000Z',
      end: '2026-03-01T10:09:59.000000000Z',
    });
    expect(result.stderr).toContain('2 × runs of lines in order of time');
  });

  it('100,000 streams, in bounded memory', async () => {
    const path = folder.path('streams.ndjson');
    const target = createWriteStream(path);
    for (let i = 0; i < 100_000; i++) {
      const time = new Date(Date.UTC(2026, 2, 1, 10) + i * 10).toISOString();
      const line = JSON.stringify({ time, log: `job ${i} done`, pod: `job-${i}`, log_type: `job-${i}x` });
      if (!target.write(`${line}\n`)) await once(target, 'drain');
    }
    target.end();
    await finished(target);
    const result = await analyze(path);
    expect(documentOf(result).input.lines).toBe(100_000);
    expect(result.stderr).toContain('log types beyond the limit sharing one');
    expect(result.peakBytes).toBeLessThan(900e6);
  });

  it('times without a year are from when the file was written', async () => {
    const lines = Array.from(
      { length: 60 },
      (_, i) => `Mar  4 08:00:${String(i).padStart(2, '0')} web sshd[1]: ok`,
    );
    const path = write('yearless.log', lines.join('\n'));
    utimesSync(path, new Date(), new Date(Date.UTC(2019, 2, 5)));
    expect(documentOf(await analyze(path)).input.start).toBe('2019-03-04T08:00:00.000000000Z');
    utimesSync(path, new Date(), new Date(Date.UTC(2021, 0, 5)));
    expect(documentOf(await analyze(path)).input.start).toBe('2020-03-04T08:00:00.000000000Z');
  });
});

describe('the command line says how it was called wrongly', () => {
  it('an unknown option ends with 2 and a hint', async () => {
    const result = await culprit(['analyze', 'app.log', '--reprt', 'json']);
    expect(result.stderr).toMatch(/^error: unknown option '--reprt'\n\(Did you mean --report\?\)/);
    expect(result.exitCode).toBe(2);
  });

  it('an unknown command ends with 2 and a hint', async () => {
    const result = await culprit(['analyse', 'app.log']);
    expect(result.stderr).toContain('(Did you mean analyze?)');
    expect(result.exitCode).toBe(2);
  });

  it.each([
    [['up', '--port', '99999'], /--port takes a number from 0 to 65535/],
    [['analyze', 'app.log', '--report', 'xml'], /--report takes text, json or md/],
    [['analyze', 'app.log', '--since', 'yesterday-ish'], /is not a time\. Write 2026/],
    [['reports', '--url', 'nonsense'], /--url takes an http or https address/],
    [['parse', write('some.log', 'a b\n'), '--log-format', 'no fields'], /--log-format: /],
  ])('%j', async (args, text) => {
    expect(complaintOf(await culprit(args), 2)).toMatch(text);
  });

  it('no server to talk to ends with 4', async () => {
    const result = await culprit(['reports', '--url', 'http://127.0.0.1:9']);
    expect(complaintOf(result, 4)).toMatch(
      /no answer from http:\/\/127\.0\.0\.1:9\/ .*Start it with "culprit up"/,
    );
  });
});
