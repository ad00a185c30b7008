/// <reference types="reflect-metadata" />
import { RequestMethod } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import {
  GUARDS_METADATA,
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { z } from 'zod';
import { OPERATION } from './operation.js';
import type { OperationDescription } from './operation.js';

/** A route as its decorators say it. */
export interface Route {
  readonly method: 'get' | 'put' | 'post' | 'delete' | 'patch';
  /** With `{name}` for every parameter. */
  readonly path: string;
  /** Unique among the routes of a process but for the addresses of the same handler. */
  readonly handler: string;
  readonly isGuarded: boolean;
  readonly successStatus: number;
  readonly operation: OperationDescription | undefined;
  readonly params: Readonly<Record<string, z.ZodType>>;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
}

const methodsOf: Readonly<Record<number, readonly Route['method'][]>> = {
  [RequestMethod.GET]: ['get'],
  [RequestMethod.POST]: ['post'],
  [RequestMethod.PUT]: ['put'],
  [RequestMethod.DELETE]: ['delete'],
  [RequestMethod.PATCH]: ['patch'],
  [RequestMethod.ALL]: ['get', 'put', 'post', 'delete'],
};

/** Every route of these controllers, each address of a handler by itself, in order of declaration. */
export function routesOf(controllers: readonly Type[]): readonly Route[] {
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Readonly<Record<string, unknown>>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (name === 'constructor' || typeof handler !== 'function') return [];
      return routesOfHandler(controller, name, handler);
    });
  });
}

function routesOfHandler(controller: Type, name: string, handler: object): readonly Route[] {
  const method: unknown = Reflect.getMetadata(METHOD_METADATA, handler);
  if (typeof method !== 'number') return [];
  const paths = stringsOf(Reflect.getMetadata(PATH_METADATA, controller)).flatMap((prefix) =>
    stringsOf(Reflect.getMetadata(PATH_METADATA, handler)).map((path) => pathOf(prefix, path)),
  );
  const methods = methodsOf[method] ?? [];
  const status: unknown = Reflect.getMetadata(HTTP_CODE_METADATA, handler);
  const operation: OperationDescription | undefined = Reflect.getMetadata(OPERATION, handler);
  const inputs = inputsOf(controller, name);
  return paths.flatMap((path) =>
    methods.map((verb) => ({
      method: verb,
      path,
      handler: `${controller.name.replace(/Controller$/, '')}.${name}`,
      isGuarded: Reflect.getMetadata(GUARDS_METADATA, controller) !== undefined,
      successStatus: typeof status === 'number' ? status : verb === 'post' ? 201 : 200,
      operation,
      ...inputs,
      query: operation?.query ?? inputs.query,
    })),
  );
}

function stringsOf(value: unknown): readonly string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}

function pathOf(prefix: string, path: string): string {
  const parts = `${prefix}/${path}`.split('/').filter((part) => part !== '');
  const named = parts.map((part) =>
    part.startsWith(':') ? `{${part.slice(1)}}` : part.replace('*', '{rest}'),
  );
  return `/${named.join('/')}`;
}

const PARAM: number = RouteParamtypes.PARAM;

interface Argument {
  readonly data?: string;
  readonly schema?: unknown;
}

/** The schemas that Nest checks the arguments of a handler with. */
function inputsOf(controller: Type, name: string): Pick<Route, 'params' | 'query' | 'body'> {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<string, Argument>;
  const params: Record<string, z.ZodType> = {};
  const whole = new Map<number, z.ZodType>();
  for (const [key, { data, schema }] of Object.entries(all)) {
    const kind = Number(key.split(':', 1)[0]);
    if (kind === PARAM && data !== undefined) params[data] = schemaOf(schema) ?? z.string();
    else if (schemaOf(schema) !== undefined) whole.set(kind, schemaOf(schema) ?? z.unknown());
  }
  return { params, query: whole.get(RouteParamtypes.QUERY), body: whole.get(RouteParamtypes.BODY) };
}

function schemaOf(schema: unknown): z.ZodType | undefined {
  return schema instanceof z.ZodType ? schema : undefined;
}
