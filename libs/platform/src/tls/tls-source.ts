import { statSync } from 'node:fs';
import { AppError, type Logger } from '@culprit/kernel';
import { z } from 'zod';
import { readTls, type TlsFiles } from './tls-files.js';

/** How often the files are looked at: whoever renews certificates writes files, often behind links that nothing tells about. */
const lookMillis = 5_000;

/** Encrypts what a process listens on; `CULPRIT_TLS_<KEY>`. */
export const tlsConfigSchema = z
  .strictObject({
    /** PEM file with the certificate of the HTTP port and of the ports for lines; without one they are not encrypted. */
    certificateFile: z.string().default(''),
    /** PEM file of its key. */
    keyFile: z.string().default(''),
    /** PEM file of the authorities that the certificates of callers must come from; without it no caller needs one. */
    authorityFile: z.string().default(''),
  })
  .refine(({ certificateFile, keyFile }) => (certificateFile === '') === (keyFile === ''), {
    path: ['keyFile'],
    message: 'a certificate and its key are needed together',
  })
  .refine(({ certificateFile, authorityFile }) => authorityFile === '' || certificateFile !== '', {
    path: ['certificateFile'],
    message: 'without a certificate nobody is asked for his',
  });

/** The parsed settings of {@link tlsConfigSchema}. */
export type TlsConfig = Readonly<z.output<typeof tlsConfigSchema>>;

/** What Node's servers are given. */
export interface TlsOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  readonly minVersion: 'TLSv1.2';
}

/** A server whose new connections can be given another certificate. */
interface Renewable {
  setSecureContext(options: TlsOptions): void;
}

/** Certificate and key of a process, read again when their files change; connections that are open go on. */
export class TlsSource {
  readonly files: TlsFiles;
  readonly #logger: Logger;
  readonly #servers = new Set<Renewable>();
  #options: TlsOptions;
  #stamp: string;
  #timer: NodeJS.Timeout | undefined;

  /** @throws AppError CULPRIT_PLATFORM_TLS_UNREADABLE */
  constructor(files: TlsFiles, logger: Logger) {
    this.files = files;
    this.#logger = logger;
    try {
      this.#stamp = stampOf(files);
      this.#options = optionsOf(files);
    } catch (cause) {
      throw new AppError({
        code: 'CULPRIT_PLATFORM_TLS_UNREADABLE',
        message: `cannot read the certificate: ${cause instanceof Error ? cause.message : String(cause)}`,
        hint: 'Check CULPRIT_TLS_CERTIFICATE_FILE, CULPRIT_TLS_KEY_FILE and CULPRIT_TLS_AUTHORITY_FILE.',
        cause,
      });
    }
  }

  get options(): TlsOptions {
    return this.#options;
  }

  /** True where every caller has shown a certificate of an authority that is trusted. */
  get provesCallers(): boolean {
    return this.files.authorityFile !== undefined;
  }

  /** Keeps the certificate of a server that was made with {@link options} up to date, until it is closed. */
  renew(server: Renewable & { once(event: 'close', listener: () => void): unknown }): void {
    this.#servers.add(server);
    server.once('close', () => {
      this.#servers.delete(server);
      if (this.#servers.size === 0) clearInterval(this.#timer);
    });
    if (this.#servers.size > 1) return;
    this.#timer = setInterval(() => this.look(), lookMillis);
    this.#timer.unref();
  }

  /** Reads the files again if they changed; what does not fit together stays as it was and is told once a change. */
  look(): void {
    try {
      const stamp = stampOf(this.files);
      if (stamp === this.#stamp) return;
      this.#stamp = stamp;
      const options = optionsOf(this.files);
      for (const server of this.#servers) server.setSecureContext(options);
      this.#options = options;
      this.#logger.info({ file: this.files.certificateFile }, 'the certificate was read again');
    } catch (error) {
      this.#logger.warn({ err: error }, 'the changed certificate cannot be used; the one before goes on');
    }
  }
}

/** The certificate of the settings; undefined where connections are not encrypted. */
export function openTls(config: TlsConfig, logger: Logger): TlsSource | undefined {
  const { certificateFile, keyFile, authorityFile } = config;
  if (certificateFile === '') return undefined;
  return new TlsSource(
    { certificateFile, keyFile, authorityFile: authorityFile === '' ? undefined : authorityFile },
    logger,
  );
}

function optionsOf(files: TlsFiles): TlsOptions {
  const { certificate, key, authority } = readTls(files);
  const asksCallers = authority !== null;
  return {
    cert: certificate,
    key,
    ...(asksCallers ? { ca: authority } : {}),
    requestCert: asksCallers,
    rejectUnauthorized: asksCallers,
    minVersion: 'TLSv1.2',
  };
}

function stampOf({ certificateFile, keyFile, authorityFile }: TlsFiles): string {
  return [certificateFile, keyFile, authorityFile]
    .filter((file) => file !== undefined)
    .map((file) => {
      const { mtimeMs, size, ino } = statSync(file);
      return `${mtimeMs} ${size} ${ino}`;
    })
    .join(' ');
}
