import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '../api/queries.js';

type Option = readonly [value: string, text: string];

/** Choices of severity. */
export const severityOptions = [
  ['', 'any severity'],
  ['warn', 'WARN and worse'],
  ['error', 'ERROR and worse'],
] as const;

/** Choices of log type and environment, as far as they are known. */
export function useSourceOptions(): {
  readonly logTypes: readonly Option[];
  readonly environments: readonly Option[];
} {
  const { data } = useQuery(overviewQuery);
  const all = data?.logTypes ?? [];
  return {
    logTypes: optionsOf(
      all.map(({ logType }) => logType),
      'any log type',
    ),
    environments: optionsOf(
      all.map(({ environment }) => environment),
      'any environment',
    ),
  };
}

function optionsOf(names: readonly string[], anyText: string): readonly Option[] {
  return [['', anyText], ...[...new Set(names)].toSorted().map((name) => [name, name] as const)];
}
