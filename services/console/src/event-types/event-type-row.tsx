import { Link } from '@tanstack/react-router';
import type { TemplateJson } from '@culprit/service-query/module';
import { SeverityTag } from '../app/severity.js';
import { Moment } from '../app/time.js';
import { LogText } from '../text/log-text.js';
import { TemplateText } from './template-text.js';

interface EventTypeRowProps {
  readonly template: TemplateJson;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

export function EventTypeRow({ template, isChosen, onToggle }: EventTypeRowProps) {
  const { templateId, environment, logType, name, text, mute } = template;
  return (
    <tr className={mute === null ? '' : 'is-muted'}>
      <td>
        <input type="checkbox" checked={isChosen} onChange={onToggle} aria-label={`Choose ${name ?? text}`} />
      </td>
      <td className="number">{template.count.toLocaleString('en')}</td>
      <td>
        <SeverityTag severity={template.maxSeverity} />
      </td>
      <td className="wide">
        <Link to="/event-types/$id" params={{ id: templateId }} search={{ environment, logType }} data-row="">
          {name === null ? <TemplateText text={text} /> : <b>{name}</b>}
        </Link>
        {mute === null ? null : <span className="tag">muted</span>}
      </td>
      <td className="log-type">
        <LogText text={logType} />
      </td>
      <td className="when">{template.firstSeen === null ? '' : <Moment time={template.firstSeen} />}</td>
      <td className="when">{template.lastSeen === null ? '' : <Moment time={template.lastSeen} />}</td>
    </tr>
  );
}
