import { readFileSync } from 'node:fs';

/** Files in PEM form by which the two ends of a connection know each other. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Authorities whose certificates the other end must show. A server without it serves everybody. */
  readonly authorityFile?: string | undefined;
}

/** The contents of {@link TlsFiles}. @throws Error of the file system that names the file */
export function readTls({ certificateFile, keyFile, authorityFile }: TlsFiles): {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly authority: Buffer | null;
} {
  return {
    certificate: readFileSync(certificateFile),
    key: readFileSync(keyFile),
    authority: authorityFile === undefined ? null : readFileSync(authorityFile),
  };
}
