import { LogText } from '../text/log-text.js';

/** A reason in words; what stands between backquotes is a value of the line. */
export function Reason({ text }: { readonly text: string }) {
  return (
    <span>
      {text.split('`').map((part, i) =>
        i % 2 === 0 ? (
          <LogText key={i} text={part} />
        ) : (
          <code key={i}>
            <LogText text={part} />
          </code>
        ),
      )}
    </span>
  );
}
