const minuteMillis = 60_000;
/** What is shown beside an incident so that one sees how it was before. */
const leastMarginMillis = 10 * minuteMillis;

/**
 * Whole minutes around an incident: half of its length before and after it, and no less than ten minutes.
 *
 * @param start @param end milliseconds since 1970
 */
export function rateWindow(start: number, end: number): { readonly from: number; readonly to: number } {
  const margin = Math.max(leastMarginMillis, (end - start) / 2);
  return {
    from: Math.floor((start - margin) / minuteMillis) * minuteMillis,
    to: Math.ceil((end + margin) / minuteMillis) * minuteMillis,
  };
}
