import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

/** An answer that is no JSON. */
export interface MediaAnswer {
  readonly mediaType: string;
  readonly description: string;
}

/** What comes back: a JSON value of a schema, something in another form, or nothing. */
export type AnswerDescription = z.ZodType | MediaAnswer | 'nothing';

/**
 * What a route says about itself beyond what its decorators say already: address, method and the schemas of parameters,
 * query and body are taken from the ones that requests are checked with.
 */
export interface OperationDescription {
  /** One sentence without a full stop. */
  readonly summary: string;
  /** By status, several where a status has several forms; every other status is a problem. */
  readonly answers: Readonly<Record<number, AnswerDescription | readonly AnswerDescription[]>>;
  /** The group it stands in; the resource of its address unless given. */
  readonly tag?: string;
  /** Media types of a body that the handler reads itself, with what it is. */
  readonly body?: Readonly<Record<string, string>>;
  /** The query of a handler that reads it itself. */
  readonly query?: z.ZodType;
  /** Request headers that matter. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** `own` for errors in the form of a foreign protocol; problem details unless given. */
  readonly errors?: 'own';
}

/** Key of the metadata. */
export const OPERATION = 'culprit:operation';

/** Describes a route in the OpenAPI document of its process. */
export function Operation(description: OperationDescription): MethodDecorator {
  return SetMetadata(OPERATION, description);
}
