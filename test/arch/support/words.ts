import { createHash } from 'node:crypto';

/**
 * Names of tools that write text, as the first 16 hex digits of the SHA-256 of the lower-case word, so that this list
 * does not contain what it forbids. The project speaks of itself and of nothing else.
 */
const forbiddenWordHashes: ReadonlySet<string> = new Set([
  'c857d09db23e6822',
  'c70eca6b0f88f44d',
  '60965168ce762e94',
  '3ea125d0bff386e6',
  '57de4cf40144bdf7',
]);

/** Written in pieces for the same reason. */
const machineFolders = [
  ['', 'work', ''],
  ['', 'tmp', 'bash_jobs'],
].map((pieces) => pieces.join('/'));

const machinePaths = machineFolders.map((folder) => new RegExp(`(?<![\\w.$}/-])${folder}`));

const publicHosts = new Set(['registry.npmjs.org']);
const registryPattern = /https?:\/\/([\w.-]*(?:registry|artifactory|nexus|verdaccio|mirror)[\w.-]*)/gi;

/** What a text says that it should not, in words that do not repeat it. O(length). */
export function forbiddenMentions(text: string): readonly string[] {
  const mentions: string[] = [];
  for (const pattern of machinePaths) {
    const match = pattern.exec(text);
    if (match !== null) mentions.push(`path of one machine at ${placeOf(text, match.index)}`);
  }
  for (const match of text.matchAll(registryPattern)) {
    if (!publicHosts.has(match[1] ?? '')) mentions.push(`registry host at ${placeOf(text, match.index)}`);
  }
  for (const word of new Set(text.toLowerCase().match(/[a-z]{4,}/g))) {
    if (forbiddenWordHashes.has(hashWord(word))) {
      mentions.push(`forbidden word at ${placeOf(text, text.toLowerCase().indexOf(word))}`);
    }
  }
  return mentions;
}

const hashByWord = new Map<string, string>();

/** First 16 hex digits of the SHA-256 of a word; remembered, because sources repeat themselves. */
export function hashWord(word: string): string {
  const known = hashByWord.get(word);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(word).digest('hex').slice(0, 16);
  hashByWord.set(word, hash);
  return hash;
}

function placeOf(text: string, index: number): string {
  return `line ${text.slice(0, index).split('\n').length}`;
}
