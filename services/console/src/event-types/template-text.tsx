import { LogText } from '../text/log-text.js';

/** The constant text of an event type, with its variable places marked. */
export function TemplateText({ text }: { readonly text: string }) {
  const parts = text.split('<*>');
  return (
    <span className="log-line template-text">
      {parts.map((part, i) => (
        <span key={i}>
          {i === 0 ? null : <span className="wildcard">{'<*>'}</span>}
          <LogText text={part} />
        </span>
      ))}
    </span>
  );
}
