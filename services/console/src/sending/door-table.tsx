import { CopyButton } from '../app/copy-button.js';
import { doorsOf } from './doors.js';

/** Where collectors that people already have send to. */
export function DoorTable() {
  return (
    <div className="table-frame">
      <table className="table doors">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">to</th>
            <th scope="col">
              <span className="hidden">Copy</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {doorsOf(globalThis.location.origin).map(({ sender, setting }) => (
            <tr key={sender}>
              <td>{sender}</td>
              <td>
                <code>{setting}</code>
              </td>
              <td>
                <CopyButton label="Copy" text={() => setting} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
