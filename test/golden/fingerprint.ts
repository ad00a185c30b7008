import { createHash } from 'node:crypto';
import { StructuringStage } from '@culprit/pipeline';
import type { Structured } from '@culprit/pipeline';
import { EnvelopeReader, detectFormat } from '@culprit/records';
import type { Corpus } from './corpus.js';

/** How a log is handed over; what is learned must not depend on it. */
export interface Delivery {
  /** Lines of a batch, used in turn. */
  readonly batchSizes: readonly number[];
  /** After every so many batches the stage is written and read back; 0 is never. */
  readonly restartEvery: number;
}

/** A template as it is at the end. */
interface TemplateUse {
  readonly logType: string;
  readonly text: string;
  records: number;
  maxSeverity: number;
}

/** All that the stage told of a log. */
class Tally {
  readonly textById = new Map<string, string>();
  readonly #parentById = new Map<string, string>();
  readonly #uses = new Map<string, TemplateUse>();
  readonly #seen: { readonly logType: string; readonly id: string; readonly severity: number }[] = [];
  lines = 0;

  take({ rows }: Structured): void {
    const { records, templateIds, templateIndex, templates } = rows;
    for (const { templateId, text, canonicalId } of templates) {
      if (canonicalId === templateId) this.textById.set(templateId, text);
      else this.#parentById.set(templateId, canonicalId);
    }
    for (let i = 0; i < records.length; i++) {
      const logType = records.streams[records.streamIndex[i] ?? 0]?.logType ?? '';
      const id = templateIds[templateIndex[i] ?? 0] ?? '';
      this.#seen.push({ logType, id, severity: records.severity[i] ?? 0 });
      this.lines += records.lineCount[i] ?? 0;
    }
  }

  get records(): number {
    return this.#seen.length;
  }

  get mergedCount(): number {
    return this.#parentById.size;
  }

  /** Templates after all merges, sorted by log type and text. */
  templates(): readonly TemplateUse[] {
    for (const { logType, id, severity } of this.#seen.splice(0)) {
      const root = this.#rootOf(id);
      const use = this.#uses.get(root) ?? {
        logType,
        text: this.textById.get(root) ?? '',
        records: 0,
        maxSeverity: 0,
      };
      use.records += 1;
      use.maxSeverity = Math.max(use.maxSeverity, severity);
      this.#uses.set(root, use);
    }
    return [...this.#uses.values()].toSorted(
      (a, b) => compare(a.logType, b.logType) || compare(a.text, b.text),
    );
  }

  /** Ids of the templates that stand at the end, sorted. */
  ids(): readonly string[] {
    return [...this.#uses.keys()].toSorted(compare);
  }

  #rootOf(id: string): string {
    let at = id;
    for (let next = this.#parentById.get(at); next !== undefined; next = this.#parentById.get(at)) at = next;
    return at;
  }
}

/**
 * What structuring makes of a log, as a text that is easy to compare: counts, the shape of the table of templates,
 * hashes of the sorted templates and of their ids, and the templates themselves with records and highest severity.
 */
export function fingerprint(corpus: Corpus, delivery: Delivery): string {
  const tally = structure(corpus, delivery);
  const { records, lines } = tally;
  const templates = tally.templates();
  const wildcards = templates.map(({ text }) => text.split('<*>').length - 1);
  const counted = templates.reduce((total, use) => total + use.records, 0);
  return [
    `lines ${corpus.text.split('\n').length - 1}, in records ${lines}`,
    `records ${records}, by template ${counted}`,
    `templates ${templates.length}, merged ${tally.mergedCount}, wildcards ${wildcards.join(' ')}`,
    `texts ${hashOf(templates.map(({ text }) => text))}`,
    `ids ${hashOf(tally.ids())}`,
    '',
    ...templates.map(describeUse),
    '',
  ].join('\n');
}

function structure(corpus: Corpus, { batchSizes, restartEvery }: Delivery): Tally {
  const tally = new Tally();
  const format = detectFormat(Buffer.from(corpus.text));
  const reader = new EnvelopeReader({ defaults: { environment: 'golden', file: `${corpus.name}.log` } });
  let stage = new StructuringStage({ lane: 0 });
  const lines = corpus.text.split('\n').slice(0, -1);
  let sequence = 0;
  for (let at = 0; at < lines.length; sequence++) {
    const size = batchSizes[sequence % batchSizes.length] ?? 1;
    const text = lines.slice(at, at + size).map((line) => `${line}\n`);
    at += size;
    tally.take(stage.push(sequence, reader.read(Buffer.from(text.join('')), format, Number.NaN).batch));
    if (restartEvery > 0 && sequence % restartEvery === 0)
      stage = StructuringStage.restore(stage.snapshot(), { lane: 0 });
  }
  tally.take(stage.flush(sequence));
  return tally;
}

function describeUse({ logType, text, records, maxSeverity }: TemplateUse): string {
  return `${String(records).padStart(4)} ${String(maxSeverity).padStart(2)} ${logType}  ${text.replaceAll('\n', String.raw`\n`)}`;
}

function hashOf(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
