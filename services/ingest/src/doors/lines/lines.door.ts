import { RequestError } from '@culprit/platform';
import type { EnvelopeResult, InputFormat } from '@culprit/records';
import { formatOfMediaType } from '../../request-plan.js';
import type { LineReader } from '../../line-reader.js';
import type { Door, DoorBody } from '../door.js';
import { checkLineCount, cutPieces } from './body-pieces.js';

/** Lines as they are: NDJSON, JSON or text. */
export const linesDoor: Door = {
  name: 'lines',
  isSelfDated: () => false,
  refusesWhenNothingIsGood: true,
  checkMediaType: (mediaType) => void formatOfMediaType(mediaType),
  *read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const format = formatOf(body);
    checkLineCount(body.bytes, format, body.maxLines);
    for (const piece of cutPieces(body.bytes, format))
      yield readers.read(piece, {
        format,
        receivedMillis: body.receivedMillis,
        defaults: body.defaults,
      });
  },
};

function formatOf({ mediaType, bytes }: DoorBody): InputFormat {
  const format = formatOfMediaType(mediaType);
  if (format !== 'form') return format;
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first === undefined || first === 0x7b || first === 0x5b) return 'auto';
  throw new RequestError({
    code: 'CULPRIT_INGEST_MEDIA_TYPE_UNSUPPORTED',
    detail: 'a form is no log',
    hint: 'With curl use: --data-binary @FILE -H "Content-Type: text/plain".',
  });
}
