/** Shows how far a long measurement is. */
export interface Progress {
  /** One more step is done; `next` is what comes now. */
  step(next: string): void;
}

const WIDTH = 28;

/** A bar on a terminal, a line for every tenth of the steps elsewhere. */
export function createProgress(total: number, say: (text: string) => void): Progress {
  let done = 0;
  let told = -1;
  return {
    step(next) {
      const part = Math.min(1, done / Math.max(1, total));
      const filled = Math.round(part * WIDTH);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(done)}/${String(total)}`;
      done += 1;
      if (process.stdout.isTTY) {
        process.stdout.write(`\r  ${bar} ${next.slice(0, 40).padEnd(40)}${part === 1 ? '\n' : ''}`);
        return;
      }
      const tenth = Math.floor(part * 10);
      if (tenth === told) return;
      told = tenth;
      say(`${bar} ${next}`);
    },
  };
}
