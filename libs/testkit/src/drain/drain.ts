/** Stands for a variable part, in a masked line, in a template and as a branch of the tree. */
const WILDCARD = '<*>';

/** Settings of {@link Drain}. */
export interface DrainOptions {
  /** Levels of the tree with root and leaf, integer >= 3; default 4, so that one level looks at a token. */
  readonly depth?: number;
  /** Share of tokens that must be equal for a line to join a template, in [0, 1]; default 0.4. */
  readonly similarityThreshold?: number;
  /** Branches of one node, the wildcard's included, integer >= 2; default 100. */
  readonly maxChildren?: number;
  /** Global patterns whose matches count as variables, applied in order before the line is split; default none. */
  readonly masks?: readonly RegExp[];
}

interface TreeNode {
  readonly children: Map<string, TreeNode>;
  /** Templates below a leaf, by index. */
  readonly templates: number[];
}

interface Template {
  readonly tokens: string[];
  count: number;
}

/**
 * The log parser Drain, a baseline to measure against: an online parser with a parse tree of fixed depth.
 *
 * A line is masked, split at blanks, and led by its number of tokens and then by its first `depth - 3` tokens to a leaf;
 * of the templates there the most similar one takes it, and tokens that differ become wildcards. O(tokens) to the leaf,
 * then O(tokens) per template of the leaf. Deterministic; depends on the order of lines.
 *
 * Source: He, Zhu, Zheng and Lyu, "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017, sections
 * III.A to III.E. As in the authors' published program, a token with a digit takes the wildcard's branch, and of two
 * equally similar templates the one with more wildcards wins.
 */
export class Drain {
  readonly #tokenLevels: number;
  readonly #similarityThreshold: number;
  readonly #maxChildren: number;
  readonly #masks: readonly RegExp[];
  readonly #rootByLength = new Map<number, TreeNode>();
  readonly #templates: Template[] = [];

  constructor(options: DrainOptions = {}) {
    this.#tokenLevels = (options.depth ?? 4) - 3;
    this.#similarityThreshold = options.similarityThreshold ?? 0.4;
    this.#maxChildren = options.maxChildren ?? 100;
    this.#masks = options.masks ?? [];
  }

  /** Number of templates. */
  get size(): number {
    return this.#templates.length;
  }

  /** Finds or makes the template of a line and returns its index, which is for life. */
  mine(line: string): number {
    const tokens = this.#tokensOf(line);
    const root = this.#rootByLength.get(tokens.length);
    const leaf = root === undefined ? undefined : this.#findLeaf(root, tokens);
    const found = leaf === undefined ? -1 : this.#mostSimilar(leaf, tokens);
    if (found < 0) return this.#add(tokens);
    this.#join(found, tokens);
    return found;
  }

  /** Text of a template as it is now: its tokens with one blank between them, `<*>` where they varied. */
  templateText(index: number): string {
    return this.#templates[index]?.tokens.join(' ') ?? '';
  }

  /** Lines that a template took. */
  count(index: number): number {
    return this.#templates[index]?.count ?? 0;
  }

  #tokensOf(line: string): string[] {
    let text = line;
    for (const mask of this.#masks) text = text.replaceAll(mask, WILDCARD);
    const trimmed = text.trim();
    return trimmed === '' ? [] : trimmed.split(/\s+/);
  }

  #findLeaf(root: TreeNode, tokens: readonly string[]): TreeNode | undefined {
    let node: TreeNode | undefined = root;
    const levels = Math.min(this.#tokenLevels, tokens.length);
    for (let level = 0; level < levels && node !== undefined; level++)
      node = node.children.get(tokens[level] ?? '') ?? node.children.get(WILDCARD);
    return node;
  }

  #mostSimilar(leaf: TreeNode, tokens: readonly string[]): number {
    let best = -1;
    let mostEqual = -1;
    let mostWild = -1;
    for (const index of leaf.templates) {
      let equal = 0;
      let wild = 0;
      const template = this.#templates[index]?.tokens ?? [];
      for (let i = 0; i < template.length; i++) {
        if (template[i] === WILDCARD) wild += 1;
        else if (template[i] === tokens[i]) equal += 1;
      }
      if (equal < mostEqual || (equal === mostEqual && wild <= mostWild)) continue;
      best = index;
      mostEqual = equal;
      mostWild = wild;
    }
    return mostEqual >= this.#similarityThreshold * tokens.length ? best : -1;
  }

  #join(index: number, tokens: readonly string[]): void {
    const template = this.#templates[index];
    if (template === undefined) return;
    template.count += 1;
    for (let i = 0; i < tokens.length; i++)
      if (template.tokens[i] !== tokens[i]) template.tokens[i] = WILDCARD;
  }

  #add(tokens: string[]): number {
    const index = this.#templates.push({ tokens, count: 1 }) - 1;
    let node = this.#rootByLength.get(tokens.length);
    if (node === undefined) this.#rootByLength.set(tokens.length, (node = emptyNode()));
    for (const token of tokens.slice(0, this.#tokenLevels)) node = this.#branch(node, token);
    node.templates.push(index);
    return index;
  }

  /** The child for a token; values, and all that comes after the node is nearly full, share the wildcard's. */
  #branch(node: TreeNode, token: string): TreeNode {
    const known = node.children.get(token);
    if (known !== undefined) return known;
    const places = this.#maxChildren - (node.children.has(WILDCARD) ? 0 : 1);
    const key = /\d/.test(token) || node.children.size >= places ? WILDCARD : token;
    let child = node.children.get(key);
    if (child === undefined) node.children.set(key, (child = emptyNode()));
    return child;
  }
}

function emptyNode(): TreeNode {
  return { children: new Map(), templates: [] };
}
