import { RequestError } from '@culprit/platform';

/** @param what what there is none of, for example `incident` */
export function notFound(what: string): RequestError {
  return new RequestError({ code: 'CULPRIT_QUERY_NOT_FOUND', detail: `there is no such ${what}` });
}
