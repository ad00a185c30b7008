import { z } from 'zod';

/** Where a protocol with a port of its own is served. */
export type PortSetting = 'auto' | 'off' | number;

/** `auto` opens the usual port when it is free, `off` none, a number that port or none of the service starts. */
export const portSetting = z
  .string()
  .default('auto')
  .transform((text, context): PortSetting => {
    if (text === 'auto' || text === 'off') return text;
    const port = Number(text);
    if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
    context.addIssue({ code: 'custom', message: 'expected auto, off or a port number' });
    return z.NEVER;
  });
