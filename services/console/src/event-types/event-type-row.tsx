import { toDisplayText } from '@culprit/kernel';
import { Link } from '@tanstack/react-router';
import type { TemplateJson } from '@culprit/service-query/module';
import { SeverityTag } from '../app/severity.js';
import { ShortMoment } from '../app/time.js';
import { SourceName } from '../text/source-name.js';
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
        <input
          type="checkbox"
          checked={isChosen}
          onChange={onToggle}
          aria-label={`Choose ${toDisplayText(name ?? text)}`}
        />
      </td>
      <td className="number">{template.count.toLocaleString('en')}</td>
      <td>
        <SeverityTag severity={template.maxSeverity} />
      </td>
      <td className="wide">
        <Link to="/event-types/$id" params={{ id: templateId }} search={{ environment, logType }} data-row="">
          {name === null ? <TemplateText text={text} /> : <b>{toDisplayText(name)}</b>}
        </Link>
        {mute === null ? null : <span className="tag">muted</span>}
      </td>
      <td>
        <SourceName logType={logType} />
      </td>
      <td className="when">{template.firstSeen === null ? '' : <ShortMoment time={template.firstSeen} />}</td>
      <td className="when">{template.lastSeen === null ? '' : <ShortMoment time={template.lastSeen} />}</td>
    </tr>
  );
}
