import { Dialog } from './dialog.js';

const keys: readonly (readonly [string, string])[] = [
  ['j  k', 'next, previous line'],
  ['Enter', 'open a report; show all of a line'],
  ['z  Z', 'one zoom level out, in'],
  ['p', 'peek: the raw stream round the line'],
  ['Esc', 'close what is open'],
  ['← →', 'in a chart by time: from bar to bar; with Shift a range, Enter looks closer'],
  ['s', 'scan for the root cause at a time'],
  ['/', 'search in this view'],
  ['g', 'to the list of reports'],
  ['?', 'this help'],
];

/** What the keys do. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keys">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
