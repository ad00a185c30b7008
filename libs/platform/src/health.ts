/** Asks one part of the process whether it can serve: undefined when it can, else the reason in a few words. */
export type ReadinessCheck = () => string | undefined | Promise<string | undefined>;

/** What `/readyz` answers. */
export interface Readiness {
  readonly isReady: boolean;
  /** Part name to reason, only of the parts that cannot serve. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Knows whether the process lives, can serve, and is on its way out. */
export interface Health {
  /** Adds a named check; several modules of one process share one Health. */
  addCheck(part: string, check: ReadinessCheck): void;
  readiness(): Promise<Readiness>;
  /** Adds a stage whose unread records anybody may ask for. */
  addLag(stage: string, read: () => number): void;
  /** Unread records by stage of this process. */
  lags(): Readonly<Record<string, number>>;
  /** Adds something a person may have to know: a sentence, or undefined while all is well. */
  addNotice(read: () => string | undefined): void;
  notices(): readonly string[];
  /** From now on not ready, so that balancers and collectors turn away before the port closes. */
  beginShutdown(): void;
  readonly isStopping: boolean;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Creates a Health without checks: ready at once. A check that throws or takes over 2 s counts as not ready. */
export function createHealth(): Health {
  const checks = new Map<string, ReadinessCheck>();
  const lagByStage = new Map<string, () => number>();
  const readNotices: (() => string | undefined)[] = [];
  let isStopping = false;
  return {
    addCheck(part, check) {
      checks.set(part, check);
    },
    async readiness() {
      const reasons: Record<string, string> = {};
      if (isStopping) reasons['process'] = 'shutting down';
      const answers = await Promise.all(
        [...checks].map(async ([part, check]) => [part, await ask(check)] as const),
      );
      for (const [part, reason] of answers) if (reason !== undefined) reasons[part] = reason;
      return { isReady: Object.keys(reasons).length === 0, reasons };
    },
    addLag(stage, read) {
      lagByStage.set(stage, read);
    },
    lags: () => Object.fromEntries([...lagByStage].map(([stage, read]) => [stage, read()])),
    addNotice(read) {
      readNotices.push(read);
    },
    notices: () => readNotices.map((read) => read()).filter((notice) => notice !== undefined),
    beginShutdown() {
      isStopping = true;
    },
    get isStopping() {
      return isStopping;
    },
  };
}

async function ask(check: ReadinessCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_TIMEOUT_MS} ms`), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([Promise.resolve(check()), timeout]);
  } catch (error) {
    return error instanceof Error ? error.message : 'check failed';
  } finally {
    clearTimeout(timer);
  }
}
