import { accessConfigShape } from '@culprit/platform';
import { z } from 'zod';
import { parseRoleGroups } from './auth/identity-provider.js';
import { parseHeaders } from './summary/provider.js';
import { parseNetworks } from './notify/address-guard.js';

/** Settings of the query service; `CULPRIT_QUERY_<KEY>` in the environment. */
export const queryConfigSchema = z
  .strictObject({
    ...accessConfigShape,
    /** Hours after which people have to sign in again. */
    sessionHours: z.coerce.number().min(0.1).max(168).default(12),
    /** Address of the OpenID Connect provider that people sign in at; nobody is served without signing in then. */
    oidcIssuer: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .refine((text) => text.startsWith('https:') || isLocalAddress(text), {
        message: 'expected https, or http on this machine',
      })
      .optional(),
    /** What this installation is called there; its redirect address is `/api/v1/session/provider/callback` below the public URL. */
    oidcClientId: z.string().min(1).max(500).optional(),
    /** The secret that goes with it; none for a public client. */
    oidcClientSecret: z.string().min(1).max(2_000).optional(),
    /** What is asked of the provider. */
    oidcScopes: z.string().max(500).default('openid profile email groups'),
    /** Claim with the groups of a person. */
    oidcGroupsClaim: z.string().min(1).max(200).default('groups'),
    /** `role=group` pairs separated by commas; the group `*` is everybody. Who has no role is not let in. */
    oidcRoles: z
      .string()
      .max(10_000)
      .default('')
      .transform((text, context) => {
        const found = parseRoleGroups(text);
        if (found !== undefined) return found;
        context.addIssue({ code: 'custom', message: 'expected pairs such as admin=sre,viewer=*' });
        return z.NEVER;
      }),
    /** Tenant of the people of the provider. */
    oidcTenant: z.string().min(1).max(64).default('default'),
    /** Days after which the audit log forgets. */
    auditDays: z.coerce.number().int().min(1).max(3_650).default(365),
    /** Scans that wait at most; more are turned away with 429. */
    maxWaitingScans: z.coerce.number().int().min(1).max(1_000).default(16),
    /** Open streams of new reports at most, one for every page that is open; more are turned away with 429. */
    maxListeners: z.coerce.number().int().min(1).max(10_000).default(200),
    /** How much event time of a log type counts as learning, in minutes. */
    learningMinutes: z.coerce.number().int().min(1).max(100_000).default(120),
    /** Port of the questions over gRPC, beside the one of REST, in `up`; 0 opens none. A process of a cluster has `CULPRIT_SERVICE_GRPC_PORT`. */
    grpcPort: z.coerce.number().int().min(0).max(65_535).default(0),
    /** Address under which people reach the console, for links in messages; without it messages have none. */
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
    /** Closed networks that messages may be sent to all the same, such as `10.1.2.0/24,127.0.0.1`. */
    allowedAddresses: z
      .string()
      .max(2_000)
      .default('')
      .transform((text, context) => {
        const networks = parseNetworks(text);
        if (networks !== undefined) return networks;
        context.addIssue({
          code: 'custom',
          message: 'expected networks such as 10.1.2.0/24, separated by commas',
        });
        return z.NEVER;
      }),
    /** Who may be asked to rephrase a report: a service of one of these protocols; nobody where it is off. */
    summaryProvider: z.enum(['off', 'chat-completions', 'messages']).default('off'),
    /** Its base address, such as `http://127.0.0.1:11434/v1`; for `chat-completions` that of OpenAI unless said. */
    summaryUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
    /** Its key, where it wants one. */
    summaryKey: z.string().min(1).max(2_000).optional(),
    /** Headers that it wants beside, such as its version: `name: value`, several separated by commas. */
    summaryHeaders: z
      .string()
      .max(2_000)
      .default('')
      .transform((text, context) => {
        const headers = parseHeaders(text);
        if (headers !== undefined) return headers;
        context.addIssue({
          code: 'custom',
          message: 'expected headers such as x-version: 3, separated by commas',
        });
        return z.NEVER;
      }),
    /** The model that answers. */
    summaryModel: z.string().min(1).max(200).optional(),
    /** Calls of one tenant and day (UTC) at most. */
    summaryCallsPerDay: z.coerce.number().int().min(0).max(100_000).default(50),
  })
  .refine(({ oidcIssuer, oidcClientId }) => oidcIssuer === undefined || oidcClientId !== undefined, {
    path: ['oidcClientId'],
    message: 'expected what this installation is called at the provider',
  })
  .refine(({ oidcIssuer, publicUrl }) => oidcIssuer === undefined || publicUrl !== undefined, {
    path: ['publicUrl'],
    message: 'expected the address that the provider sends people back to',
  })
  .refine(({ summaryProvider, summaryUrl }) => summaryProvider !== 'messages' || summaryUrl !== undefined, {
    path: ['summaryUrl'],
    message: 'expected the address of the provider',
  })
  .refine(({ summaryProvider, summaryModel }) => summaryProvider === 'off' || summaryModel !== undefined, {
    path: ['summaryModel'],
    message: 'expected the name of a model, as there is a provider',
  });

function isLocalAddress(text: string): boolean {
  const name = URL.parse(text)?.hostname ?? '';
  return name === 'localhost' || name === '[::1]' || name.startsWith('127.');
}

/** The parsed settings. */
export type QueryConfig = Readonly<z.output<typeof queryConfigSchema>>;
