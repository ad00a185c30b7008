const shapeByRole: Readonly<Record<string, string>> = { cause: '▲', symptom: '◆', context: '○' };

/** What part an event has in the story: a shape, a word and a colour, each of which is enough. */
export function Role({ role, isRelated }: { readonly role: string; readonly isRelated: boolean }) {
  const shape = isRelated ? '❘' : (shapeByRole[role] ?? '○');
  return (
    <span className={`role role-${role}${isRelated ? ' role-related' : ''}`}>
      <span aria-hidden="true">{shape}</span> {isRelated && role === 'context' ? 'related' : role}
    </span>
  );
}
