import { Dice } from '../dice.js';
import { Simulation } from '../simulation.js';
import { syslogTime } from './stamps.js';
import type { VmLine } from './vm-scenario.js';

/** What faults change and programs look at. Everything starts healthy. */
export interface Health {
  postgres: 'up' | 'down' | 'out-of-connections' | 'orders-locked' | 'cut-off' | 'out-of-memory';
  redis: 'up' | 'out-of-memory' | 'cannot-save';
  /** When the certificate of the tax service ended; undefined while it is good. */
  taxCertificateEnd: number | undefined;
  paymentProvider: 'up' | 'key-expired';
  cartView: 'up' | 'faulty-release';
  workers: 'up' | 'stuck';
  names: 'resolving' | 'failing';
  storage: 'fast' | 'slow';
  batch: 'running' | 'stopped';
  currency: 'EUR' | 'USD';
  /** Application servers that take no requests now. */
  readonly drained: Set<string>;
}

/** A machine. Its clock may be wrong for a while. */
export interface Host {
  readonly name: string;
  readonly address: string;
  clockError: { readonly from: number; readonly to: number; readonly byMillis: number } | undefined;
}

/** A log file on one host. What was written before a rotation lies under another name. */
export interface LogFile {
  readonly host: Host;
  nameAt(millis: number): string;
}

interface FileSource {
  readonly lagMillis: number;
  readonly file: string;
}

/** The names of the machines. */
export const hostNames = [
  'lb1',
  'lb2',
  'app1',
  'app2',
  'app3',
  'svc1',
  'batch1',
  'db1',
  'db2',
  'cache1',
  'mq1',
] as const;
export type HostName = (typeof hostNames)[number];
export const appNames = ['app1', 'app2', 'app3'] as const;
export type AppName = (typeof appNames)[number];

/** What an estate is made from. */
export interface EstateOptions {
  readonly seed: number;
  readonly start: number;
  /** Load relative to the full rate. */
  readonly load: number;
  /** When the rotation of files happens. */
  readonly rotateAt: number;
}

/** Machines, their files and the simulation that writes them. */
export class Estate {
  readonly sim: Simulation<FileSource, VmLine>;
  readonly load: number;
  readonly health: Health = {
    postgres: 'up',
    redis: 'up',
    taxCertificateEnd: undefined,
    paymentProvider: 'up',
    cartView: 'up',
    workers: 'up',
    names: 'resolving',
    storage: 'fast',
    batch: 'running',
    currency: 'EUR',
    drained: new Set(),
  };

  readonly #options: EstateOptions;
  readonly #hosts: ReadonlyMap<HostName, Host>;
  readonly #sources = new Map<string, FileSource>();
  readonly #fixed = new Map<string, LogFile>();

  constructor(options: EstateOptions) {
    this.#options = options;
    this.load = options.load;
    this.sim = new Simulation(options.start, ({ time, source, text }) => ({
      timeMillis: time,
      file: source.file,
      text,
    }));
    this.#hosts = new Map(
      hostNames.map((name, index) => [
        name,
        { name, address: `10.20.1.${String(11 + index)}`, clockError: undefined },
      ]),
    );
  }

  dice(actor: string): Dice {
    return new Dice(this.#options.seed, actor);
  }

  host(name: HostName): Host {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  /** A file that logrotate renames to `name.1` at the time of rotation. */
  rotated(hostName: HostName, name: string): LogFile {
    return this.#file(hostName, name, (millis) => (millis < this.#options.rotateAt ? `${name}.1` : name));
  }

  /** A file whose program names it itself. */
  named(hostName: HostName, key: string, nameAt: (millis: number) => string): LogFile {
    return this.#file(hostName, key, nameAt);
  }

  /**
   * Writes a record, one line or several, as the host's clock shows the time.
   *
   * @param text of the record, given what the host's clock says
   */
  write(at: number, file: LogFile, text: (clock: number) => string | readonly string[]): void {
    const { clockError } = file.host;
    const isWrong = clockError !== undefined && at >= clockError.from && at < clockError.to;
    const lines = text(Math.floor(isWrong ? at + clockError.byMillis : at));
    const source = this.#source(`${file.host.name}/${file.nameAt(at)}`);
    if (typeof lines === 'string') this.sim.emit(at, source, lines);
    else for (const line of lines) this.sim.emit(at, source, line);
  }

  /** A line of a program in the host's syslog, or in another file with the same header. */
  syslog(at: number, line: SyslogLine): void {
    const file = this.rotated(line.host, line.file ?? 'syslog');
    this.write(at, file, (clock) => `${syslogTime(clock)} ${line.host} ${line.program}: ${line.text}`);
  }

  /** Repeats a task at random gaps. */
  every(dice: Dice, meanMillis: number, task: (now: number) => void): void {
    this.sim.repeat(this.sim.now + dice.gap(meanMillis), () => dice.gap(meanMillis) + 1, task);
  }

  #file(hostName: HostName, key: string, nameAt: (millis: number) => string): LogFile {
    const id = `${hostName}/${key}`;
    const known = this.#fixed.get(id);
    if (known !== undefined) return known;
    const file = { host: this.host(hostName), nameAt };
    this.#fixed.set(id, file);
    return file;
  }

  #source(file: string): FileSource {
    const known = this.#sources.get(file);
    if (known !== undefined) return known;
    const source = { lagMillis: 0, file };
    this.#sources.set(file, source);
    return source;
  }
}

/** A line with an RFC 3164 header. */
export interface SyslogLine {
  readonly host: HostName;
  /** With the process id: `sshd[812]`. */
  readonly program: string;
  readonly text: string;
  /** `syslog` when left out. */
  readonly file?: string;
}
