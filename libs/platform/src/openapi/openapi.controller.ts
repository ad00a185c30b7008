import { Controller, Get, Inject } from '@nestjs/common';
import { z } from 'zod';
import { OPENAPI } from '../tokens.js';
import type { OpenApiDocument } from './document.js';
import { Operation } from './operation.js';

const openApiShape = z.looseObject({ openapi: z.literal('3.1.0') });

/** The description of this process's routes; it holds no data and needs no token. */
@Controller('api/v1/openapi.json')
export class OpenApiController {
  readonly #document: OpenApiDocument;

  constructor(@Inject(OPENAPI) document: OpenApiDocument) {
    this.#document = document;
  }

  @Get()
  @Operation({ summary: 'This document', answers: { 200: openApiShape } })
  read(): OpenApiDocument {
    return this.#document;
  }
}
