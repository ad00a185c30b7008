import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestError } from '@culprit/platform';
import { busy } from '../errors.js';
import type { Delivery, Intake } from '../intake.js';

/** How often a batch is tried whose sender cannot be told to come again. */
const maxTries = 10;

/**
 * Stores a batch of a sender that can only be made to wait. Tries again while the trouble passes; a batch that can never
 * be stored counts as refused and is let go.
 *
 * @throws RequestError when the trouble stays: the connection should end, so that the sender keeps what it has
 */
export async function acceptPatiently(intake: Intake, delivery: Delivery): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await intake.counted(() => acceptWithin(intake, delivery));
      return;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!error.isRetryable) return;
      if (tries === maxTries || error.code === 'CULPRIT_INGEST_STOPPING') throw error;
      await sleep((error.retryAfterSeconds ?? 1) * 1000, undefined, { ref: false });
    }
  }
}

async function acceptWithin(intake: Intake, delivery: Delivery): Promise<void> {
  const { budget, telemetry } = intake;
  const size = delivery.bytes.length;
  intake.checkOpen();
  if (!budget.tryTake(size, 0)) throw busy('too many bytes are under way');
  try {
    telemetry.body({ wire: size, inflated: size });
    await intake.accept(delivery);
  } finally {
    budget.give(size);
  }
}

/** The other machine of a connection; empty for this one, whose address would name nothing. */
export function peerOf(socket: Socket): string {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return address === '::1' || address.startsWith('127.') ? '' : address;
}
