import { partitionOf } from '@culprit/bus';
import { topicKey } from '@culprit/contracts';
import { binMillis, type StructuredBatch } from '@culprit/scoring';

/** A part of a structured batch and where it goes. */
export interface BatchPart {
  readonly partition: number;
  readonly batch: StructuredBatch;
}

/**
 * Cuts a batch by environment, so that one scorer sees everything of an environment. A partition that the batch holds
 * nothing for hears of it where the time of the lane enters another bin, or the lane falls idle: that is all its bins
 * wait for. One partition gets every batch as it is.
 *
 * @param before highest event time of the lane before this batch, -Infinity when there was none
 */
export function spreadBatch(batch: StructuredBatch, before: number, partitionCount: number): BatchPart[] {
  if (partitionCount === 1) return [{ partition: 0, batch }];
  const isStep = batch.isIdle === true || binOf(batch.highestTime) !== binOf(before);
  const parts: BatchPart[] = [];
  for (let partition = 0; partition < partitionCount; partition++) {
    const part = partOf(
      batch,
      ({ environment }) => scoringPartition(environment, partitionCount) === partition,
    );
    if (isStep || !isEmpty(part)) parts.push({ partition, batch: part });
  }
  return parts;
}

/** Partition of the topics behind structuring that everything of an environment goes to. */
function scoringPartition(environment: string, partitionCount: number): number {
  return partitionOf(topicKey(environment), partitionCount);
}

interface InEnvironment {
  readonly environment: string;
}

function partOf(batch: StructuredBatch, isPart: (item: InEnvironment) => boolean): StructuredBatch {
  return {
    ...batch,
    counts: batch.counts.filter(isPart),
    exemplars: batch.exemplars.filter(({ source }) => isPart(source)),
    aliases: batch.aliases.filter(isPart),
    controls: batch.controls.filter(isPart),
  };
}

function isEmpty({ counts, exemplars, aliases, controls }: StructuredBatch): boolean {
  return counts.length + exemplars.length + aliases.length + controls.length === 0;
}

/** Lateness is a whole number of bins, so bins close where the time of a lane passes the border of one. */
function binOf(millis: number): number {
  return Math.floor(millis / binMillis);
}
