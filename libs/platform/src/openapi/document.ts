import type { Type } from '@nestjs/common';
import { z } from 'zod';
import { titleByStatus } from '../problem-catalogue.js';
import { problemSchema } from '../problem.js';
import { SchemaBook, type JsonSchema } from './json-schema.js';
import type { AnswerDescription } from './operation.js';
import { routesOf, type Route } from './routes.js';

/** An OpenAPI 3.1 document, as far as its readers here look at it. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

/** One method at one address. */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly OpenApiParameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, OpenApiAnswer>>;
}

/** Where a request says something beside its body. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** What comes back with a status. */
export interface OpenApiAnswer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

const info = {
  title: 'Culprit',
  version: '1.0.0',
  summary: 'Root cause reports from logs',
  description:
    'Times are RFC 3339; where they are asked for, also epoch numbers and `now-15m`. Ranges are half-open. Lists answer ' +
    '`nextPageToken`, which asks for the next page as `pageToken`. Every answer is about the tenant of the token.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

/** Describes every route of these controllers. Deterministic: the same code gives the same document. */
export function openApiDocument(controllers: readonly Type[]): OpenApiDocument {
  const book = new SchemaBook();
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const uses = new Map<string, number>();
  for (const route of routesOf(controllers)) {
    const use = (uses.get(route.handler) ?? 0) + 1;
    uses.set(route.handler, use);
    const operationId = use === 1 ? route.handler : `${route.handler}.${use}`;
    const methods = (paths[route.path] ??= {});
    // Of two handlers for one address Nest asks the one that was registered first.
    methods[route.method] ??= operationOf(route, operationId, book);
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    paths: Object.fromEntries(Object.entries(paths).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: book.components,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf(route: Route, operationId: string, book: SchemaBook): OpenApiOperation {
  const requestBody = requestBodyOf(route, book);
  return {
    operationId,
    tags: [route.operation?.tag ?? tagOf(route.path)],
    summary: route.operation?.summary ?? '',
    security: route.isGuarded ? [{ bearer: [] }, {}] : [],
    parameters: parametersOf(route, book),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: answersOf(route, book),
  };
}

/** The resource, which is what follows the version; whatever is no part of the API belongs to the doors for logs. */
function tagOf(path: string): string {
  const resource = /^\/api\/v1\/([a-z-]+)/.exec(path)?.[1];
  return resource ?? (/^\/(?:healthz|readyz|metrics)$/.test(path) ? 'process' : 'ingest');
}

function parametersOf(route: Route, book: SchemaBook): readonly OpenApiParameter[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']): OpenApiParameter => ({
    name,
    in: 'path',
    required: true,
    schema: book.write(route.params[name] ?? z.string(), 'input'),
  }));
  const inHeader = Object.entries(route.operation?.headers ?? {}).map(([name, schema]) =>
    parameterOf('header', name, book.write(schema, 'input')),
  );
  return [...inPath, ...queryParametersOf(route, book), ...inHeader];
}

function queryParametersOf({ query }: Route, book: SchemaBook): readonly OpenApiParameter[] {
  if (query === undefined) return [];
  const { properties, required } = book.write(query, 'input');
  const names = Array.isArray(required) ? required : [];
  return Object.entries((properties ?? {}) as Record<string, JsonSchema>).map(([name, schema]) =>
    parameterOf('query', name, schema, names.includes(name)),
  );
}

function parameterOf(
  place: OpenApiParameter['in'],
  name: string,
  { description, ...schema }: JsonSchema,
  required = false,
): OpenApiParameter {
  return { name, in: place, required, ...(typeof description === 'string' ? { description } : {}), schema };
}

function requestBodyOf({ body, operation }: Route, book: SchemaBook): OpenApiOperation['requestBody'] {
  if (operation?.body !== undefined) {
    const content = Object.entries(operation.body).map(([type, description]) => [
      type,
      { schema: { description } },
    ]);
    return { required: true, content: Object.fromEntries(content) };
  }
  if (body === undefined) return undefined;
  return { required: true, content: { 'application/json': { schema: book.write(body, 'input') } } };
}

function answersOf(route: Route, book: SchemaBook): Readonly<Record<string, OpenApiAnswer>> {
  const described = Object.entries(route.operation?.answers ?? { [route.successStatus]: z.unknown() });
  const answers = described.map(([status, answer]) => [status, answerOf(status, [answer].flat(), book)]);
  return { ...Object.fromEntries(answers), default: errorOf(route, book) };
}

function answerOf(status: string, answers: readonly AnswerDescription[], book: SchemaBook): OpenApiAnswer {
  const description = statusTitles[status] ?? 'Done';
  const forms = answers.flatMap((answer): [string, { readonly schema: JsonSchema }][] => {
    if (answer === 'nothing') return [];
    if (answer instanceof z.ZodType) return [['application/json', { schema: book.write(answer, 'output') }]];
    return [[answer.mediaType, { schema: { type: 'string', description: answer.description } }]];
  });
  return forms.length === 0 ? { description } : { description, content: Object.fromEntries(forms) };
}

const statusTitles: Readonly<Record<string, string>> = {
  ...titleByStatus,
  '200': 'Done',
  '201': 'Made',
  '202': 'Accepted: it is under way',
  '204': 'Done, nothing to say',
  '304': 'Not changed',
};

function errorOf({ operation }: Route, book: SchemaBook): OpenApiAnswer {
  if (operation?.errors === 'own') return { description: 'An error as the protocol says it' };
  const schema = book.write(problemSchema, 'output');
  return { description: 'What went wrong', content: { 'application/problem+json': { schema } } };
}
