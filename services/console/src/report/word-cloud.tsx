import type { IncidentJson } from '@culprit/service-query/module';
import { LogText } from '../text/log-text.js';

interface WordCloudProps {
  readonly words: IncidentJson['words'];
  readonly chosen: string;
  readonly onChoose: (word: string) => void;
}

const maxWords = 18;

/** The words that stand out in what happened; one of them narrows the lines below to those that have it. */
export function WordCloud({ words, chosen, onChoose }: WordCloudProps) {
  if (words.length === 0) return null;
  return (
    <ul className="word-cloud" aria-label="Words that stand out">
      {words.slice(0, maxWords).map(({ word, weight }) => (
        <li key={word}>
          <button
            type="button"
            className={`word word-${weight}`}
            aria-pressed={word === chosen}
            onClick={() => onChoose(word === chosen ? '' : word)}
          >
            <LogText text={word} />
          </button>
        </li>
      ))}
    </ul>
  );
}
