import type { StoredTemplate, TemplatePage, TemplateSearch, TemplateSort } from '../store.js';
import { checkPageSize, formatPageToken, parsePageToken, tokenNumber } from './page-token.js';

/**
 * The page of a list of templates that a request asks for.
 *
 * @param every all templates, at least those of the request's environment and log type
 * @throws AppError CULPRIT_STORE_BAD_REQUEST, CULPRIT_STORE_BAD_PAGE_TOKEN
 */
export function pageOfTemplates(every: readonly StoredTemplate[], request: TemplateSearch): TemplatePage {
  const { environment, logType } = request;
  const all = every.filter(
    (one) => one.environment === (environment ?? one.environment) && one.logType === (logType ?? one.logType),
  );
  const pageSize = checkPageSize(request.pageSize);
  const { pageToken, pageSize: _, ...conditions } = request;
  const cursor = parsePageToken(pageToken, conditions, 2);
  const rank = rankings[request.sort ?? 'count'];
  const found = all
    .filter((template) => isWanted(template, request))
    .map((template) => ({ template, rank: rank(template), key: keyOf(template) }))
    .toSorted(compareRanked);
  const last = cursor && { rank: BigInt(tokenNumber(cursor, 0)), key: cursor.key[1] ?? '' };
  const start = last === undefined ? 0 : found.filter((one) => compareRanked(one, last) <= 0).length;
  const page = found.slice(start, start + pageSize);
  const next = start + pageSize < found.length ? page.at(-1) : undefined;
  const total = cursor?.total ?? found.length;
  return {
    templates: page.map(({ template }) => template),
    total,
    ofAll: {
      templates: all.length,
      records: all.reduce((sum, { count }) => sum + count, 0),
      lines: all.reduce((sum, { lineCount }) => sum + lineCount, 0),
    },
    nextPageToken: next && formatPageToken(conditions, { total, key: [String(next.rank), next.key] }),
  };
}

const rankings: Readonly<Record<TemplateSort, (template: StoredTemplate) => bigint>> = {
  count: ({ count }) => BigInt(count),
  firstSeen: ({ firstSeen }) => firstSeen ?? -(2n ** 63n),
  lastSeen: ({ lastSeen }) => lastSeen ?? -(2n ** 63n),
  severity: ({ maxSeverity }) => BigInt(maxSeverity),
};

interface Ranked {
  readonly rank: bigint;
  readonly key: string;
}

/** The highest rank first; of equals the first by key. */
function compareRanked(a: Ranked, b: Ranked): number {
  if (a.rank !== b.rank) return a.rank > b.rank ? -1 : 1;
  return compareText(a.key, b.key);
}

function isWanted({ text, maxSeverity, marks }: StoredTemplate, request: TemplateSearch): boolean {
  if (maxSeverity < (request.minSeverity ?? 0)) return false;
  const isMuted = marks.mute !== undefined;
  if (request.isMuted !== undefined && request.isMuted !== isMuted) return false;
  const said = `${text}\n${marks.name ?? ''}`.toLowerCase();
  const words = (request.text ?? '').toLowerCase().split(/\s+/);
  return words.every((word) => said.includes(word));
}

/** JSON text: no two different keys look the same. */
function keyOf(row: {
  readonly environment: string;
  readonly logType: string;
  readonly templateId: string;
}): string {
  return JSON.stringify([row.environment, row.logType, row.templateId]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
