import { appendFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** A line of a container, and whose it is. */
export interface ContainerLine {
  readonly timeMillis: number;
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** A container runtime splits lines that are longer than this. */
const pieceBytes = 16_384;

/** The log folder of a node, written as containerd and the kubelet write it. */
export class NodeLogs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Appends lines, in framing of the Container Runtime Interface. */
  append(lines: readonly ContainerLine[]): void {
    const textByFile = new Map<string, string>();
    for (const line of lines) {
      const file = this.fileOf(line);
      textByFile.set(file, (textByFile.get(file) ?? '') + framed(line));
    }
    for (const [file, text] of textByFile) {
      mkdirSync(join(file, '..'), { recursive: true });
      appendFileSync(file, text);
    }
  }

  /** Where a container writes now. */
  fileOf({ namespace, pod, uid, container }: ContainerLine): string {
    return join(this.#folder, 'pods', `${namespace}_${pod}_${uid}`, container, '0.log');
  }

  /** Puts a file aside as the kubelet does when it has grown; the container goes on in a new one. */
  rotate(file: string): void {
    renameSync(file, `${file}.20231114-221320`);
  }
}

function framed({ timeMillis, stream, text }: ContainerLine): string {
  const time = new Date(timeMillis).toISOString().replace('Z', '000000Z');
  let frames = '';
  for (let start = 0; start === 0 || start < text.length; start += pieceBytes) {
    const end = start + pieceBytes;
    frames += `${time} ${stream} ${end < text.length ? 'P' : 'F'} ${text.slice(start, end)}\n`;
  }
  return frames;
}
