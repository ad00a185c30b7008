import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { RuleJson } from '@culprit/service-query/module';
import { request } from '../api/request.js';

/** A rule about event types as the API takes it. */
export type NewRule = { readonly templateIds: readonly string[] } & (
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'merge' }
  | { readonly kind: 'split'; readonly wildcard: number; readonly words: readonly string[] }
  | { readonly kind: 'mute'; readonly until: string | null; readonly reason: string }
) & { readonly environment: string; readonly logType: string };

/** Sets a rule; what shows event types is read again. */
export function useSetRule(onDone: () => void = () => undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule: NewRule) => request<RuleJson>('template-rules', { method: 'POST', body: rule }),
    onSuccess: () => {
      onDone();
      readAgain(client);
    },
  });
}

/** Takes a rule back. */
export function useRemoveRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ruleId: string) =>
      request(`template-rules/${encodeURIComponent(ruleId)}`, { method: 'DELETE' }),
    onSuccess: () => readAgain(client),
  });
}

/** When a rule has travelled through the pipeline, a moment after it was accepted, counts and names follow it. */
const readAgainAfterMs = [0, 1_500, 5_000];

function readAgain(client: QueryClient): void {
  for (const delay of readAgainAfterMs) {
    setTimeout(() => {
      for (const key of ['templates', 'template', 'rules'])
        void client.invalidateQueries({ queryKey: [key] });
    }, delay);
  }
}
