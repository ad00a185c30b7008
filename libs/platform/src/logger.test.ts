import { describe, expect, it } from 'vitest';
import { createLogger, createNestLogger } from './logger.js';

describe('log of the system', () => {
  it('writes one JSON object a line with a constant message and its fields', () => {
    const { logger, lines } = collect('info');
    logger.warn({ lagMs: 12 }, 'consumer lag high');
    expect(lines).toMatchObject([{ level: 'warn', name: 'culprit', lagMs: 12, msg: 'consumer lag high' }]);
  });

  it('escapes control characters in fields', () => {
    const written: string[] = [];
    createLogger({ level: 'info', destination: { write: (line) => written.push(line) } }).info(
      { text: '\u001b[31m\n' },
      'x',
    );
    expect(written[0]).not.toContain('\u001b');
    expect(written[0]?.trimEnd()).not.toContain('\n');
  });

  it('keeps the framework quiet below warnings', () => {
    const { logger, lines } = collect('info');
    const nest = createNestLogger(logger);
    nest.log('Mapped route', 'RouterExplorer');
    nest.warn('odd', 'Router');
    expect(lines).toMatchObject([{ level: 'warn', msg: 'odd', context: 'Router' }]);
  });
});

function collect(level: 'debug' | 'info') {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    level,
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { logger, lines };
}
