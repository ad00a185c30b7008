import type { ByteReader, ByteWriter } from '@culprit/kernel';
import { decodeState, encodeState } from '../state-codec.js';
import type { RuleChange, TemplateRule } from './template-rule.js';

/** Rules taken back that are remembered. */
const maxTakenBack = 10_000;

/**
 * Rules by id, the newest version of each: changes may come in any order, several times, from several places, and the
 * outcome is the same. A rule that was taken back stays as such, so that an older version cannot bring it back.
 */
export class RuleSet {
  readonly #changeById = new Map<string, RuleChange>();

  /** Takes changes in; true when any of them was news. */
  apply(changes: readonly RuleChange[]): boolean {
    let isNews = false;
    for (const change of changes) {
      const known = this.#changeById.get(change.ruleId);
      if (known !== undefined && known.version >= change.version) continue;
      this.#changeById.set(change.ruleId, change);
      isNews = true;
    }
    this.#forgetOldest();
    return isNews;
  }

  /** Memory is bounded: of the rules taken back the oldest go. */
  #forgetOldest(): void {
    const takenBack = [...this.#changeById.values()].filter(({ rule }) => rule === undefined);
    if (takenBack.length <= maxTakenBack) return;
    const oldestFirst = takenBack.toSorted((a, b) => a.version - b.version);
    for (const { ruleId } of oldestFirst.slice(0, takenBack.length - maxTakenBack))
      this.#changeById.delete(ruleId);
  }

  /** Changes among these that are not in here. */
  missing(changes: readonly RuleChange[]): RuleChange[] {
    return changes.filter((change) => (this.#changeById.get(change.ruleId)?.version ?? -1) < change.version);
  }

  /** Highest version of all, 0 without any. */
  get version(): number {
    return Math.max(0, ...[...this.#changeById.values()].map(({ version }) => version));
  }

  /** The rules that hold, in order of their ids. */
  rules(): TemplateRule[] {
    const changes = [...this.#changeById.values()].toSorted((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
    return changes.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  }

  write(writer: ByteWriter): void {
    writer.bytes(encodeState([...this.#changeById.values()]));
  }

  static read(reader: ByteReader): RuleSet {
    const set = new RuleSet();
    set.apply(decodeState(reader.bytes()) as RuleChange[]);
    return set;
  }
}
