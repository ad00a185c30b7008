/** A protocol that is served on a port of its own. */
export interface Port {
  /** For people, for example `OTLP/gRPC`. */
  readonly name: string;
  /** @param port 0 picks a free one. Resolves to the port in use; rejects with the error of the system. */
  open(host: string, port: number): Promise<number>;
  /** Stops accepting and ends connections after what is under way. */
  close(): Promise<void>;
}

/** What became of a port at the start. */
export interface PortReport {
  readonly name: string;
  /** `host:port`, undefined when it was not opened. */
  readonly address: string | undefined;
  /** Why it was not opened. */
  readonly reason: string | undefined;
}
