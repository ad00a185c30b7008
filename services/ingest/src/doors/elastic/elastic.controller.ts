import { AccessGuard, Operation, Tenant, bodyStream } from '@culprit/platform';
import {
  All,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ingestRequestOf } from '../../http-request.js';
import type { HttpReply, HttpRequest } from '../../http-request.js';
import type { IngestService } from '../../ingest.service.js';
import { foreign, lineIntake, protocolQuestion } from '../../operations.js';
import { INGEST_SERVICE } from '../../tokens.js';
import { BulkRequest } from './bulk-request.js';

/** Old enough for every client and new enough for all of them. */
const version = { number: '8.17.0', build_flavor: 'default', lucene_version: '9.12.0' };

const bulkOperation = lineIntake({
  summary: 'Takes documents of the Elasticsearch bulk interface',
  body: { 'application/x-ndjson': 'Actions and documents in turns', 'application/json': 'The same' },
  answers: { 200: foreign },
});

/** The part of Elasticsearch that shippers of logs talk to. */
@Controller(['', 'ingest/elastic'])
@UseGuards(AccessGuard)
export class ElasticController {
  readonly #service: IngestService;

  constructor(@Inject(INGEST_SERVICE) service: IngestService) {
    this.#service = service;
  }

  @Operation(bulkOperation)
  @Post(['_bulk', ':index/_bulk'])
  @HttpCode(200)
  @RouteConfig(bodyStream)
  bulk(
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
    @Tenant() tenant: string,
    @Param('index') index?: string,
  ): Promise<object> {
    return this.#take(request, reply, tenant, index);
  }

  @Operation(bulkOperation)
  @Put(['_bulk', ':index/_bulk'])
  @HttpCode(200)
  @RouteConfig(bodyStream)
  putBulk(
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
    @Tenant() tenant: string,
    @Param('index') index?: string,
  ): Promise<object> {
    return this.#take(request, reply, tenant, index);
  }

  /** What shippers set up before they send: index templates, life cycles, pipelines. There is nothing to set up here. */
  @Operation(protocolQuestion('Accepts what shippers set up'))
  @All([
    '_ilm/policy/*',
    '_index_template/*',
    '_component_template/*',
    '_template/*',
    '_ingest/pipeline/*',
    '_data_stream/*',
  ])
  @RouteConfig(bodyStream)
  setUp(@Res({ passthrough: true }) reply: HttpReply): object {
    reply.code(200);
    named(reply);
    return { acknowledged: true };
  }

  @Operation(protocolQuestion('Names a licence that every shipper takes'))
  @Get('_license')
  license(@Res({ passthrough: true }) reply: HttpReply): object {
    named(reply);
    return { license: { status: 'active', type: 'basic', uid: 'culprit', mode: 'basic' } };
  }

  @Operation(protocolQuestion('Says that all is well'))
  @Get(['_cluster/health', '_nodes', '_nodes/*', '_xpack'])
  health(@Res({ passthrough: true }) reply: HttpReply): object {
    named(reply);
    return {
      cluster_name: 'culprit',
      status: 'green',
      nodes: {},
      number_of_nodes: 1,
      timed_out: false,
      features: {},
    };
  }

  async #take(request: HttpRequest, reply: HttpReply, tenant: string, index = 'logs'): Promise<object> {
    named(reply);
    const bulk = new BulkRequest(index);
    const answer = await this.#service.take(
      { ...ingestRequestOf(request, tenant), onBody: (bytes) => bulk.parse(bytes) },
      bulk,
    );
    return 'stored' in answer ? answer : bulk.answer();
  }
}

/** `GET /` of Elasticsearch, where no page has that address. */
@Controller('ingest/elastic')
@UseGuards(AccessGuard)
export class ElasticRootController {
  @Operation(protocolQuestion('Names the version that is spoken'))
  @Get()
  root(@Res({ passthrough: true }) reply: HttpReply): object {
    named(reply);
    return {
      name: 'culprit',
      cluster_name: 'culprit',
      cluster_uuid: 'culprit',
      version,
      tagline: 'You Know, for Search',
    };
  }
}

/** Clients refuse a server that does not call itself so. */
function named(reply: HttpReply): void {
  reply.header('x-elastic-product', 'Elasticsearch');
}
