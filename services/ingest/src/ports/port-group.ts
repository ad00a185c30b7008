import { AppError } from '@culprit/kernel';
import type { Logger } from '@culprit/kernel';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { PortSetting } from './port-setting.js';
import type { Port, PortReport } from './port.js';

/** A port with where it is usually served and what the settings say. */
export interface PlannedPort {
  readonly port: Port;
  readonly usual: number;
  readonly setting: PortSetting;
  /** Name of the setting, for the message when the port cannot be opened. */
  readonly variable: string;
}

const whyClosed: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'this user may not use it',
};

/** Opens the ports beside the HTTP port with the application and closes them before it. */
export class PortGroup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #host: string;
  readonly #planned: readonly PlannedPort[];
  readonly #onReport: (report: PortReport) => void;
  readonly #logger: Logger;
  readonly #open: Port[] = [];

  constructor(options: {
    readonly host: string;
    readonly planned: readonly PlannedPort[];
    readonly onReport: (report: PortReport) => void;
    readonly logger: Logger;
  }) {
    this.#host = options.host;
    this.#planned = options.planned;
    this.#onReport = options.onReport;
    this.#logger = options.logger;
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const planned of this.#planned) {
      if (planned.setting !== 'off') this.#onReport(await this.#openOne(planned));
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#open.map((port) => port.close()));
  }

  /** A port that nobody asked for may be taken; one that was asked for may not. */
  async #openOne({ port, usual, setting, variable }: PlannedPort): Promise<PortReport> {
    const wanted = typeof setting === 'number' ? setting : usual;
    try {
      const actual = await port.open(this.#host, wanted);
      this.#open.push(port);
      return { name: port.name, address: `${this.#host}:${actual}`, reason: undefined };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      const reason = whyClosed[code] ?? 'it cannot be opened';
      if (setting === 'auto') {
        this.#logger.info({ port: wanted, err: error }, 'port not opened');
        return { name: port.name, address: undefined, reason: `port ${wanted}: ${reason}` };
      }
      throw new AppError({
        code: 'CULPRIT_INGEST_PORT_UNUSABLE',
        message: `cannot listen on ${this.#host} port ${wanted} for ${port.name}: ${reason}`,
        hint: `Set ${variable} to another port, auto or off.`,
        cause: error,
      });
    }
  }
}
