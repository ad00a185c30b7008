import { controllersOf, openApiDocument, type OpenApiDocument } from '@culprit/platform';
import { ingestConfigSchema, ingestModule } from '@culprit/service-ingest/module';
import { queryConfigSchema, queryModule } from '@culprit/service-query/module';

/** Nothing is started here: modules say which controllers they have before anything they need exists. */
const absent: never = undefined as never;

/** The description of the routes of a process that does everything, as `up` is one. */
export function wholeDocument(): OpenApiDocument {
  return openApiDocument(
    controllersOf([
      ingestModule({ bus: absent, config: ingestConfigSchema.parse({}) }),
      queryModule({
        store: absent,
        ledger: absent,
        config: queryConfigSchema.parse({}),
        rulePublisher: absent,
        decisionPublisher: absent,
        consoleDirectory: '',
      }),
    ]),
  );
}
