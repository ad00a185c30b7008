import { useEffect, useState } from 'react';

interface CopyButtonProps {
  readonly label: string;
  /** What is copied; asked for when the button is pressed. */
  readonly text: () => string | Promise<string>;
  readonly className?: string;
}

const shownMs = 1_600;

/** Copies a text and says that it did. */
export function CopyButton({ label, text, className = 'button' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (outcome === 'idle') return undefined;
    const timer = setTimeout(() => setOutcome('idle'), shownMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await text());
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  const shown = { idle: label, copied: 'Copied', refused: 'Not allowed to copy' }[outcome];
  return (
    <button type="button" className={className} onClick={() => void copy()} aria-live="polite">
      {shown}
    </button>
  );
}
