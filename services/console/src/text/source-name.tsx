import { toDisplayText } from '@culprit/kernel';
import { LogText } from './log-text.js';

interface SourceNameProps {
  readonly logType: string;
  /** Pod, host and whatever else says where a line comes from; shown when one points at the name. */
  readonly place?: readonly string[];
}

/** Which program wrote a line. */
export function SourceName({ logType, place = [] }: SourceNameProps) {
  const whole = [logType, ...place].filter((part) => part !== '').join('\n');
  return (
    <span className="log-type" title={toDisplayText(whole)}>
      <LogText text={logType} />
    </span>
  );
}
