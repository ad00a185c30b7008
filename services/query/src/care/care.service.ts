import type { Clock, IncidentId } from '@culprit/kernel';
import type { Store, StoredDocument } from '@culprit/store';
import { notFound } from '../not-found.js';
import { maxNotes, untouched } from './care.js';
import type { Care, CareBody, CareNote, CareState, NoteBody } from './care.js';

/** How long it is kept what people made of an incident: as long as the reports. */
const keepDays = 400;
const maxListed = 1_000;

export interface CareServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Called when people call an incident over. */
  readonly onResolved: (tenant: string, incidentId: IncidentId) => Promise<void>;
}

/** Keeps who looks after an incident, how far they are, and what they noted. */
export class CareService {
  readonly #deps: CareServiceDeps;
  /** Changes wait for each other, so that no note is lost. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: CareServiceDeps) {
    this.#deps = deps;
  }

  /** Incidents that somebody touched, last first, at most 1,000. */
  async list(
    tenant: string,
    state?: CareState,
  ): Promise<readonly { readonly incidentId: string; readonly care: Care }[]> {
    const found = await this.#deps.store.forTenant({ tenant }).documents.list('report-care', maxListed);
    const all = found.map((document) => ({ incidentId: document.documentId, care: careOf(document) }));
    return state === undefined ? all : all.filter(({ care }) => care.state === state);
  }

  async read(tenant: string, incidentId: IncidentId): Promise<Care> {
    const { reports, documents } = this.#deps.store.forTenant({ tenant });
    const found = await documents.find('report-care', incidentId);
    if (found !== undefined) return careOf(found);
    if ((await reports.listRevisions(incidentId)).length === 0) throw notFound('incident');
    return untouched;
  }

  /** Sets state and owner; what changed is noted. */
  async set(tenant: string, incidentId: IncidentId, { state, owner, author }: CareBody): Promise<Care> {
    const { before, after } = await this.#change(tenant, incidentId, (care, at) => {
      const said = [
        ...(state === undefined || state === care.state ? [] : [`${care.state} → ${state}`]),
        ...(owner === undefined || owner === care.owner
          ? []
          : [owner === '' ? 'nobody looks after it' : `${owner} looks after it`]),
      ];
      const notes = said.map((text): CareNote => ({ at, author, kind: 'change', text }));
      return { state: state ?? care.state, owner: owner ?? care.owner, notes: [...care.notes, ...notes] };
    });
    if (after.state === 'resolved' && before.state !== 'resolved')
      await this.#deps.onResolved(tenant, incidentId);
    return after;
  }

  async note(tenant: string, incidentId: IncidentId, { text, author }: NoteBody): Promise<Care> {
    const { after } = await this.#change(tenant, incidentId, (care, at) => ({
      ...care,
      notes: [...care.notes, { at, author, kind: 'note', text }],
    }));
    return after;
  }

  async #change(
    tenant: string,
    incidentId: IncidentId,
    change: (care: Care, at: number) => Care,
  ): Promise<{ readonly before: Care; readonly after: Care }> {
    const result = this.#tail.then(async () => {
      const { documents } = this.#deps.store.forTenant({ tenant });
      const before = await this.read(tenant, incidentId);
      const now = this.#deps.clock.now();
      const changed = change(before, now);
      const after: Care = { ...changed, notes: changed.notes.slice(-maxNotes) };
      const known = await documents.find('report-care', incidentId);
      const version = Math.max(now, (known?.version ?? 0) + 1);
      await documents.save('report-care', [{ documentId: incidentId, version, value: after, keepDays }]);
      return { before, after };
    });
    this.#tail = result.catch(() => undefined);
    return await result;
  }
}

function careOf({ value }: StoredDocument): Care {
  return value as Care;
}
