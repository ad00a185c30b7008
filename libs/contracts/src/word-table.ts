import { malformed } from './errors.js';

/** Words of the domain and their numbers on the wire, both ways; a number without a word is malformed. */
export class WordTable<Word extends string, Wire extends number> {
  readonly #what: string;
  readonly #wireByWord: Readonly<Record<Word, Wire>>;
  readonly #wordByWire: ReadonlyMap<number, Word>;

  constructor(what: string, wireByWord: Readonly<Record<Word, Wire>>) {
    this.#what = what;
    this.#wireByWord = wireByWord;
    const entries = Object.entries<Wire>(wireByWord);
    this.#wordByWire = new Map(entries.map(([word, wire]) => [wire, word as Word]));
  }

  toWire(word: Word): Wire {
    return this.#wireByWord[word];
  }

  fromWire(wire: number): Word {
    const word = this.#wordByWire.get(wire);
    if (word === undefined) throw malformed(`${this.#what}: unknown value ${wire}`);
    return word;
  }
}
